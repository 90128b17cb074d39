import { spanOf, type Node } from '../ast/node.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Unit } from '../link/unit.js';
import { lower, type Draft, type Outcome } from './outcome.js';
import { Source } from './source.js';

/** Declares a lock that is never written again `const`, or its field `readonly`: nothing of what runs changes. */
export function constantLockFix(project: Linked, unit: Unit, name: Span, kind: 'variable' | 'field'): Outcome {
  return kind === 'field' ? readonlyField(unit, name) : constant(Source.of(project, unit), name);
}

function readonlyField({ facts, path }: Unit, name: Span): Outcome {
  const fix: Draft = {
    title: 'Make the field `readonly`',
    tier: 'safe',
    edits: [{ path, span: [name[0], name[0]], text: 'readonly ' }],
  };
  const member = facts.classes.flatMap(({ members }) => members).find(({ nameSpan }) => nameSpan[0] === name[0]);
  return member?.private
    ? fix
    : lower(fix, 'unsafe', `\`${member?.name ?? 'the field'}\` is not private: code outside of the class may write it`);
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
