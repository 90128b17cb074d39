import type { ReadGuard, ReadView, SyncResult } from './guards.js';
import { LockCore, type LockOptions } from './lock-core.js';
import type { Extracted, Readable } from './readable.js';
import { runSection, syncResult } from './section.js';
import type { WaitOptions } from './wait-options.js';

/** What a lock without a value is made of; a lock with one does not come without it. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- the type of a lock without a value
export type PlainLockArguments<T> = [T] extends [void] ? [value?: undefined, options?: LockOptions] : [value: never];

/** A lock that owns the value it guards. One permit of it is enough to look at the value. */
export abstract class ValueLock<T> extends LockCore implements Readable<T> {
  constructor(permits: number, value: T, options?: LockOptions) {
    super(permits, options, { value });
  }

  /**
   * Runs a section that only reads and has no suspension, in the caller's tick when that is possible now.
   * A section that returns a promise does not type-check; at run time it is an {@link AsyncInSyncSectionError}.
   */
  withReadSync<R>(extract: (value: ReadView<T>) => SyncResult<R>, options?: WaitOptions): Promise<R> {
    const guard = options ? undefined : this.take<ReadGuard<T>>(1);
    try {
      if (guard) return Promise.resolve(readUnder(guard, extract));
    } catch (error) {
      return Promise.reject(error);
    }
    const request = this.request<ReadGuard<T>>(1, options);
    return runSection(request, ({ value }) => syncResult(extract(value) as R), options);
  }

  /** Runs a section that only reads, now; undefined when the lock cannot be had without a wait. */
  tryReadSync<R>(extract: (value: ReadView<T>) => SyncResult<R>): Extracted<R> | undefined {
    const guard = this.take<ReadGuard<T>>(1);
    return guard && { value: readUnder(guard, extract) };
  }
}

/** Looks at the value and releases, without a suspension. */
function readUnder<T, R>(guard: ReadGuard<T>, extract: (value: ReadView<T>) => SyncResult<R>): R {
  try {
    return syncResult(extract(guard.value) as R);
  } finally {
    guard.release();
  }
}
