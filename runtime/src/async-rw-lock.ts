import type { ReadGuard, ReadView, WriteGuard } from './guards.js';
import { Grant, type LockOptions } from './lock-core.js';
import { observer } from './observer.js';
import { runSection } from './section.js';
import { ValueLock, type PlainLockArguments } from './value-lock.js';
import type { WaitOptions } from './wait-options.js';

/** The permits that a reader takes. @internal */
export const READ = 1;
/** The permits that a writer takes: all there are. @internal */
export const WRITE = 2 ** 29;

/**
 * A readers-writer lock that owns the value it guards: many readers or one writer.
 *
 * One queue, first in, first out: a read access is not given out until all write requests queued before it were served,
 * and readers next to each other at the head of the queue are admitted together. So a writer waits for the holders and
 * for the requests before it, a reader likewise, and neither starves. (The policy of tokio's `RwLock`.)
 *
 * A holder of read access that asks for it again, while a writer waits in between, waits for itself: take what you need
 * from the value that the section was given. Debug mode reports this.
 *
 * Arguments and the moment when a section begins are those of {@link AsyncMutex}: the value first, the options second.
 *
 * @typeParam T - the guarded value; `void` for a plain lock.
 */
export class AsyncRwLock<T = void> extends ValueLock<T> {
  readonly kind = 'AsyncRwLock';

  constructor(...plain: PlainLockArguments<T>);
  constructor(value: T, options?: LockOptions);
  constructor(value?: T, options?: LockOptions) {
    super(WRITE, value as T, options);
  }

  /** How many read accesses are held. */
  get readers(): number {
    return this.free && WRITE - this.free;
  }

  /** True while a write access is held. */
  get isWriting(): boolean {
    return !this.free;
  }

  /**
   * Waits for read access. Release the guard in a `finally`, or declare it with `using`.
   *
   * @throws `signal.reason` when the signal aborts first, {@link TimeoutError}, {@link QueueFullError}; all as rejections.
   */
  read(options?: WaitOptions): Promise<ReadGuard<T>> {
    return Promise.resolve(this.request<ReadGuard<T>>(READ, options, true));
  }

  /** Takes read access if that is possible now; undefined while a writer holds the lock or anything waits. */
  tryRead(): ReadGuard<T> | undefined {
    return this.take<ReadGuard<T>>(READ, true);
  }

  /** Waits for write access. As for {@link read}. */
  write(options?: WaitOptions): Promise<WriteGuard<T>> {
    return Promise.resolve(this.request<WriteGuard<T>>(WRITE, options, true));
  }

  /** Takes write access if the lock is free now. */
  tryWrite(): WriteGuard<T> | undefined {
    return this.take<WriteGuard<T>>(WRITE, true);
  }

  /** Runs `section` with the value while holding read access, until its outcome has settled. */
  withRead<R>(section: (value: ReadView<T>) => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    const request = this.request<ReadGuard<T>>(READ, options);
    return runSection(request, ({ value }) => section(value), options);
  }

  /** Runs `section` with the guard while holding write access, until its outcome has settled. */
  withWrite<R>(section: (guard: WriteGuard<T>) => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    return runSection(this.request<WriteGuard<T>>(WRITE, options), section, options);
  }

  protected override guard(weight: number, lent?: boolean): Grant {
    return super.guard(weight, lent, weight === WRITE ? HeldWrite : lent ? HeldRead : Grant);
  }
}

/** A read access that is handed out: the value cannot be replaced through it. */
class HeldRead<T> extends Grant<T> {
  override get value(): T {
    return this.granted().value;
  }
}

/** A write access. */
class HeldWrite<T> extends Grant<T> implements WriteGuard<T> {
  /** From exclusive to shared in one step, then the readers at the head of the queue: a writer there has to wait. */
  downgrade(): ReadGuard<T> {
    const { lock } = this;
    this.granted();
    this.held = false;
    observer?.released(lock, this, true);
    lock.free = WRITE;
    const guard = lock.grant(READ, this, true);
    lock.give(0);
    return guard as HeldRead<T> as ReadGuard<T>;
  }
}
