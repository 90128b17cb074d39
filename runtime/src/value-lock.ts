import type { ReadGuard, ReadView, SyncResult } from './guards.js';
import { LockCore, placeOf, type LockOptions } from './lock-core.js';
import { observer } from './observer.js';
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
    if (options || !this.admits(1)) {
      const request = this.request<ReadGuard<T>>(1, options);
      return runSection(request, ({ value }) => syncResult(extract(value) as R), options);
    }
    try {
      return Promise.resolve(this.pass(extract));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Runs a section that only reads, now; undefined when the lock cannot be had without a wait. */
  tryReadSync<R>(extract: (value: ReadView<T>) => SyncResult<R>): Extracted<R> | undefined {
    return this.admits(1) ? { value: this.pass(extract) } : undefined;
  }

  /** Looks at the value without a suspension. Nobody else has to do with the grant, so there is a guard for observers alone. */
  private pass<R>(extract: (value: ReadView<T>) => SyncResult<R>): R {
    const guard = observer && this.grant(1);
    if (!guard) this.free--;
    try {
      return syncResult(extract(placeOf(this).value as ReadView<T>) as R);
    } finally {
      if (guard) guard.release();
      else this.give(1);
    }
  }
}
