import type { ReadView, SyncResult } from './guards.js';
import type { WaitOptions } from './wait-options.js';

/** Carries the type of a lock's value to where it is inferred; no object has this property. */
declare const valueType: unique symbol;

/**
 * A lock whose value can be read in one synchronous step: {@link AsyncMutex}, {@link AsyncRwLock}, or a lock of your own
 * with these two methods.
 */
export interface Readable<T> {
  readonly [valueType]?: T;
  /** Calls `extract` under access that excludes writers, in this tick when that is possible now. */
  withReadSync<R>(extract: (value: ReadView<T>) => SyncResult<R>, options?: WaitOptions): Promise<R>;
  /** Calls `extract` now under access that excludes writers, or returns undefined when there is none without a wait. */
  tryReadSync<R>(extract: (value: ReadView<T>) => SyncResult<R>): Extracted<R> | undefined;
}

/** A result in a box, so that a result of `undefined` differs from none. */
export interface Extracted<R> {
  readonly value: R;
}

/**
 * A lock of another library beside plain fields, known by its shape: `runExclusive(section)` (async-mutex), or `acquire()`
 * or `lock()` with a promise of the function that releases (@livekit/mutex).
 */
export type PlainLock =
  | { runExclusive<R>(section: () => R | PromiseLike<R>): Promise<R> }
  | { acquire(): Promise<() => void> }
  | { lock(): Promise<() => void> };

/** A {@link PlainLock} that tells whether a request would have to wait now. */
export type PollableLock = PlainLock & { isLocked(): boolean };
