import { AsyncPrimitiveError, TimeoutError } from './errors.js';

/** What an observer is told about a lock. */
export interface ObservedLock {
  readonly kind: string;
  readonly name: string | undefined;
  readonly rank: number | undefined;
  /** How many requests wait now. */
  readonly waiters: number;
  /** The key, of the lock of one key; and the lock of all keys that it belongs to. */
  readonly key?: unknown;
  readonly owner?: object;
}

/** A request or a grant: how many permits of the lock it has to do with. */
interface Weighted {
  readonly weight: number;
}

/** Why a request left the queue without a grant; `refused`: the other locks that it asked for could not be had. */
export type Abandonment = 'abort' | 'timeout' | 'refused';

/**
 * Watches the locks of this package; `debug` and `diagnostics` are observers. Called only when the lock's state is
 * consistent, so an observer may use locks itself. Only `waits` may throw.
 */
export interface LockObserver {
  /**
   * A request is about to wait. `request` is its identity. What this throws, the request rejects with, without queueing.
   * With `lent` the grant will go to the caller as a guard: its section is not bound to a call.
   */
  waits?(lock: ObservedLock, request: object, shared: boolean, lent: boolean): void;
  /**
   * A grant began. `request` is the one that waited, undefined when the lock was free; for the read guard of a downgrade
   * it is the write guard.
   */
  acquired?(lock: ObservedLock, guard: object, request: object | undefined, shared: boolean, lent: boolean): void;
  /** A grant ends, by release or (when the guard becomes another) by a downgrade; the next holder is told after this. */
  released?(lock: ObservedLock, guard: object): void;
  /** A release of a guard that was released before. It did nothing. */
  releasedAgain?(lock: ObservedLock, guard: object): void;
  /** A waiting request left the queue without a grant; `reason` is what its promise rejects with. */
  abandoned?(lock: ObservedLock, request: object, why: Abandonment, reason: unknown): void;
  /** Runs the body of a section. Must call `body` once with the guard, synchronously, and pass its outcome on. */
  enter?<G extends object, R>(guard: G, body: (guard: G) => R): R;
}

/** What a lock tells: as little as it can, for every program has this in it. */
interface Told {
  waits(lock: ObservedLock, request: Weighted, lent: boolean | undefined): void;
  acquired(lock: ObservedLock, guard: Weighted, request: object | undefined, lent: boolean | undefined): void;
  released(lock: ObservedLock, guard: object, held: boolean): void;
  abandoned(lock: ObservedLock, request: object, reason: unknown): void;
  enter<G extends object, R>(guard: G, body: (guard: G) => R): R;
}

/** The one that locks tell, or undefined: read by every lock operation, which pays one comparison without it. */
export let observer: Told | undefined;

const observers = /* @__PURE__ */ new Set<LockObserver>();

/** Adds an observer; returns the function that takes it away. */
export function observeLocks(added: LockObserver): () => void {
  observers.add(added);
  observer = new Audience([...observers]);
  return () => {
    observers.delete(added);
    observer = observers.size === 0 ? undefined : new Audience([...observers]);
  };
}

type Entered = LockObserver & Pick<Told, 'enter'>;

/** All observers. A class, for the engine to learn its methods once, however often observers come and go. */
class Audience implements Told {
  private readonly all: readonly LockObserver[];
  private readonly entered: readonly Entered[];

  constructor(all: readonly LockObserver[]) {
    this.all = all;
    this.entered = all.filter((one): one is Entered => one.enter !== undefined);
  }

  waits(lock: ObservedLock, request: Weighted, lent = false): void {
    for (const one of this.all) one.waits?.(lock, request, isShared(lock, request), lent);
  }

  acquired(lock: ObservedLock, guard: Weighted, request: object | undefined, lent = false): void {
    for (const one of this.all) one.acquired?.(lock, guard, request, isShared(lock, guard), lent);
  }

  released(lock: ObservedLock, guard: object, held: boolean): void {
    for (const one of this.all) {
      if (held) one.released?.(lock, guard);
      else one.releasedAgain?.(lock, guard);
    }
  }

  abandoned(lock: ObservedLock, request: object, reason: unknown): void {
    for (const one of this.all) one.abandoned?.(lock, request, whyOf(reason), reason);
  }

  enter<G extends object, R>(guard: G, body: (guard: G) => R): R {
    const [outer, ...others] = this.entered;
    if (outer === undefined) return body(guard);
    const inner = others.reduceRight<(guard: G) => R>((run, one) => (given) => one.enter(given, run), body);
    return outer.enter(guard, inner);
  }
}

/** Whether others may hold the lock at the same time. */
function isShared(lock: ObservedLock & { readonly capacity?: number }, { weight }: Weighted): boolean {
  return lock.kind === 'AsyncRwLock' ? weight === 1 : (lock.capacity ?? 1) > 1;
}

function whyOf(reason: unknown): Abandonment {
  if (reason instanceof TimeoutError) return 'timeout';
  return reason instanceof AsyncPrimitiveError ? 'refused' : 'abort';
}
