import type { CallOp, Op, Value } from '../facts/format.js';
import type { Place } from '../findings.js';
import { lockAction, type Action, type ReleaserArgument } from './action.js';
import { ByUnit } from './by-unit.js';
import { calledFunctions, type Target } from './called-function.js';
import { excludedLocks, hasContract } from './contracts.js';
import type { Entities } from './entity.js';
import { givenBy, givenKey, type GivenArguments } from './given.js';
import { givesPromise } from './gives-promise.js';
import { accessPath, keyOf, lockRef, UNKNOWN_KEY, UNKNOWN_RECEIVER, type LockRef } from './lock-ref.js';
import { isReleasedByName } from '../models/model.js';
import { OpenWalks } from './open-walks.js';
import type { Hold } from './state.js';
import type { Unit } from './unit.js';
import { isWaitedFor } from './waiting.js';
import { isResumed, type ParamRun, type Trace } from './walk/trace.js';
import { walk } from './walk/walk.js';

/** What a call of a project function does to locks, as its caller sees it. */
export interface CallEffects {
  of(unit: Unit, fn: number, op: CallOp): readonly Action[];
  /** The project function that a call runs. */
  target(unit: Unit, fn: number, op: CallOp): Target | undefined;
}

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

/** Walks for the sake of each other: what a walk asks for is mostly walked before it, so that only recursion and callbacks nest them. */
const MAX_OPEN = 24;

/** Functions that are searched for a lock before it is given up: no code that people wrote reaches it. */
const MAX_REACH = 20_000;

/** Traces and summaries of functions, computed when they are first asked for. */
export class Summaries implements CallEffects {
  private readonly entities: Entities;
  private readonly traces = new ByUnit<string, Trace>();
  private readonly acquired = new ByUnit<string, readonly Acquire[]>();
  private readonly walking = new OpenWalks();
  /** What the walks under way have made, by name. */
  private readonly made = new Map<string, { readonly unit: Unit; readonly own: string }>();
  private readonly forgotten = new ByUnit<string, true>();
  private readonly touches = new ByUnit<number, boolean>();

  constructor(entities: Entities) {
    this.entities = entities;
  }

  /** The trace of a function, or undefined while it is being made: a recursive call adds nothing to its own effects. */
  trace(unit: Unit, fn: number, given: GivenArguments = []): Trace | undefined {
    const own = `${fn}\0${givenKey(given)}`;
    const key = `${unit.path}\0${own}`;
    const known = this.traces.get(unit, own);
    if (known) {
      this.walking.use(key);
      return known;
    }
    if (this.walking.has(key) || this.walking.size > MAX_OPEN) {
      this.walking.doWithout(key);
      return undefined;
    }
    if (this.walking.size === 0) this.walkCallees({ unit, fn });
    return this.traces.get(unit, own) ?? this.walked(unit, fn, given, own, key);
  }

  /**
   * Walks what a function calls before itself, the innermost first: no walk has then to wait for many others, and what is known of a
   * long way of calls is the same whoever asked for it first.
   * What calls in a circle is walked again, once, when the walk that the circle was cut at has ended.
   */
  private walkCallees(target: Target): void {
    const seen = new Set<string>();
    const open = [{ target, isLeft: false }];
    for (let next = open.pop(); next; next = open.pop()) {
      const { unit, fn } = next.target;
      const own = `${fn}\0${givenKey([])}`;
      const key = `${unit.path}\0${own}`;
      if (next.isLeft) {
        if (!this.traces.get(unit, own)) this.walked(unit, fn, [], own, key);
      } else if (!seen.has(key) && !this.traces.get(unit, own)) {
        seen.add(key);
        if (next.target !== target) open.push({ ...next, isLeft: true });
        for (const callee of this.callees(next.target))
          if (this.mayLock(callee)) open.push({ target: callee, isLeft: false });
      }
    }
  }

  private walked(unit: Unit, fn: number, given: GivenArguments, own: string, key: string): Trace {
    this.walking.begin(key);
    const trace = walk(this.entities, this, unit, fn, given);
    this.walking.end(key);
    this.traces.set(unit, own, trace);
    this.made.set(key, { unit, own });
    for (const short of this.walking.takeShort()) this.forget(short);
    if (this.walking.size === 0) this.made.clear();
    return trace;
  }

  /** Once is enough: what it did without is known by then. */
  private forget(name: string): void {
    const { unit, own } = this.made.get(name)!;
    if (this.forgotten.has(unit, own)) return;
    this.forgotten.set(unit, own, true);
    this.traces.delete(unit, own);
  }

  /** The project function that a call runs; of several that it may run, the first that has to do with locks. */
  target(unit: Unit, fn: number, op: CallOp): Target | undefined {
    const [first, ...others] = this.candidates(unit, fn, op);
    if (!first || others.length === 0) return first;
    return [first, ...others].find((one) => this.mayLock(one)) ?? first;
  }

