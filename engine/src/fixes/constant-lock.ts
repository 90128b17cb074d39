import { spanOf, type Node } from '../ast/node.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import { lineOf } from '../link/line-of.js';
import { declarationAt, type Declaration } from '../link/lock-declaration.js';
import { everyNaming, type Naming } from '../link/namings.js';
import type { Unit } from '../link/unit.js';
import { lower, type Draft, type Outcome } from './outcome.js';
import { Source } from './source.js';

/** Declares a lock that is never written again `const`, or its field `readonly`: nothing of what runs changes. */
export function constantLockFix(project: Linked, unit: Unit, name: Span, kind: 'variable' | 'field'): Outcome {
  return kind === 'field' ? readonlyField(project, unit, name) : constant(Source.of(project, unit), name);
}

function readonlyField(project: Linked, unit: Unit, name: Span): Outcome {
  const own = declarationAt(unit, name)!;

  const fix: Draft = {
    title: 'Make the field `readonly`',
    tier: 'safe',
    edits: [{ path: unit.path, span: [name[0], name[0]], text: 'readonly ' }],
  };
  const who = own.hidden ? undefined : whoWrites(project, own);
  return who ? lower(fix, 'unsafe', `\`${own.name}\` is not private: ${who} may write it`) : fix;
}

/** Who may write a field that others can name, its declaration and its class's constructor apart. */
function whoWrites(project: Linked, own: Declaration): string | undefined {
  const namings = everyNaming(project, own, 'code outside of the class');
  if (typeof namings === 'string') return namings;
  const written = namings.find(
    (naming) => naming.op.op === 'assign' && naming.op.target === naming.value && !isInOwnConstructor(naming, own),
  );
  return written && `the code at \`${lineOf(project, { path: written.unit.path, span: written.value.span })}\``;
}

/** A constructor may write a `readonly` field of its own class and object, and of no other. */
function isInOwnConstructor({ unit, fn, value }: Naming, own: Declaration): boolean {
  const { kind, thisClass } = unit.fn(fn);
  const isOwn = unit === own.unit && thisClass === own.cls && value.v === 'member' && value.of.v === 'this';
  return kind === 'constructor' && isOwn;
}

function constant(source: Source, name: Span): Outcome {
  const node = source.enclosing(name, 'VariableDeclaration')!;
  if ((node['declarations'] as Node[]).length !== 1) return { refused: 'other variables are declared with it' };
  const binding = source.unit.facts.bindings.find(({ span }) => span[0] === name[0]);
  const [from, to] = spanOf(
    source.enclosing(spanOf(node), 'BlockStatement', 'StaticBlock', 'SwitchStatement', 'Program')!,
  );
  // A `var` belongs to the function, a `const` to the block.
  if (binding?.refs.some(({ span }) => span[0] < from || to < span[1]))
    return { refused: `\`${binding.name}\` is used outside of the block that declares it` };
  const [start] = spanOf(node);
  const keyword = node['kind'] as string;
  return {
    title: 'Make the variable `const`',
    tier: 'safe',
    edits: [{ path: source.unit.path, span: [start, start + keyword.length], text: 'const' }],
  };
}
