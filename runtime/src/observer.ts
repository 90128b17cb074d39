/** What an observer is told about a lock. */
export interface ObservedLock {
  readonly kind: string;
  readonly name: string | undefined;
  readonly rank: number | undefined;
  /** The key, of the lock of one key. */
  readonly key?: unknown;
}

/** Why a request left the queue without a grant; `refused`: the other locks that it asked for could not be had. */
export type Abandonment = 'abort' | 'timeout' | 'refused';

/**
 * Watches the locks of this package; `debug` and `diagnostics` are observers. Without one, a lock pays one comparison per
 * operation. Called only when the lock's state is consistent, so an observer may use locks itself. Only `waits` may throw.
 */
export interface LockObserver {
  /** A request is about to wait. `request` is its identity. What this throws, the request rejects with, without queueing. */
  waits?(lock: ObservedLock, request: object, shared: boolean): void;
  /** A grant began. `request` is the one that waited; undefined when the lock was free. */
  acquired?(lock: ObservedLock, guard: object, request: object | undefined, shared: boolean): void;
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
    waits: (lock, request, shared) => all.forEach((one) => one.waits?.(lock, request, shared)),
    acquired: (lock, guard, request, shared) => all.forEach((one) => one.acquired?.(lock, guard, request, shared)),
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