  private candidates(unit: Unit, fn: number, op: CallOp): readonly Target[] {
    let ofUnit = this.targets.get(unit);
    if (!ofUnit) this.targets.set(unit, (ofUnit = new WeakMap()));
    let found = ofUnit.get(op);
    if (!found) ofUnit.set(op, (found = calledFunctions(this.entities, unit, fn, op)));
    return found;
  }

  private readonly targets = new WeakMap<Unit, WeakMap<CallOp, readonly Target[]>>();

  of(unit: Unit, fn: number, op: CallOp): readonly Action[] {
    const target = this.target(unit, fn, op);
    if (!target || op.isNew || !this.mayLock(target)) return [];
    const trace = this.trace(target.unit, target.fn);
    if (!trace) return [];
    const actions: Action[] = [];
    const fact = target.unit.fn(target.fn);
    for (const hold of trace.returned) {
      const ref = this.translate(hold.ref, target, unit, fn, op);
      const sync = !fact.async && (fact.returns?.t === 'function' || !returnsPromise(trace));
      if (!ref) continue;
      if (isResumed(trace, hold)) actions.push(resumption(ref));
      else actions.push({ do: 'acquire', ref, gives: 'releaser', sync, attempt: false });
    }
    const released = new Set(trace.releases.map((release) => release.hold));
    for (const hold of trace.kept) {
      if (released.has(hold) || trace.returned.includes(hold) || hold.form !== 'manual') continue;
      // Without its releaser nobody can give it back: a place that goes with what is kept, such as a pooled object.
      if (!isReleasedByName(hold.ref.model)) continue;
      // Whether an attempt has taken it is for whoever made it to know.
      if (!hold.waits || isRecycled(trace, hold.ref)) continue;
      const ref = this.translate(hold.ref, target, unit, fn, op);
      if (!ref) continue;
      if (isResumed(trace, hold)) actions.push(resumption(ref));
      else actions.push({ do: 'acquire', ref, gives: 'nothing', sync: !fact.async, attempt: false });
    }
    for (const { ref, conditional } of trace.foreign) {
      const mine = isRecycled(trace, ref) ? undefined : this.translate(ref, target, unit, fn, op);
      if (mine) actions.push({ do: 'release', ref: mine, ...(conditional ? { conditional } : {}) });
    }
    for (const run of trace.runs) {
      const index = fact.params.findIndex((param) => param.binding === run.binding);
      const callback = index < 0 ? undefined : op.args[index];
      if (!callback) continue;
      const isPending = run.loose.length > 0 && this.givesPromise(unit, fn, callback);
      for (const hold of run.under) {
        const isLoose = run.loose.includes(hold) && (hold.form !== 'manual' || released.has(hold));
        const ref = isLoose && isPending ? undefined : this.translate(hold.ref, target, unit, fn, op);
        const loose = isLoose ? { loose: true as const } : {};
        const resumes = hold.resumes ? { resumes: true as const } : {};
        const how = { ...loose, ...resumes, ...releaserOf(run, hold) };
        if (ref) actions.push({ do: 'section', ref, callback, tries: !hold.waits, ...how });
      }
    }
    return actions;
  }

  /** Whether a value is a function that gives a promise: what it does after its first wait is not done when it returns. */
  private givesPromise(unit: Unit, fn: number, callback: Value): boolean {
    const entity = this.entities.of(unit, fn, callback);
    return entity?.k === 'function' && givesPromise(this, entity);
  }

  /** Whether a call of a function takes, gives back or holds a lock for its caller. */
  lends(target: Target): boolean {
    const trace = this.mayLock(target) ? this.trace(target.unit, target.fn) : undefined;
    if (!trace) return false;
    return [trace.returned, trace.kept, trace.foreign, trace.runs].some((list) => list.length > 0);
  }

  /**
   * Whether a function, or one that it calls, does anything with a lock. Most functions do not, and are never walked.
   * A search that finds nothing has seen the whole reach, so all of it is known to be free of locks.
   */
  mayLock(target: Target): boolean {
    const seen = new Map<string, Target>();
    const found = this.search(target, seen);
    if (!found) for (const { unit, fn } of seen.values()) this.touches.set(unit, fn, false);
    return found;
  }

  private search(target: Target, seen: Map<string, Target>): boolean {
    const known = this.touches.get(target.unit, target.fn);
    if (known !== undefined) return known;
    const key = `${target.unit.path}\0${target.fn}`;
    if (seen.has(key) || seen.size > MAX_REACH) return false;
    seen.set(key, target);
    const found = this.locksHere(target) || this.callees(target).some((next) => this.search(next, seen));
    if (found) this.touches.set(target.unit, target.fn, true);
    return found;
  }

