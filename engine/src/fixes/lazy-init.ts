import { bare, spanOf, type Node } from '../ast/node.js';
import type { Section } from '../link/section.js';
import type { Reference } from './data-references.js';
import { absenceComparison } from './optional-use.js';
import type { Rewriting } from './rewriting.js';
import type { Source } from './source.js';
import { callbackCall } from './callback-call.js';
import { ownReturns } from './own-returns.js';

const UNUSUAL = 'a section that waits does more than to make the value once';

/** `if (!x) x = await make(); return x;` under a lock becomes `getOrInit(() => make())`. */
export function lazyInit(
  rewriting: Rewriting,
  section: Section,
  references: readonly Reference[],
  target: string,
): string | undefined {
  const { source } = rewriting;
  const place = placeOf(source, section);
  if (typeof place === 'string') return place;
  const cells = new Set(references.map((reference) => reference.at(-1)!));
  const read = readInit(source, place.body, cells);
  if (!read) return UNUSUAL;
  const call = `${target}.getOrInit(${read.factory})`;
  if (place.acquire) {
    rewriting.remove(place.acquire);
    rewriting.replace(spanOf(place.whole), read.returns ? `return await ${call};` : `await ${call};`);
  } else rewriting.replace(spanOf(place.whole), place.awaited ? `await ${call}` : call);
  return undefined;
}

interface Place {
  readonly body: readonly Node[];
  /** What gives way to the call. */
  readonly whole: Node;
  readonly acquire?: Node;
  readonly awaited: boolean;
}

function placeOf(source: Source, section: Section): Place | string {
  if (section.form === 'callback') {
    const found = callbackCall(source, section);
    if (typeof found === 'string') return found;
    const body = found.callback['body'] as Node;
    const whole = found.path[found.outer]!;
    const statements = body.type === 'BlockStatement' ? (body['body'] as Node[]) : [body];
    return { body: statements, whole, awaited: whole.type === 'AwaitExpression' };
  }
  const statement = source.statement(section.acquire.span);
  const next = statement?.siblings[statement.index + 1];
  const body =
    next?.type === 'TryStatement' && next['handler'] == null ? ((next['block'] as Node)['body'] as Node[]) : undefined;
  if (!statement || !next || !body || ((next['finalizer'] as Node)['body'] as Node[]).length !== 1) return UNUSUAL;
  return { body, whole: next, acquire: statement.node, awaited: true };
}

interface Init {
  readonly factory: string;
  readonly returns: boolean;
}

/** The initialisation that a body is, and whether the body gives the value. */
function readInit(source: Source, body: readonly Node[], cells: ReadonlySet<Node>): Init | undefined {
  const isCell = (node: Node | null | undefined): boolean => node != null && cells.has(bare(node));
  const [first, ...rest] = body;
  if (!first) return undefined;
  const last = rest.at(-1);
  const returns = last?.type === 'ReturnStatement' && isCell(last['argument'] as Node | null);
  // `x ??= await make()`, alone or returned at once.
  const assigned =
    assignment(first) ?? (first.type === 'ReturnStatement' ? bare(first['argument'] as Node) : bare(first));
  if (assigned.type === 'AssignmentExpression' && assigned['operator'] === '??=' && isCell(assigned['left'] as Node)) {
    const plain = rest.length === (returns ? 1 : 0);
    return plain
      ? { factory: made(source, assigned['right'] as Node), returns: returns || first.type === 'ReturnStatement' }
      : undefined;
  }
  if (first.type !== 'IfStatement' || first['alternate'] != null) return undefined;
  const test = first['test'] as Node;
  const inside = statements(first['consequent'] as Node);
  if (isAbsent(test, cells)) {
    if (rest.length !== (returns ? 1 : 0)) return undefined;
    const factory = factoryOf(source, inside, isCell, false);
    return factory === undefined ? undefined : { factory, returns };
  }
  // `if (x) return x; …; x = made; return made;`
  const early =
    inside.length === 1 && inside[0]!.type === 'ReturnStatement' && isCell(inside[0]!['argument'] as Node | null);
  if (!early || !isPresentTest(test, cells)) return undefined;
  const factory = factoryOf(source, rest, isCell, true);
  return factory === undefined ? undefined : { factory, returns: true };
}

/** The function that makes the value, from statements the last of which writes it. */
function factoryOf(
  source: Source,
  body: readonly Node[],
  isCell: (node: Node | null | undefined) => boolean,
  returning: boolean,
): string | undefined {
  const end = returning ? body.slice(0, -1) : body;
  const write = end.at(-1);
  const assigned = write && assignment(write);
  if (!write || assigned?.['operator'] !== '=' || !isCell(assigned['left'] as Node)) return undefined;
  const value = assigned['right'] as Node;
  if (returning) {
    const last = body.at(-1)!;
    const given = last.type === 'ReturnStatement' ? (last['argument'] as Node | null) : null;
    if (!given || !(isCell(given) || source.text(spanOf(given)) === source.text(spanOf(value)))) return undefined;
  }
  const before = end.slice(0, -1);
  if (before.length === 0) return made(source, value);
  if (ownReturns(before).length > 0) return undefined;
  const { eol } = source;
  const base = source.indent(spanOf(write)[0]);
  const text = source.text([spanOf(before[0]!)[0], spanOf(before.at(-1)!)[1]]);
  return `async () => {${eol}${base}${text}${eol}${base}return ${source.text(spanOf(value))};${eol}${base.slice(source.step.length)}}`;
}

function made(source: Source, value: Node): string {
  const inner = value.type === 'AwaitExpression' ? (value['argument'] as Node) : value;
  const text = source.text(spanOf(inner));
  const waits = /\bawait\b/.test(text) ? 'async ' : '';
  return `${waits}() => ${inner.type === 'ObjectExpression' ? `(${text})` : text}`;
}

function assignment(statement: Node): Node | undefined {
  const expression = statement.type === 'ExpressionStatement' ? (statement['expression'] as Node) : undefined;
  return expression?.type === 'AssignmentExpression' ? expression : undefined;
}

function statements(node: Node): readonly Node[] {
  return node.type === 'BlockStatement' ? (node['body'] as Node[]) : [node];
}

function isAbsent(test: Node, cells: ReadonlySet<Node>): boolean {
  const subject = subjectOf(test, cells);
  return subject !== undefined && absenceComparison(test, subject) === false;
}

function isPresentTest(test: Node, cells: ReadonlySet<Node>): boolean {
  if (cells.has(bare(test))) return true;
  const subject = subjectOf(test, cells);
  return subject !== undefined && absenceComparison(test, subject) === true;
}

function subjectOf(test: Node, cells: ReadonlySet<Node>): Node | undefined {
  return ([test['argument'], test['left'], test['right']] as (Node | undefined)[]).find(
    (node) => node != null && cells.has(node),
  );
}
