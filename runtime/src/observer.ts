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

/** Why a request left the queue without a grant; `refused`: the other locks that it asked for could not be had. */
export type Abandonment = 'abort' | 'timeout' | 'refused';

/**
 * Watches the locks of this package; `debug` and `diagnostics` are observers. Without one, a lock pays one comparison per
 * operation. Called only when the lock's state is consistent, so an observer may use locks itself. Only `waits` may throw.
 */
export interface LockObserver {
  /**
   * A request is about to wait. `request` is its identity. What this throws, the request rejects with, without queueing.
   * With `exposed` the grant will go to the caller as a guard: its section is not bound to a call.
   */
  waits?(lock: ObservedLock, request: object, shared: boolean, exposed: boolean): void;
  /**
   * A grant began. `request` is the one that waited, undefined when the lock was free; for the read guard of a downgrade
   * it is the write guard.
   */
  acquired?(lock: ObservedLock, guard: object, request: object | undefined, shared: boolean, exposed: boolean): void;
  /** A grant ends, by release or (when the guard becomes another) by a downgrade; the next holder is told after this. */
  released?(lock: ObservedLock, guard: object): void;
  /** A release of a guard that was released before. It did nothing. */
  releasedAgain?(lock: ObservedLock, guard: object): void;
  /** A waiting request left the queue without a grant. */
  abandoned?(lock: ObservedLock, request: object, why: Abandonment): void;
  /** Runs the body of a section. Must call `body` once, synchronously, and pass its outcome on. */
  enter?<R>(guard: object, body: () => R): R;
  /** Who holds the lock, in words, for the message of a timeout. */
  holders?(lock: ObservedLock): string | undefined;
}

/** The one observer, or undefined: read by every lock operation. */
export let observer: Required<LockObserver> | undefined;

const observers = new Set<LockObserver>();

/** Adds an observer; returns the function that takes it away. */
export function observeLocks(added: LockObserver): () => void {
  observers.add(added);
  observer = combined();
  return () => {
    observers.delete(added);
    observer = observers.size === 0 ? undefined : combined();
  };
}

function combined(): Required<LockObserver> {
  const all = [...observers];
  return {
    waits: (...told) => all.forEach((one) => one.waits?.(...told)),
    acquired: (...told) => all.forEach((one) => one.acquired?.(...told)),
    released: (lock, guard) => all.forEach((one) => one.released?.(lock, guard)),
    releasedAgain: (lock, guard) => all.forEach((one) => one.releasedAgain?.(lock, guard)),
    abandoned: (lock, request, why) => all.forEach((one) => one.abandoned?.(lock, request, why)),
    enter: (guard, body) =>
      all.reduceRight<() => unknown>(
        (inner, one) => (one.enter === undefined ? inner : () => one.enter?.(guard, inner)),
        body,
      )() as ReturnType<typeof body>,
    holders: (lock) => all.map((one) => one.holders?.(lock)).find((words) => words !== undefined),
  };
}