  /** Whether a function is another one, or comes to run it through calls of project functions. */
  leadsTo(from: Target, to: Target): boolean {
    const seen = new Set<string>();
    const open = [from];
    for (let next = open.pop(); next && seen.size < MAX_REACH; next = open.pop()) {
      if (next.unit === to.unit && next.fn === to.fn) return true;
      const key = `${next.unit.path}\0${next.fn}`;
      if (!seen.has(key)) open.push(...this.callees(next));
      seen.add(key);
    }
    return false;
  }

  private locksHere({ unit, fn }: Target): boolean {
    return this.bodies(unit, fn).some(
      (id) =>
        hasContract(unit, id) || unit.callsIn(id).some((op) => lockAction(this.entities, unit, id, op) !== undefined),
    );
  }

  private callees({ unit, fn }: Target): Target[] {
    return this.bodies(unit, fn).flatMap((id) => unit.callsIn(id).flatMap((op) => this.candidates(unit, id, op)));
  }

  /** A function with those written inside it. */
  private bodies(unit: Unit, fn: number): number[] {
    return fn === 0 ? [0] : [fn, ...nested(unit, fn)];
  }

  /** A lock of the called function in the caller's terms; undefined when the caller cannot name it. */
  translate(ref: LockRef, target: Target, unit: Unit, fn: number, op: CallOp): LockRef | undefined {
    const key = this.translateKey(ref, target, unit, op);
    const keyed = key ? { key } : {};
    if (ref.param) {
      const index = target.unit.fn(target.fn).params.findIndex((param) => param.binding === ref.param!.binding);
      const argument = index < 0 ? undefined : op.args[index];
      if (!argument) return undefined;
      const value = ref.param.names.reduce<Value>(
        (of, name) => ({ v: 'member', of, name, span: argument.span }),
        argument,
      );
      const own = lockRef(this.entities, unit, fn, value, ref.side);
      return own ? { ...own, ...keyed } : undefined;
    }
    // The called method is one of the lock's own, which takes itself.
    if (ref.itself && op.callee.v === 'member') {
      const own = lockRef(this.entities, unit, fn, op.callee.of, ref.side);
      return own ? { ...own, ...keyed } : { ...ref, ...keyed, receiver: UNKNOWN_RECEIVER };
    }
    if (ref.receiver === 'this' || ref.receiver.startsWith('this.')) {
      const receiver = op.callee.v === 'member' ? this.receiverOf(unit, fn, op.callee.of) : undefined;
      if (receiver === undefined) return { ...ref, ...keyed, receiver: UNKNOWN_RECEIVER };
      const rest = ref.receiver.slice('this'.length);
      return {
        ...ref,
        ...keyed,
        receiver: `${receiver}${rest}`,
        name: ref.name.replace(/^this/, receiver),
      };
    }
    const maker = this.closureOf(ref, target);
    if (maker !== undefined && !(unit === target.unit && isInside(unit, fn, maker)))
      return { ...ref, ...keyed, ...this.throughObject(ref, unit, fn, op) };
    // A lock that the function makes for itself is another one at each call.
    if (ref.owner === 'variable' && this.isLocal(ref, target)) return undefined;
    return { ...ref, ...keyed };
  }

  /** The object whose method is called, as the caller calls it; `super` is the object itself. */
  private receiverOf(unit: Unit, fn: number, of: Value): string | undefined {
    return of.v === 'super' ? 'this' : accessPath(this.entities, unit, fn, of)?.name;
  }

  /** The function that makes the lock of a closure: `function makeQueue() { const mutex = new Mutex(); return { run() {…} } }`. */
  private closureOf(ref: LockRef, target: Target): number | undefined {
    const { declaration } = ref;
    if (ref.owner !== 'variable' || declaration?.path !== target.unit.path || ref.receiver !== '') return undefined;
    for (let fn = target.unit.fn(target.fn).parent; fn > 0; fn = target.unit.fn(fn).parent) {
      const { span } = target.unit.fn(fn);
      if (span[0] <= declaration.span[0] && declaration.span[1] <= span[1]) return fn;
    }
    return undefined;
  }

  /** Each object that a factory makes has a lock of its own. */
  private throughObject(ref: LockRef, unit: Unit, fn: number, op: CallOp): Pick<LockRef, 'receiver' | 'name'> {
    const object = op.callee.v === 'member' ? accessPath(this.entities, unit, fn, op.callee.of) : undefined;
    if (!object || object.id.endsWith('()')) return { receiver: UNKNOWN_RECEIVER, name: ref.name };
    return { receiver: object.id, name: `${object.name}.${ref.name}` };
  }

  private isLocal(ref: LockRef, target: Target): boolean {
    const { declaration } = ref;
    if (!declaration || declaration.path !== target.unit.path) return false;
    const { span, parent } = target.unit.fn(target.fn);
    return parent >= 0 && span[0] <= declaration.span[0] && declaration.span[1] <= span[1];
  }

