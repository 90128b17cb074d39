import { mentions, word } from '../mention.js';
import { bare, spanOf, type Node } from '../ast/node.js';
import { children } from '../ast/walk.js';
import type { Race } from '../link/dependence/races.js';
import type { Linked } from '../link/linked.js';
import type { Unit } from '../link/unit.js';
import { lower, type Outcome } from './outcome.js';
import { Rewriting } from './rewriting.js';
import { Source } from './source.js';

const ASSUMPTION = 'what is written now goes by what other tasks have written meanwhile';

/**
 * Reads the state where it is written: the wait is moved before the statement that reads and writes, or the variable that
 * keeps the old value gives way to the state itself.
 */
export function rereadFix(project: Linked, unit: Unit, race: Race): Outcome {
  const source = Source.of(project, unit);
  const statement = source.statement(race.op.span);
  const assigned =
    statement?.node.type === 'ExpressionStatement' ? bare(statement.node['expression'] as Node) : undefined;
  if (!statement || assigned?.type !== 'AssignmentExpression')
    return { refused: 'the write is no assignment that stands as a statement of its own' };
  const rewriting = new Rewriting(source);
  const value = assigned['right'] as Node;
  const isOneStatement = spanOf(statement.node)[0] <= race.read.op.span[0];
  const refused = isOneStatement
    ? hoistWait(source, rewriting, statement, value)
    : readHere(source, rewriting, unit, race, value);
  if (refused) return { refused };
  const title = isOneStatement ? 'Wait first, then read and write in one step' : 'Read the state where it is written';
  return lower({ title, tier: 'safe', edits: rewriting.finish() }, 'unsafe', ASSUMPTION);
}

/** `x += await f()` becomes `const value = await f(); x += value`. */
function hoistWait(
  source: Source,
  rewriting: Rewriting,
  { node, siblings }: { readonly node: Node; readonly siblings: readonly Node[] },
  value: Node,
): string | undefined {
  const waits = awaitsIn(value);
  if (waits.length !== 1) return 'the statement waits for more than one thing';
  const name = ['awaited', 'result', 'received'].find(
    (one) => !siblings.some((sibling) => mentions(source.text(spanOf(sibling)), one)),
  );
  if (!name) return 'no name is free for what is waited for';
  const [start] = spanOf(node);
  const span = spanOf(waits[0]!);
  rewriting.replace([start, start], `const ${name} = ${source.text(span)};${source.eol}${source.indent(start)}`);
  rewriting.replace(span, name);
  return undefined;
}

/** `const old = this.x; …; this.x = old + 1` becomes `this.x = this.x + 1`. */
function readHere(source: Source, rewriting: Rewriting, unit: Unit, race: Race, value: Node): string | undefined {
  const path = source.text(race.read.op.span);
  const binding = unit.facts.bindings.find(
    ({ init, kind }) =>
      kind === 'const' && init?.span[0] === race.read.op.span[0] && init.span[1] === race.read.op.span[1],
  );
  if (!binding) return 'the old value goes through more than one constant';
  const [from, to] = spanOf(value);
  const text = source.text([from, to]);
  if (!mentions(text, binding.name)) return 'the old value goes through more than one constant';
  rewriting.replace([from, to], text.replace(word(binding.name, '', 'g'), path));
  const others = binding.refs.filter(
    (ref) => !(from <= ref.span[0] && ref.span[1] <= to) && ref.span[0] !== binding.span[0],
  );
  if (others.length > 0) return `\`${binding.name}\` decides more than what is written`;
  const declaration = source.enclosing(binding.span, 'VariableDeclaration');
  if (!declaration || (declaration['declarations'] as Node[]).length > 1)
    return `\`${binding.name}\` is declared together with others`;
  rewriting.remove(declaration);
  return undefined;
}

function awaitsIn(node: Node): Node[] {
  if (node.type === 'AwaitExpression') return [node];
  if (/Function/.test(node.type)) return [];
  return [...children(node)].flatMap(awaitsIn);
}
