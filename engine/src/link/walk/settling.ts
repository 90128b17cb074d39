import type { CallOp, Value } from '../../facts/format.js';
import type { Span } from '../../findings.js';
import { settlingFailure } from '../failure.js';
import { withoutHold, withTransfer, type Hold, type State } from '../state.js';
import { everyOp, type Unit } from '../unit.js';
import { thrown, type Context, type Flow } from './flow.js';
import type { Walk } from './walk.js';

/** One call of a chain of promises, `.then(…)`, `.catch(…)`, `.finally(…)`: what it runs when the promise before it is fulfilled or rejected. */
interface Link {
  readonly fulfilled: Value | undefined;
  readonly rejected: Value | undefined;
}

/**
 * What waiting for a promise does to locks: `work().then(() => lock.release())` gives back what the callback releases by the time that
 * it has settled. What only one outcome gives back stays held after the other.
 */
export function settle(walk: Walk, promise: Value, states: readonly State[], at: Span, context: Context): Flow {
  const { first, links } = chainOf(walk, promise);
  let next = [...states];
  let failed = thrown(states, first.v === 'call' ? first.span : at, failureOf(walk, first, context));
  for (const { fulfilled, rejected } of links) {
    const after = (state: State, callback: Value | undefined) => released(walk, callback, state, context);
    const handled = failed.map((exit) => ({ ...exit, state: after(exit.state, rejected) }));
    next = next.map((state) => after(state, fulfilled));
    if (rejected && rejected !== fulfilled) {
      next.push(...handled.map(({ state }) => state));
      failed = throwsOn(walk, rejected) ? handled : [];
    } else failed = handled;
  }
  return { next, exits: failed };
}

/** Whether waiting for a promise gives anything back. */
export function settlesHolds(walk: Walk, promise: Value, state: State): boolean {
  return chainOf(walk, promise).links.some(({ fulfilled, rejected }) =>
    [fulfilled, rejected].some((callback) => releasedBy(walk, callback, state).length > 0),
  );
}

/** Nobody waits for the chain that a call is the end of: what it releases is its own to release, whenever that is. */
export function leaveToChain(walk: Walk, op: CallOp, state: State): State {
  if (!linkOf(op) || /^(?:await|return|receiver)$/.test(op.result)) return state;
  return chainOf(walk, { v: 'call', id: op.id, span: op.span })
    .links.flatMap(({ fulfilled, rejected }) => [fulfilled, rejected])
    .flatMap((callback) => releasedBy(walk, callback, state))
    .reduce(withTransfer, state);
}

/** Whether a call says what is to be done when a promise has settled. */
export function isLink(op: CallOp): boolean {
  return linkOf(op) !== undefined;
}

const heads = new WeakMap<Unit, ReadonlySet<number>>();

/** Whether a call gives the promise that a chain goes on from: what goes wrong in it comes as a rejection. */
export function givesToLink(unit: Unit, { id, result }: CallOp): boolean {
  if (result !== 'receiver') return false;
  let known = heads.get(unit);
  if (!known) {
    const links = unit.facts.functions.flatMap((_, fn) => unit.callsIn(fn)).filter(isLink);
    const receivers = links.flatMap(({ callee }) => (callee.v === 'member' ? [callee.of] : []));
    known = new Set(receivers.flatMap((value) => (value.v === 'call' ? [value.id] : [])));
    heads.set(unit, known);
  }
  return known.has(id);
}

function failureOf({ entities, unit }: Walk, promise: Value, { fn }: Context) {
  return settlingFailure(entities.wide, unit, fn, promise);
}

/** A promise that a chain begins with, and the calls that follow it, in the order in which they run. */
function chainOf(walk: Walk, promise: Value): { readonly first: Value; readonly links: readonly Link[] } {
  const links: Link[] = [];
  let first = promise;
  for (;;) {
    const op = first.v === 'call' ? walk.unit.call(first.id)?.op : undefined;
    const link = op && linkOf(op);
    if (op?.callee.v !== 'member' || !link) return { first, links: links.reverse() };
    links.push(link);
    first = op.callee.of;
  }
}

function linkOf({ callee, args: [first, second] }: CallOp): Link | undefined {
  if (callee.v !== 'member') return undefined;
  switch (callee.name) {
    case 'then':
      return { fulfilled: first, rejected: second };
    case 'catch':
      return { fulfilled: undefined, rejected: first };
    case 'finally':
      return { fulfilled: first, rejected: first };
    default:
      return undefined;
  }
}

function released(walk: Walk, callback: Value | undefined, state: State, context: Context): State {
  return releasedBy(walk, callback, state).reduce((after, hold) => {
    walk.recording.releaseWhenSettled(hold, callback!.span, context);
    return withoutHold(after, hold);
  }, state);
}

/** The locks held that a callback of a promise gives back: a releaser itself, or a function that has one or names the lock. */
function releasedBy(walk: Walk, callback: Value | undefined, state: State): Hold[] {
  if (!callback || state.holds.length === 0) return [];
  const own = walk.ownership.holdOf(callback, state);
  if (own) return [own];
  const fn = functionOf(walk, callback);
  if (fn === undefined) return [];
  const named = walk.unit.callsIn(fn).flatMap((op) =>
    walk.actionsOf(op, fn).flatMap((action) => {
      const hold = action.do === 'release' && state.holds.findLast(({ ref }) => ref.id === action.ref.id);
      return hold ? [hold] : [];
    }),
  );
  return [...new Set([...walk.ownership.capturedBy(fn, state), ...named])];
}

function functionOf({ entities, unit }: Walk, callback: Value): number | undefined {
  if (callback.v === 'fn') return callback.id;
  const entity =
    callback.v === 'bind' ? entities.of(unit, unit.facts.bindings[callback.id]!.owner, callback) : undefined;
  return entity?.k === 'function' && entity.unit === unit ? entity.fn : undefined;
}

/** A handler that may throw what it was given, or something else. */
function throwsOn(walk: Walk, handler: Value): boolean {
  const fn = functionOf(walk, handler);
  return fn === undefined || [...everyOp(walk.unit.fn(fn).body)].some(({ op }) => op === 'throw');
}
