import type { ReadView, SyncResult } from './guards.js';
import { readPlain, tryReadPlain } from './plain-lock.js';
import type { Extracted, PlainLock, PollableLock, Readable } from './readable.js';
import { isThenable } from './section.js';
import type { WaitOptions } from './wait-options.js';

/**
 * Takes the lock, calls `extract` in one synchronous step, and releases: the lock is never held across a suspension.
 *
 * A lock of ours that is free is read in the caller's tick. With a lock of another library `extract` runs when that
 * library grants it, and `options` bound the wait there too: a grant that comes too late is given back.
 *
 * ```ts
 * const total = await quickRead(accounts, (value) => value.total);
 * const name = await quickRead(this.mutex, () => this.name); // async-mutex beside plain fields
 * ```
 *
 * @param lock - an {@link AsyncMutex} or {@link AsyncRwLock}, any {@link Readable}, or a {@link PlainLock} such as the
 *   `Mutex` of async-mutex or of @livekit/mutex.
 * @param extract - returns what is needed. A promise does not type-check; at run time it is an
 *   {@link AsyncInSyncSectionError}, and the lock is released.
 */
export function quickRead<T, R>(
  lock: Readable<T>,
  extract: (value: ReadView<T>) => SyncResult<R>,
  options?: WaitOptions,
): Promise<R>;
export function quickRead<R>(lock: PlainLock, extract: () => SyncResult<R>, options?: WaitOptions): Promise<R>;
export function quickRead<T, R>(
  lock: Readable<T> | PlainLock,
  extract: (value: ReadView<T>) => SyncResult<R>,
  options?: WaitOptions,
): Promise<R> {
  if ('withReadSync' in lock) return lock.withReadSync(extract, options);
  return readPlain(lock, extract as () => R, options);
}

/**
 * Reads without any wait: the result in a box when the lock is free for reading now, else undefined.
 *
 * @param lock - as for {@link quickRead}; a lock of another library must have `isLocked()`.
 */
export function tryQuickRead<T, R>(
  lock: Readable<T>,
  extract: (value: ReadView<T>) => SyncResult<R>,
): Extracted<R> | undefined;
export function tryQuickRead<R>(lock: PollableLock, extract: () => SyncResult<R>): Extracted<R> | undefined;
export function tryQuickRead<T, R>(
  lock: Readable<T> | PollableLock,
  extract: (value: ReadView<T>) => SyncResult<R>,
): Extracted<R> | undefined {
  if ('tryReadSync' in lock) return lock.tryReadSync(extract);
  return tryReadPlain(lock, extract as () => R);
}

/** Options of {@link quickReadExtract}. */
export interface ExtractOptions<R> extends WaitOptions {
  /** Copies the result, while the lock is held. Default: `structuredClone`. */
  clone?(result: R): R;
}

/**
 * Like {@link quickRead}, but the result is detached while the lock is held: a primitive as it is, anything else copied, so
 * that nothing inside the lock leaks out. A result that `structuredClone` cannot copy rejects with its `DataCloneError`:
 * give `options.clone` then.
 */
export function quickReadExtract<T, R>(
  lock: Readable<T>,
  extract: (value: ReadView<T>) => SyncResult<R>,
  options?: ExtractOptions<NoInfer<R>>,
): Promise<R>;
export function quickReadExtract<R>(
  lock: PlainLock,
  extract: () => SyncResult<R>,
  options?: ExtractOptions<NoInfer<R>>,
): Promise<R>;
export function quickReadExtract<T, R>(
  lock: Readable<T> | PlainLock,
  extract: (value: ReadView<T>) => SyncResult<R>,
  options?: ExtractOptions<NoInfer<R>>,
): Promise<R> {
  const clone = options?.clone ?? structuredClone;
  // A promise goes on as it is, to be refused with the error that tells about it.
  const detached = (value: ReadView<T>): R => {
    const result = extract(value) as R;
    return Object(result) !== result || isThenable(result) ? result : clone(result);
  };
  return quickRead<T, R>(lock as Readable<T>, detached as typeof extract, options);
}
