import { bare, isFunction, spanOf, type Node } from '../ast/node.js';
import { same } from '../ast/span.js';
import type { Edit } from '../findings.js';
import type { Linked } from '../link/linked.js';
import { lockOrder, type LockCycle, type OrderPlace } from '../link/order.js';
import { lower, type Outcome } from './outcome.js';
import { Source } from './source.js';

/**
 * Two locks that are taken in either order are taken in one: at every place that has the order which fewer places have, the two requests
 * change their places. That adds no order that is not there already; it needs the two to follow each other with nothing between.
 */
export function oneOrderFix(project: Linked, cycle: LockCycle): Outcome {
  const [one, other] = cycle;
  if (!one || !other || cycle.length !== 2) return { refused: 'more than two locks are part of the cycle' };
  const { places } = lockOrder(project);
  const ways = [one, other]
    .map((way) => places.filter((place) => isSameWay(place, way)))
    .sort((some, more) => some.length - more.length);
  let refused: string | undefined;
  for (const way of ways) {
    const changed = exchangedAll(project, way);
    if (typeof changed !== 'string') {
      const [{ from, to }] = way as [OrderPlace];
      return lower(
        { title: `Take \`${to.name}\` before \`${from.name}\``, tier: 'safe', edits: changed },
        'unsafe',
        `tasks that used to hang now go on, and \`${to.name}\` is waited for before \`${from.name}\``,
      );
    }
    refused ??= changed;
  }
  return { refused: refused! };
}

function isSameWay(one: OrderPlace, other: OrderPlace): boolean {
  return one.from.id === other.from.id && one.to.id === other.to.id;
}

/** The edits at all places of one order; a clause where one of them forbids it. */
function exchangedAll(project: Linked, way: readonly OrderPlace[]): readonly Edit[] | string {
  const [{ from, to }] = way as [OrderPlace];
  if (leads(project, from.id, to.id, way))
    return `\`${to.name}\` is waited for under \`${from.name}\` by way of a third lock too`;
  const edits: Edit[] = [];
  for (const place of way) {
    const changed = exchanged(project, place);
    if (typeof changed === 'string') return changed;
    edits.push(...changed);
  }
  return edits;
}

/** Whether one lock is held while another is waited for, through any locks between, some places apart. */
function leads(project: Linked, from: string, to: string, apart: readonly OrderPlace[]): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    for (const place of lockOrder(project).places)
      if (place.from.id === id && !apart.includes(place)) open.push(place.to.id);
  }
  return false;
}

function exchanged(project: Linked, { trace, nesting, from, to }: OrderPlace): readonly Edit[] | string {
  const { outer, inner, site } = nesting;
  if (inner.chain.length > 0) return `\`${to.name}\` is taken in a function that is called with \`${from.name}\` held`;
  const source = Source.of(project, trace.unit);
  const first = callAt(source, outer.span);
  const second = callAt(source, site.span);
  if (!first || !second)
    return `\`${from.name}\` is held already when the function that takes \`${to.name}\` is called`;
  const exchange = (one: Node, two: Node): Edit[] => [
    { path: trace.unit.path, span: spanOf(one), text: source.text(spanOf(two)) },
    { path: trace.unit.path, span: spanOf(two), text: source.text(spanOf(one)) },
  ];
  const section = onlyCallback(first);
  if (section) {
    if (wholeBody(section) !== second) return `the section of \`${from.name}\` does more than to take \`${to.name}\``;
    const work = onlyCallback(second);
    if (!work || [section, work].some(({ params }) => (params as Node[]).length > 0))
      return 'a section is given arguments by its lock';
    return exchange(first['callee'] as Node, second['callee'] as Node);
  }
  const [one, two] = [source.statement(outer.span), source.statement(site.span)];
  if (!one || !two || one.siblings !== two.siblings || one.index + 1 !== two.index || onlyCallback(second))
    return `something stands between the requests for \`${from.name}\` and \`${to.name}\``;
  return exchange(one.node, two.node);
}

function callAt(source: Source, span: OrderPlace['site']['span']): Node | undefined {
  return source.around(span).findLast((node) => node.type === 'CallExpression' && same(spanOf(node), span));
}

/** The function that is all that a call is given. */
function onlyCallback(call: Node): Node | undefined {
  const [only, ...others] = call['arguments'] as Node[];
  return only && others.length === 0 && isFunction(only) ? only : undefined;
}

/** The call that is all that a function does: its value, or its only statement, awaited or returned. */
function wholeBody(fn: Node): Node | undefined {
  const body = fn['body'] as Node;
  const [only, ...others] = body.type === 'BlockStatement' ? (body['body'] as Node[]) : [];
  if (others.length > 0) return undefined;
  const value = (body.type === 'BlockStatement' ? (only?.['argument'] ?? only?.['expression']) : body) as
    Node | undefined;
  const inner = value && bare(value);
  return inner?.type === 'AwaitExpression' ? bare(inner['argument'] as Node) : inner;
}
