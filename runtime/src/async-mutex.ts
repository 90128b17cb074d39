import { dispose } from './dispose.js';
import { ReleasedGuardError } from './errors.js';
import type { MutexGuard, ReadView, SyncResult } from './guards.js';
import { label, LockQueue, type LockOptions } from './lock-queue.js';
import { observer } from './observer.js';
import type { Extracted, Readable } from './readable.js';
import { runGranted, runSection, runSyncSection, syncResult } from './section.js';
import type { WaitOptions } from './wait-options.js';

/** What a lock without a value is made of; a lock with one does not come without it. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- the type of a lock without a value
export type PlainLockArguments<T> = [T] extends [void] ? [value?: undefined, options?: LockOptions] : [value: never];

// What a grant may do with its lock, and nobody else.
let readValue: <T>(mutex: AsyncMutex<T>) => T;
let writeValue: <T>(mutex: AsyncMutex<T>, value: T) => void;
let free: <T>(mutex: AsyncMutex<T>) => void;

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
export class AsyncMutex<T = void> extends LockQueue<MutexGuard<T>> implements Readable<T> {
  readonly kind = 'AsyncMutex';
  /** Private at run time too: the value is reached through a grant alone. */
  #value: T;
  private held = false;

  static {
    readValue = (mutex) => mutex.#value;
    writeValue = (mutex, value) => (mutex.#value = value);
    free = (mutex) => mutex.#free();
  }

  constructor(...plain: PlainLockArguments<T>);
  constructor(value: T, options?: LockOptions);
  constructor(value?: T, options?: LockOptions) {
    super(options);
    this.#value = value as T;
  }

  /** True from a grant until the release after which nobody waits; also throughout a hand-off. */
  get isLocked(): boolean {
    return this.held;
  }

  /**
   * Waits for the lock. Release the guard in a `finally`, or declare it with `using`.
   *
   * @throws `signal.reason` when the signal aborts first, {@link TimeoutError}, {@link QueueFullError}; all as rejections.
   */
  acquire(options?: WaitOptions): Promise<MutexGuard<T>> {
    if (this.held || options !== undefined || observer !== undefined) {
      return this.requestGuard(0, options);
    }
    this.held = true;
    return Promise.resolve(new HeldMutex(this));
  }

  /** Takes the lock if it is free now; undefined when it is held. Never overtakes a request that waits. */
  tryAcquire(): MutexGuard<T> | undefined {
    return this.takeNow(0, true);
  }

  /** Runs `section` while holding the lock; releases when it has returned, thrown, or its promise has settled. */
  withLock<R>(section: (guard: MutexGuard<T>) => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    if (this.held || options !== undefined || observer !== undefined) {
      return runSection(this.request(0, options), section, options);
    }
    this.held = true;
    return runGranted(new HeldMutex(this), section);
  }

  /**
   * Runs a section that has no suspension, the cheapest form: no guard is made.
   * A section that returns a promise does not type-check; at run time it is an {@link AsyncInSyncSectionError}.
   */
  withLockSync<R>(section: (value: T) => SyncResult<R>, options?: WaitOptions): Promise<R> {
    if (this.held || options !== undefined || observer !== undefined) {
      return runSyncSection(this.request(0, options), (guard) => section(guard.value) as R, options);
    }
    try {
      return Promise.resolve(this.callNow(section as (value: T) => R));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** {@link withLockSync} for a section that only reads. */
  withReadSync<R>(extract: (value: ReadView<T>) => SyncResult<R>, options?: WaitOptions): Promise<R> {
    return this.withLockSync(extract as (value: T) => SyncResult<R>, options);
  }

  /** Runs a section that only reads, now; undefined when the lock is held. */
  tryReadSync<R>(extract: (value: ReadView<T>) => SyncResult<R>): Extracted<R> | undefined {
    if (this.held) return undefined;
    if (observer === undefined) return { value: this.callNow(extract as (value: T) => R) };
    const guard = this.takeNow(0) as MutexGuard<T>;
    try {
      return { value: syncResult(extract(guard.value as ReadView<T>) as R) };
    } finally {
      guard.release();
    }
  }

  /** Holds the lock, without a guard, for the length of a call. */
  private callNow<R>(section: (value: T) => R): R {
    this.held = true;
    let result: R;
    try {
      result = section(this.#value);
    } finally {
      this.#free();
    }
    return syncResult(result);
  }

  protected take(): MutexGuard<T> | undefined {
    if (this.held) return undefined;
    this.held = true;
    return new HeldMutex(this);
  }

  protected isShared(): boolean {
    return false;
  }

  #free(): void {
    this.held = false;
    this.admit();
  }
}

/** One grant of a mutex. */
class HeldMutex<T> implements MutexGuard<T> {
  private readonly mutex: AsyncMutex<T>;
  private held = true;

  constructor(mutex: AsyncMutex<T>) {
    this.mutex = mutex;
  }

  get value(): T {
    return readValue(this.granted());
  }

  set value(value: T) {
    writeValue(this.granted(), value);
  }

  get released(): boolean {
    return !this.held;
  }

  release(): void {
    if (!this.held) return observer?.releasedAgain(this.mutex, this);
    this.held = false;
    observer?.released(this.mutex, this);
    free(this.mutex);
  }

  [dispose](): void {
    this.release();
  }

  private granted(): AsyncMutex<T> {
    if (this.held) return this.mutex;
    throw new ReleasedGuardError(`the guard of ${label(this.mutex)} was used after its release`, {
      lockName: this.mutex.name,
    });
  }
}
