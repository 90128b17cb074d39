import type { MutexGuard, ReadView, SyncResult } from './guards.js';
import type { LockOptions } from './lock-core.js';
import { runSection } from './section.js';
import { ValueLock, type PlainLockArguments } from './value-lock.js';
import type { WaitOptions } from './wait-options.js';

/**
 * A mutual exclusion lock that owns the value it guards: at most one holder, served first in, first out.
 *
 * The first argument is always the value and the second always the options, so that the two can never be confused:
 * `new AsyncMutex()` and `new AsyncMutex(undefined, { name: 'orders' })` guard no value (what they protect lives beside
 * them), `new AsyncMutex(new Map(), { name: 'orders' })` guards the map, and `new AsyncMutex({ name: 'x' })` is a lock
 * without a name that guards the object `{ name: 'x' }`.
 *
 * When a section begins: at once, in the caller's tick, when the lock is free; else when the holder before it releases.
 * What is returned is a promise in both cases.
 *
 * @typeParam T - the guarded value; `void` for a plain lock.
 */
export class AsyncMutex<T = void> extends ValueLock<T> {
  readonly kind = 'AsyncMutex';

  constructor(...plain: PlainLockArguments<T>);
  constructor(value: T, options?: LockOptions);
  constructor(value?: T, options?: LockOptions) {
    super(1, value as T, options);
  }

  /** True from a grant until the release after which nobody waits; also throughout a hand-off. */
  get isLocked(): boolean {
    return !this.free;
  }

  /**
   * Waits for the lock. Release the guard in a `finally`, or declare it with `using`.
   *
   * @throws `signal.reason` when the signal aborts first, {@link TimeoutError}, {@link QueueFullError}; all as rejections.
   */
  acquire(options?: WaitOptions): Promise<MutexGuard<T>> {
    return Promise.resolve(this.request<MutexGuard<T>>(1, options, true));
  }

  /** Takes the lock if it is free now; undefined when it is held. Never overtakes a request that waits. */
  tryAcquire(): MutexGuard<T> | undefined {
    return this.take<MutexGuard<T>>(1, true);
  }

  /** Runs `section` while holding the lock; releases when it has returned, thrown, or its promise has settled. */
  withLock<R>(section: (guard: MutexGuard<T>) => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    return runSection(this.request<MutexGuard<T>>(1, options), section, options);
  }

  /**
   * Runs a section that has no suspension.
   * A section that returns a promise does not type-check; at run time it is an {@link AsyncInSyncSectionError}.
   */
  withLockSync<R>(section: (value: T) => SyncResult<R>, options?: WaitOptions): Promise<R> {
    return this.withReadSync(section as (value: ReadView<T>) => SyncResult<R>, options);
  }
}