  private translateKey(ref: LockRef, target: Target, unit: Unit, op: CallOp): LockRef['key'] {
    if (!ref.key || ref.key.literal) return ref.key;
    const unknown = { text: UNKNOWN_KEY, literal: false };
    if (ref.key.own && op.callee.v === 'member' && (op.callee.of.v === 'this' || op.callee.of.v === 'super'))
      return ref.key;
    if (ref.key.param === undefined) return unknown;
    const index = target.unit.fn(target.fn).params.findIndex((param) => param.binding === ref.key!.param);
    const argument = index < 0 ? undefined : op.args[index];
    return argument ? keyOf(unit, argument) : unknown;
  }

  /**
   * Every lock that a function takes, directly or through calls, each with the chain that leads to it. What a call site
   * tells of the arguments decides the tests on them: `save({ skipLock: true })` takes nothing.
   */
  acquires(target: Target, given: GivenArguments = []): readonly Acquire[] {
    return this.collect(target, given, []).list;
  }

  /** The locks that one call of a function takes, in the terms of the calling function. */
  acquiresAt(unit: Unit, fn: number, op: CallOp, callerGiven: GivenArguments = []): readonly Acquire[] {
    const next = this.target(unit, fn, op);
    return next ? this.through(next, unit, fn, op, callerGiven, []).list : [];
  }

  private collect(target: Target, given: GivenArguments, stack: readonly string[]): Collected {
    const own = `${target.fn}\0${givenKey(given)}`;
    const known = this.acquired.get(target.unit, own);
    if (known) return { list: known, cut: Infinity };
    const key = `${target.unit.path}\0${own}`;
    const entered = stack.indexOf(key);
    if (entered >= 0) return { list: [], cut: entered };
    if (stack.length > MAX_DEPTH || !this.mayLock(target)) return { list: [], cut: Infinity };
    const trace = this.trace(target.unit, target.fn, given);
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
      const next = this.target(target.unit, fn, op);
      if (!next) return;
      const through = this.through(next, target.unit, fn, op, given, inner);
      cut = Math.min(cut, through.cut);
      for (const acquire of through.list) if (acquire.chain.length <= MAX_CHAIN) add(acquire);
    };
    for (const visit of trace.visits) if (visit.op.op === 'call') follow(visit.fn, visit.op);
    for (const { callee, fn, op } of trace.references) follow(fn, { ...op, callee, args: [] });
    const list = [...found.values()];
    // A list that was cut short by a recursion still open above is complete only up there.
    if (cut >= stack.length) this.acquired.set(target.unit, own, list);
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
      const ref = this.translate(acquire.ref, next, unit, fn, op);
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

function isInside(unit: Unit, fn: number, outer: number): boolean {
  for (let id = fn; id >= 0; id = unit.fn(id).parent) if (id === outer) return true;
  return false;
}

function releaserOf(run: ParamRun, hold: Hold): { releaser?: ReleaserArgument } {
  const given = run.releasers.find((one) => one.hold === hold);
  return given ? { releaser: given.at } : {};
}

/**
 * Whether a function takes a place that it does not leave to its caller: before it takes one, it gives back those of earlier calls when
 * some test says so. A limiter of requests per minute does that; the clock gives its places back, not whoever took them.
 */
function isRecycled({ foreign, kept, visits }: Trace, { id }: LockRef): boolean {
  const releases = foreign.filter(({ ref }) => ref.id === id);
  return (
    releases.length > 0 &&
    releases.every(({ conditional }) => conditional) &&
    kept.some((hold) => hold.ref.id === id && visits.some(({ op, conditional }) => isCallOf(op, hold) && !conditional))
  );
}

/** The caller's lock, taken again for it. */
function resumption(ref: LockRef): Action {
  return { do: 'acquire', ref, gives: 'nothing', sync: false, attempt: false, resumes: true };
}

function isCallOf(op: Op, { call }: Hold): boolean {
  return op.op === 'call' && op.id === call;
}

const nestedFunctions = new WeakMap<Unit, Map<number, number[]>>();

/** The functions written inside a function, methods of classes in it apart. */
export function nested(unit: Unit, fn: number): readonly number[] {
  let known = nestedFunctions.get(unit);
  if (!known) {
    nestedFunctions.set(unit, (known = new Map()));
    for (const [id, fact] of unit.facts.functions.entries()) {
      if (fact.kind === 'method') continue;
      for (let up = fact.parent; up >= 0; up = unit.fn(up).parent) {
        const list = known.get(up);
        if (list) list.push(id);
        else known.set(up, [id]);
      }
    }
  }
  return known.get(fn) ?? [];
}

function returnsPromise(trace: Trace): boolean {
  return trace.returned.length > 0;
}
