import type { CallOp, Op, Value } from '../../facts/format.js';
import type { Span } from '../../findings.js';
import type { ReleaserArgument } from '../action.js';
import type { LockRef } from '../lock-ref.js';
import type { Hold } from '../state.js';
import type { Unit } from '../unit.js';

/** Where an operation runs and under which locks, over all paths that reach it. */
export interface Visit {
  readonly op: Op;
  readonly fn: number;
  /** Held on some path. */
  readonly holds: Hold[];
  /** Held on every path. */
  always: readonly Hold[];
  /** Held on some path by another owner, who may have released since. */
  readonly handedOver: Hold[];
  /** The innermost loop below the start of each hold is told by span. */
  readonly loops: readonly Span[];
  /** Inside a `finally` or `catch`. */
  readonly cleanup: boolean;
  /** On a path that some test chooses. */
  readonly conditional: boolean;
}

/** A path on which a lock stays held when the function is left. */
export interface Leak {
  readonly hold: Hold;
  readonly by: 'throw' | 'return' | 'end';
  /** What throws, or the `return`. */
  readonly at: Span;
  /** Only a failure that nothing shows leads there. */
  readonly guessed: boolean;
}

export interface Release {
  readonly hold: Hold;
  readonly span: Span;
  readonly cleanup: boolean;
  /** By a callback of a promise, when that has settled. */
  readonly whenSettled?: true;
}

/** A release that finds nothing held on some path: a second release, or one in a branch that took nothing. */
export interface StrayRelease {
  readonly ref?: LockRef;
  readonly span: Span;
  /** The hold that was released before on this path. */
  readonly before?: Hold;
  readonly fn: number;
  /** Only a failure that nothing shows leads there. */
  readonly guessed: boolean;
}

/** A release that some path reaches without the lock: the request for it has failed, or was never made. */
export interface UnheldRelease {
  readonly hold: Hold;
  readonly span: Span;
  /** The request itself failed on that path. */
  readonly failed: boolean;
  /** Some test chooses whether the release runs, which may be the test that chose the acquire. */
  readonly conditional: boolean;
  /** Only a failure that nothing shows leads there. */
  readonly guessed: boolean;
}

/** A release for the caller, who holds the lock. */
export interface ForeignRelease {
  readonly ref: LockRef;
  readonly span: Span;
  /** Some test chooses whether it runs. */
  readonly conditional: boolean;
}

/** A callback parameter, called with locks held. */
export interface ParamRun {
  readonly binding: number;
  readonly under: readonly Hold[];
  readonly span: Span;
  readonly awaited: boolean;
  /** The holds that its function gives back without having waited for what it returns: `try { return work(); } finally { release(); }`. */
  readonly loose: readonly Hold[];
  /** The releasers that it is given. */
  readonly releasers: readonly { readonly hold: Hold; readonly at: ReleaserArgument }[];
}

/** All that one function does with locks, the callbacks that it runs at once included. */
export interface Trace {
  readonly unit: Unit;
  readonly fn: number;
  readonly holds: readonly Hold[];
  readonly visits: readonly Visit[];
  readonly leaks: readonly Leak[];
  readonly releases: readonly Release[];
  readonly strays: readonly StrayRelease[];
  readonly unheld: readonly UnheldRelease[];
  readonly transferred: ReadonlySet<Hold>;
  /** The field that a releaser is kept in. */
  readonly keptIn: ReadonlyMap<Hold, string>;
  /** Holds that still stand at a normal end. */
  readonly kept: readonly Hold[];
  /** Holds whose releaser the function gives to its caller. */
  readonly returned: readonly Hold[];
  /** Acquires whose promise nobody waits for. */
  readonly unawaited: readonly { readonly op: CallOp; readonly ref: LockRef; readonly fn: number }[];
  readonly runs: readonly ParamRun[];
  /** Releases of locks that the function does not hold: it releases for its caller. */
  readonly foreign: readonly ForeignRelease[];
  /** Functions that are named, not written, where a lock runs them: `mutex.runExclusive(this.#work)`. */
  readonly references: readonly {
    readonly callee: Value;
    readonly hold: Hold;
    readonly fn: number;
    readonly op: CallOp;
  }[];
  /** Functions whose bodies were walked here, for they run at once. */
  readonly entered: ReadonlySet<number>;
}

/** Whether a hold is the caller's, which the function has given back in between: it releases the lock that it does not hold, and takes it again. */
export function isResumed({ foreign }: Trace, { ref, span, resumes }: Hold): boolean {
  return resumes === true || foreign.some((release) => release.ref.id === ref.id && release.span[0] < span[0]);
}

interface Index {
  readonly releases: Map<Hold, Release[]>;
  readonly leaks: Map<Hold, Leak[]>;
  readonly releaseSpans: ReadonlySet<Span>;
}

const ofHolds = new WeakMap<Trace, Index>();

function byHold(trace: Trace) {
  let known = ofHolds.get(trace);
  if (!known) {
    known = {
      releases: grouped(trace.releases),
      leaks: grouped(trace.leaks),
      releaseSpans: new Set(trace.releases.map(({ span }) => span)),
    };
    ofHolds.set(trace, known);
  }
  return known;
}

/** Whether a call, told by its span, gives some lock back. */
export function isRelease(trace: Trace, span: Span): boolean {
  return byHold(trace).releaseSpans.has(span);
}

function grouped<One extends { readonly hold: Hold }>(all: readonly One[]): Map<Hold, One[]> {
  const groups = new Map<Hold, One[]>();
  for (const one of all) {
    const group = groups.get(one.hold);
    if (group) group.push(one);
    else groups.set(one.hold, [one]);
  }
  return groups;
}

/** Where a hold is given back. A function may have as many holds as lines: none is looked for among all the others. */
export function releasesOf(trace: Trace, hold: Hold): readonly Release[] {
  return byHold(trace).releases.get(hold) ?? [];
}

/** Where a path ends with a hold still taken. */
export function leaksOf(trace: Trace, hold: Hold): readonly Leak[] {
  return byHold(trace).leaks.get(hold) ?? [];
}

const visitsByOp = new WeakMap<Trace, ReadonlyMap<Op, Visit>>();

/** What a walk has seen where it came by an operation. */
export function visitOf(trace: Trace, op: Op): Visit | undefined {
  let visits = visitsByOp.get(trace);
  if (!visits) visitsByOp.set(trace, (visits = new Map(trace.visits.map((visit) => [visit.op, visit]))));
  return visits.get(op);
}
