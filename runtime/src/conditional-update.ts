import type { AsyncMutex } from './async-mutex.js';
import type { AsyncRwLock } from './async-rw-lock.js';
import type { MutexGuard, ReadView, WriteGuard } from './guards.js';
import { syncResult } from './section.js';
import type { WaitOptions } from './wait-options.js';

/** What a {@link conditionalUpdate} came to. */
export type UpdateOutcome<R> = { readonly updated: true; readonly result: R } | { readonly updated: false };

const NOT_UPDATED: { readonly updated: false } = Object.freeze({ updated: false });

/**
 * Updates the value if a condition holds, without write access for the case that it does not.
 *
 * With an {@link AsyncRwLock}: `check` under read access; when it says no, nothing is queued for write. When it says yes,
 * the read access is released, write access is taken, and `check` is asked **again** before `update` runs, for another
 * writer may have come first. So of N racing callers whose condition holds once, exactly one updates. With an
 * {@link AsyncMutex}: `check` and `update` in one section.
 *
 * @param check - must be pure and synchronous: it may run twice, and on a value that it will see changed.
 * @param options - bound each of the waits; `timeout` counts for each anew.
 */
export function conditionalUpdate<T, R>(
  lock: AsyncRwLock<T>,
  check: (value: ReadView<T>) => boolean,
  update: (guard: WriteGuard<T>) => R | PromiseLike<R>,
  options?: WaitOptions,
): Promise<UpdateOutcome<R>>;
export function conditionalUpdate<T, R>(
  lock: AsyncMutex<T>,
  check: (value: ReadView<T>) => boolean,
  update: (guard: MutexGuard<T>) => R | PromiseLike<R>,
  options?: WaitOptions,
): Promise<UpdateOutcome<R>>;
export function conditionalUpdate<T, R>(
  lock: AsyncRwLock<T> | AsyncMutex<T>,
  check: (value: ReadView<T>) => boolean,
  update: (guard: WriteGuard<T>) => R | PromiseLike<R>,
  options?: WaitOptions,
): Promise<UpdateOutcome<R>> {
  const section = async (guard: MutexGuard<T>): Promise<UpdateOutcome<R>> => {
    if (!holds(check, guard.value as ReadView<T>)) return NOT_UPDATED;
    return { updated: true, result: await update(guard as WriteGuard<T>) };
  };
  if ('withLock' in lock) return lock.withLock(section, options);
  return lock
    .withReadSync<boolean>((value) => holds(check, value), options)
    .then((may) => (may ? lock.withWrite(section, options) : NOT_UPDATED));
}

/** The answer of a condition. A promise would be true whatever it comes to, so it is no answer. */
function holds<T>(check: (value: ReadView<T>) => boolean, value: ReadView<T>): boolean {
  return Boolean(syncResult<unknown>(check(value)));
}
