/**
 * Reports locks that are taken in one order here and in another there: two tasks, each holding the lock that the other
 * waits for. Silent where a further lock is held at all the places, for then only one task at a time comes so far.
 */
import { oneOrderFix } from '../../fixes/one-order.js';
import { lineOf } from '../../link/line-of.js';
import type { Linked } from '../../link/linked.js';
import { lockOrder, type LockCycle, type OrderPlace } from '../../link/order.js';
import { at, type Check } from '../check.js';

export const noLockOrderCycle: Check = {
  name: 'no-lock-order-cycle',
  summary: 'Locks must be taken in one order everywhere.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run({ project, unit, report }) {
    for (const cycle of lockOrder(project).cycles) {
      const home = [...cycle].sort(byPlace)[0]!;
      if (home.site.path !== unit.path) continue;
      report({
        span: home.site.span,
        message: `${actors(project, cycle)}: neither goes on, nor does any task behind them. Take the locks in one order everywhere, or ask for all of them in one segment.`,
        related: cycle.flatMap((place) => story(place)),
        fix: () => oneOrderFix(project, cycle),
      });
    }
  },
};

const NAMES = ['one task', 'another', 'a third', 'a fourth', 'a fifth'];

/** "One task holds `a` (file:line) and waits for `b`; another holds `b` …" */
function actors(project: Linked, cycle: LockCycle): string {
  return cycle
    .map(({ from, to, trace, nesting, site }, index) => {
      const symbol = trace.unit.fn(trace.fn).symbol;
      const where = `${lineOf(project, { path: site.path, span: nesting.outer.span })}${symbol ? `, \`${symbol}\`` : ''}`;
      return `${NAMES[index]!} holds \`${nameOf(from.name, from.id)}\` (${where}) and waits for \`${nameOf(to.name, to.id)}\``;
    })
    .join('; ');
}

/** Names as declared: the two places may call one lock by different ones. */
function nameOf(name: string, id: string): string {
  const declared = id.slice(id.indexOf('#') + 1).replace(/@\d+$/, '');
  return declared || name;
}

function story({ trace, nesting, site, from, to }: OrderPlace) {
  const { unit } = trace;
  return [
    at({ path: unit.path, span: nesting.outer.span }, `\`${from.name}\` is taken here`),
    at(site, `and held while this waits for \`${to.name}\``),
    ...nesting.inner.chain.slice(1).map((place) => at(place, 'which calls this')),
    ...(nesting.inner.chain.length > 0 ? [at(nesting.inner.place, `where \`${to.name}\` is asked for`)] : []),
  ];
}

function byPlace(one: OrderPlace, other: OrderPlace): number {
  if (one.site.path !== other.site.path) return one.site.path < other.site.path ? -1 : 1;
  return one.site.span[0] - other.site.span[0];
}
