import type { CallOp } from '../facts/format.js';
import type { Place } from '../findings.js';
import { ByUnit } from './by-unit.js';
import type { Target } from './called-function.js';
import { excludedLocks } from './contracts.js';
import type { Entities } from './entity.js';
import { givenBy, givenKey, type GivenArguments } from './given.js';
import type { LockRef } from './lock-ref.js';
import type { Hold } from './state.js';
import type { Summaries } from './summary.js';
import { translated } from './translated.js';
import type { Unit } from './unit.js';
import { isWaitedFor } from './waiting.js';
import { isResumed } from './walk/trace.js';

/** A lock that a function takes, directly or through what it calls. */
export interface Acquire {
  readonly ref: LockRef;
  /** The caller waits for it. */
  readonly awaited: boolean;
  /** The acquire itself. */
  readonly place: Place;
  /** The calls that lead there, outermost first. */
  readonly chain: readonly Place[];
}

/** The longest chain of calls that a reader would follow, and the deepest that is searched. */
const MAX_CHAIN = 6;
const MAX_DEPTH = 40;

/** What functions take, through whatever they call. */
export class Acquires {
  private readonly entities: Entities;
  private readonly effects: Pick<Summaries, 'target' | 'mayLock' | 'trace'>;
  private readonly known = new ByUnit<string, readonly Acquire[]>();

  constructor(entities: Entities, effects: Acquires['effects']) {
    this.entities = entities;
    this.effects = effects;
  }

  /**
   * Every lock that a function takes, directly or through calls, each with the chain that leads to it. What a call site
   * tells of the arguments decides the tests on them: `save({ skipLock: true })` takes nothing.
   */
  of(target: Target, given: GivenArguments = []): readonly Acquire[] {
    return this.collect(target, given, []).list;
  }

  /** The locks that one call of a function takes, in the terms of the calling function. */
  at(unit: Unit, fn: number, op: CallOp, callerGiven: GivenArguments = []): readonly Acquire[] {
    const next = this.effects.target(unit, fn, op);
    return next ? this.through(next, unit, fn, op, callerGiven, []).list : [];
  }

  private collect(target: Target, given: GivenArguments, stack: readonly string[]): Collected {
    const own = `${target.fn}\0${givenKey(given)}`;
    const known = this.known.get(target.unit, own);
    if (known) return { list: known, cut: Infinity };
    const key = `${target.unit.path}\0${own}`;
    const entered = stack.indexOf(key);
    if (entered >= 0) return { list: [], cut: entered };
    if (stack.length > MAX_DEPTH || !this.effects.mayLock(target)) return { list: [], cut: Infinity };
    const trace = this.effects.trace(target.unit, target.fn, given);
    if (!trace) return { list: [], cut: 0 };
    const found = new Map<string, Acquire>();
    const add = (acquire: Acquire) => {
      const { ref } = acquire;
      const name = `${ref.id} ${ref.receiver} ${ref.key?.text ?? ''} ${ref.side ?? ''}`;
      const before = found.get(name);
      if (!before || (acquire.awaited && !before.awaited)) found.set(name, acquire);
    };
    for (const hold of trace.holds) if (!isResumed(trace, hold)) add(ownAcquire(target.unit, hold));
    for (const { ref, tag } of excludedLocks(this.entities, target.unit, target.fn))
      add({ ref, awaited: true, place: { path: target.unit.path, span: tag.span }, chain: [] });
    let cut = Infinity;
    const inner = [...stack, key];
    const follow = (fn: number, op: CallOp) => {
      const next = this.effects.target(target.unit, fn, op);
      if (!next) return;
      const through = this.through(next, target.unit, fn, op, given, inner);
      cut = Math.min(cut, through.cut);
      for (const acquire of through.list) if (acquire.chain.length <= MAX_CHAIN) add(acquire);
    };
    for (const visit of trace.visits) if (visit.op.op === 'call') follow(visit.fn, visit.op);
    for (const { callee, fn, op } of trace.references) follow(fn, { ...op, callee, args: [] });
    const list = [...found.values()];
    // A list that was cut short by a recursion still open above is complete only up there.
    if (cut >= stack.length) this.known.set(target.unit, own, list);
    return { list, cut: cut >= stack.length ? Infinity : cut };
  }

  private through(
    next: Target,
    unit: Unit,
    fn: number,
    op: CallOp,
    callerGiven: GivenArguments,
    stack: readonly string[],
  ): Collected {
    const { list, cut } = this.collect(next, givenBy(next, { unit, fn, given: callerGiven }, op), stack);
    const place: Place = { path: unit.path, span: op.span };
    const waited = isWaitedFor(unit, op);
    const mine = list.flatMap((acquire): Acquire[] => {
      const ref = translated(this.entities, acquire.ref, next, { unit, fn, op });
      return ref ? [{ ...acquire, ref, awaited: acquire.awaited && waited, chain: [place, ...acquire.chain] }] : [];
    });
    return { list: mine, cut };
  }
}

/** A hold as a request that the function makes itself. */
export function ownAcquire(unit: Unit, hold: Hold): Acquire {
  const op = hold.call < 0 ? undefined : unit.call(hold.call)?.op;
  const awaited =
    hold.waits && !hold.onlyIfFree && (op === undefined || hold.form === 'using' || isWaitedFor(unit, op));
  return { ref: hold.ref, awaited, place: { path: unit.path, span: hold.span }, chain: [] };
}

interface Collected {
  readonly list: readonly Acquire[];
  /** How far down the stack of open functions the recursion lies that cut the list short. */
  readonly cut: number;
}
