import { mentions, mentionsPath } from '../mention.js';
import { bare, spanOf, type Node } from '../ast/node.js';
import { children } from '../ast/walk.js';
import { writesIn } from '../link/dependence/races.js';
import type { MakingRace } from '../link/dependence/making.js';
import { overlap } from '../link/cell.js';
import type { Linked } from '../link/linked.js';
import { declarationAt, type Declaration } from '../link/lock-declaration.js';
import type { Unit } from '../link/unit.js';
import { lower, type Outcome } from './outcome.js';
import { Rewriting } from './rewriting.js';
import { Source } from './source.js';

const ASSUMPTION =
  'calls that come while the value is made now share one making, and its failure; it is asked for again after that';

/**
 * `this.x = await make()` behind a test that found nothing becomes the one promise that all who come meanwhile wait for.
 * It is forgotten once it has settled, so a failure is tried again and a value that is cleared later is made anew.
 */
export function memoiseFix(project: Linked, unit: Unit, race: MakingRace): Outcome {
  const source = Source.of(project, unit);
  const cell = race.write.declaration && declarationAt(unit, race.write.declaration.span);
  if (!cell || cell.unit !== unit) return { refused: `\`${race.write.name}\` is declared in another file` };
  const node = source.enclosing(race.op.span, 'ExpressionStatement');
  const statement = source.statement(race.op.span);
  const assigned = node && assignmentOf(node);
  if (!statement || !assigned || spanOf(bare(node['expression'] as Node))[0] !== race.op.span[0])
    return { refused: 'the assignment is a part of a larger expression' };
  const target = source.text(spanOf(assigned['left'] as Node));
  const making = bare(assigned['right'] as Node);
  if (making.type !== 'AwaitExpression') return { refused: 'the value is not made in the statement that sets it' };
  const made = source.text(spanOf(making['argument'] as Node));
  if (holdsAwait(making['argument'] as Node)) return { refused: 'the making waits for more than one thing' };
  const type = valueType(source, cell);
  if (type === undefined && /\.[cm]?tsx?$/.test(unit.path))
    return { refused: `the type of \`${race.write.name}\` is not written` };
  const name = promiseName(cell);
  if (mentions(unit.text, name)) return { refused: `\`${name}\` is in use already` };
  const pending = target.slice(0, target.length - cell.name.length) + name;
  const shared = `(${pending} ??= (async () => (${target} = await ${made}))().finally(() => {${source.eol}${inner(source, node)}${pending} = undefined;${source.eol}${source.indent(spanOf(node)[0])}}))`;
  const rewriting = new Rewriting(source);
  const refused = place(project, unit, race, { source, rewriting, node, statement, assigned, target, shared });
  if (refused) return { refused };
  declare(rewriting, source, cell, name, type);
  return lower(
    { title: 'Share one promise while the value is made', tier: 'safe', edits: rewriting.finish() },
    'unsafe',
    ASSUMPTION,
  );
}

function inner(source: Source, node: Node): string {
  return source.indent(spanOf(node)[0]) + source.step;
}

interface Site {
  readonly source: Source;
  readonly rewriting: Rewriting;
  /** The assignment. */
  readonly node: Node;
  /** What stands in a list of statements: the assignment, or the `if` around it. */
  readonly statement: { readonly node: Node; readonly siblings: readonly Node[]; readonly index: number };
  readonly assigned: Node;
  readonly target: string;
  readonly shared: string;
}

/** Puts the promise where the value was made; what follows must still find a value, in the types as well. */
function place(project: Linked, unit: Unit, race: MakingRace, site: Site): string | undefined {
  const { source, rewriting, node, statement, assigned, target, shared } = site;
  const span = spanOf(node);
  const isAlways = assigned['operator'] === '=';
  const before = isAlways ? '' : `if (${target} == null) `;
  const owner = unit.fn(race.root).span;
  const rest = unit.text.slice(span[1], owner[1]);
  const cleared = writesIn(project, unit).some(({ cell, fn }) => fn !== race.fn && overlap(cell.id, race.write.id));
  const following = statement.siblings[statement.index + 1] ?? after(source, statement.node);
  const returns =
    following?.type === 'ReturnStatement' &&
    following['argument'] != null &&
    source.text(spanOf(following['argument'] as Node)) === target;
  if (returns) {
    rewriting.replace(span, `${before}return await ${shared};`);
    if (isAlways && statement.node === node && following === statement.siblings[statement.index + 1])
      rewriting.remove(following);
    return undefined;
  }
  if (!mentionsPath(rest, target)) rewriting.replace(span, `${before}await ${shared};`);
  else if (!cleared)
    rewriting.replace(span, `${isAlways ? `${target} = await ${shared}` : `${target} ??= await ${shared}`};`);
  else return `\`${race.write.name}\` is also written elsewhere, and used after it is made`;
  return undefined;
}

/** The statement after the `if` whose last statement this is. */
function after(source: Source, node: Node): Node | undefined {
  const path = source.around(spanOf(node));
  const branch = path.findLast((outer) => outer.type === 'IfStatement');
  const outer = branch && source.statement(spanOf(branch));
  return outer?.node === branch ? outer?.siblings[outer.index + 1] : undefined;
}

function assignmentOf(statement: Node): Node | undefined {
  const expression = statement.type === 'ExpressionStatement' ? bare(statement['expression'] as Node) : undefined;
  if (expression?.type !== 'AssignmentExpression') return undefined;
  return /^(=|\?\?=|\|\|=)$/.test(expression['operator'] as string) ? expression : undefined;
}

function holdsAwait(node: Node): boolean {
  if (node.type === 'AwaitExpression' || node.type === 'YieldExpression') return true;
  return [...children(node)].some(holdsAwait);
}

function promiseName(cell: Declaration): string {
  return `${cell.name}Promise`;
}

/** The declared type without `undefined` and `null`; undefined when none is written. */
function valueType(source: Source, cell: Declaration): string | undefined {
  if (!cell.type) return undefined;
  const parts = cell.type.t === 'union' ? cell.type.of : [cell.type];
  const kept = parts.filter((part) => !/^(undefined|null)$/.test(source.text(part.span)));
  return kept.length === 0 ? undefined : kept.map((part) => source.text(part.span)).join(' | ');
}

/** The promise is declared beside the value. */
function declare(
  rewriting: Rewriting,
  source: Source,
  cell: Declaration,
  name: string,
  type: string | undefined,
): void {
  const node = source.enclosing(cell.nameSpan, 'PropertyDefinition', 'AccessorProperty', 'VariableDeclaration');
  if (!node) return;
  const [start, end] = spanOf(node);
  const written = type === undefined ? '' : `: Promise<${type}> | undefined`;
  const isStatic = node['static'] === true ? 'static ' : '';
  const hidden = name.startsWith('#') || type === undefined ? '' : 'private ';
  const text = cell.binding === undefined ? `${hidden}${isStatic}${name}${written};` : `let ${name}${written};`;
  rewriting.replace([end, end], `${source.eol}${source.indent(start)}${text}`);
}
