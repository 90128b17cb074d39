import type { CallOp, Op, Value } from '../facts/format.js';
import { Acquires, type Acquire } from './acquires.js';
import type { Action, ReleaserArgument } from './action.js';
import { ByUnit } from './by-unit.js';
import { CallGraph } from './call-graph.js';
import type { Target } from './called-function.js';
import type { Entities } from './entity.js';
import { givenKey, type GivenArguments } from './given.js';
import { givesPromise } from './gives-promise.js';
import type { LockRef } from './lock-ref.js';
import { isReleasedByName } from '../models/model.js';
import { OpenWalks } from './open-walks.js';
import type { Hold } from './state.js';
import { translated } from './translated.js';
import type { Unit } from './unit.js';
import { isResumed, type ParamRun, type Trace } from './walk/trace.js';
import { walk } from './walk/walk.js';

/** What a call of a project function does to locks, as its caller sees it. */
export interface CallEffects {
  of(unit: Unit, fn: number, op: CallOp): readonly Action[];
  /** The project function that a call runs. */
  target(unit: Unit, fn: number, op: CallOp): Target | undefined;
}

/** Walks for the sake of each other: what a walk asks for is mostly walked before it, so that only recursion and callbacks nest them. */
const MAX_OPEN = 24;

/** Traces and summaries of functions, computed when they are first asked for. */
export class Summaries implements CallEffects {
  private readonly entities: Entities;
  private readonly traces = new ByUnit<string, Trace>();
  private readonly walking = new OpenWalks();
  /** What the walks under way have made, by name. */
  private readonly made = new Map<string, { readonly unit: Unit; readonly own: string }>();
  private readonly forgotten = new ByUnit<string, true>();
  private readonly taken: Acquires;
  readonly graph: CallGraph;

  constructor(entities: Entities) {
    this.entities = entities;
    this.graph = new CallGraph(entities);
    this.taken = new Acquires(entities, this);
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
        for (const callee of this.graph.callees(next.target))
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

  of(unit: Unit, fn: number, op: CallOp): readonly Action[] {
    const target = this.target(unit, fn, op);
    if (!target || op.isNew || !this.mayLock(target)) return [];
    const trace = this.trace(target.unit, target.fn);
    if (!trace) return [];
    const actions: Action[] = [];
    const site = { unit, fn, op };
    const fact = target.unit.fn(target.fn);
    for (const hold of trace.returned) {
      const ref = translated(this.entities, hold.ref, target, site);
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
      const ref = translated(this.entities, hold.ref, target, site);
      if (!ref) continue;
      if (isResumed(trace, hold)) actions.push(resumption(ref));
      else actions.push({ do: 'acquire', ref, gives: 'nothing', sync: !fact.async, attempt: false });
    }
    for (const { ref, conditional } of trace.foreign) {
      const mine = isRecycled(trace, ref) ? undefined : translated(this.entities, ref, target, site);
      if (mine) actions.push({ do: 'release', ref: mine, ...(conditional ? { conditional } : {}) });
    }
    for (const run of trace.runs) {
      const index = fact.params.findIndex((param) => param.binding === run.binding);
      const callback = index < 0 ? undefined : op.args[index];
      if (!callback) continue;
      const isPending = run.loose.length > 0 && this.givesPromise(unit, fn, callback);
      for (const hold of run.under) {
        const isLoose = run.loose.includes(hold) && (hold.form !== 'manual' || released.has(hold));
        const ref = isLoose && isPending ? undefined : translated(this.entities, hold.ref, target, site);
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

  /** The project function that a call runs; of several that it may run, the first that has to do with locks. */
  target(unit: Unit, fn: number, op: CallOp): Target | undefined {
    return this.graph.target(unit, fn, op);
  }

  /** Whether a function, or one that it calls, does anything with a lock. Most functions do not, and are never walked. */
  mayLock(target: Target): boolean {
    return this.graph.mayLock(target);
  }

  /** Every lock that a function takes, directly or through calls. */
  acquires(target: Target, given: GivenArguments = []): readonly Acquire[] {
    return this.taken.of(target, given);
  }

  /** The locks that one call of a function takes, in the terms of the calling function. */
  acquiresAt(unit: Unit, fn: number, op: CallOp, callerGiven: GivenArguments = []): readonly Acquire[] {
    return this.taken.at(unit, fn, op, callerGiven);
  }
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

function returnsPromise(trace: Trace): boolean {
  return trace.returned.length > 0;
}
