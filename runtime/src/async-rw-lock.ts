import type { PlainLockArguments } from './async-mutex.js';
import { dispose } from './dispose.js';
import { ReleasedGuardError } from './errors.js';
import type { ReadGuard, ReadView, SyncResult, WriteGuard } from './guards.js';
import { label, LockQueue, type LockOptions } from './lock-queue.js';
import { observer, type ObservedLock } from './observer.js';
import type { Extracted, Readable } from './readable.js';
import { isThenable, runSection, runSyncSection, syncResult } from './section.js';
import type { WaitOptions } from './wait-options.js';

/** @internal */
export const READ = 0;
/** @internal */
export const WRITE = 1;

type Granted<G> = G | Promise<G>;

// What a grant may do with its lock, and nobody else.
let readValue: <T>(lock: AsyncRwLock<T>) => T;
let writeValue: <T>(lock: AsyncRwLock<T>, value: T) => void;
let freeRead: <T>(lock: AsyncRwLock<T>) => void;
let freeWrite: <T>(lock: AsyncRwLock<T>) => void;
let toShared: <T>(lock: AsyncRwLock<T>, writer: WriteGuard<T>) => ReadGuard<T>;

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
export class AsyncRwLock<T = void> extends LockQueue<ReadGuard<T> | WriteGuard<T>> implements Readable<T> {
  readonly kind = 'AsyncRwLock';
  /** Private at run time too: the value is reached through a grant alone. */
  #value: T;
  private readerCount = 0;
  private writing = false;

  static {
    readValue = (lock) => lock.#value;
    writeValue = (lock, value) => (lock.#value = value);
    freeRead = (lock) => lock.#freeRead();
    freeWrite = (lock) => lock.#freeWrite();
    toShared = (lock, writer) => lock.#toShared(writer);
  }

  constructor(...plain: PlainLockArguments<T>);
  constructor(value: T, options?: LockOptions);
  constructor(value?: T, options?: LockOptions) {
    super(options);
    this.#value = value as T;
  }

  /** How many read accesses are held. */
  get readers(): number {
    return this.readerCount;
  }

  /** True while a write access is held. */
  get isWriting(): boolean {
    return this.writing;
  }

  /**
   * Waits for read access. Release the guard in a `finally`, or declare it with `using`.
   *
   * @throws `signal.reason` when the signal aborts first, {@link TimeoutError}, {@link QueueFullError}; all as rejections.
   */
  read(options?: WaitOptions): Promise<ReadGuard<T>> {
    return this.requestGuard(READ, options) as Promise<ReadGuard<T>>;
  }

  /** Takes read access if that is possible now; undefined while a writer holds the lock or anything waits. */
  tryRead(): ReadGuard<T> | undefined {
    return this.takeNow(READ, true) as ReadGuard<T> | undefined;
  }

  /** Waits for write access. As for {@link read}. */
  write(options?: WaitOptions): Promise<WriteGuard<T>> {
    return this.requestGuard(WRITE, options) as Promise<WriteGuard<T>>;
  }

  /** Takes write access if the lock is free now. */
  tryWrite(): WriteGuard<T> | undefined {
    return this.takeNow(WRITE, true) as WriteGuard<T> | undefined;
  }

  /** Runs `section` with the value while holding read access, until its outcome has settled. */
  withRead<R>(section: (value: ReadView<T>) => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    if (options === undefined && observer === undefined && this.canReadNow()) return this.readGranted(section);
    return runSection(this.request(READ, options) as Granted<ReadGuard<T>>, (guard) => section(guard.value), options);
  }

  /** Runs `section` with the guard while holding write access, until its outcome has settled. */
  withWrite<R>(section: (guard: WriteGuard<T>) => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    return runSection(this.request(WRITE, options) as Granted<WriteGuard<T>>, section, options);
  }

  /**
   * Runs a section that only reads and has no suspension, the cheapest form: no guard is made.
   * A section that returns a promise does not type-check; at run time it is an {@link AsyncInSyncSectionError}.
   */
  withReadSync<R>(extract: (value: ReadView<T>) => SyncResult<R>, options?: WaitOptions): Promise<R> {
    if (options !== undefined || observer !== undefined || !this.canReadNow()) {
      const granted = this.request(READ, options) as Granted<ReadGuard<T>>;
      return runSyncSection(granted, (guard) => extract(guard.value) as R, options);
    }
    try {
      return Promise.resolve(this.readNow(extract as (value: ReadView<T>) => R));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Runs a section that only reads, now; undefined while a writer holds the lock or anything waits. */
  tryReadSync<R>(extract: (value: ReadView<T>) => SyncResult<R>): Extracted<R> | undefined {
    if (!this.canReadNow()) return undefined;
    if (observer === undefined) return { value: this.readNow(extract as (value: ReadView<T>) => R) };
    const guard = this.takeNow(READ) as ReadGuard<T>;
    try {
      return { value: syncResult(extract(guard.value) as R) };
    } finally {
      guard.release();
    }
  }

  /** Holds read access, without a guard, until the outcome of the section has settled. */
  private readGranted<R>(section: (value: ReadView<T>) => R | PromiseLike<R>): Promise<R> {
    this.readerCount++;
    let result: R | PromiseLike<R>;
    try {
      result = section(this.#value as ReadView<T>);
    } catch (error) {
      this.#freeRead();
      return Promise.reject(error);
    }
    if (isThenable(result)) return this.readUntil(result as PromiseLike<R>);
    this.#freeRead();
    return Promise.resolve(result);
  }

  private readUntil<R>(result: PromiseLike<R>): Promise<R> {
    return Promise.resolve(result).then(
      (value) => {
        this.#freeRead();
        return value;
      },
      (error: unknown) => {
        this.#freeRead();
        throw error;
      },
    );
  }

  private canReadNow(): boolean {
    return !this.writing && this.waiters === 0;
  }

  /** Holds read access, without a guard, for the length of a call. */
  private readNow<R>(extract: (value: ReadView<T>) => R): R {
    this.readerCount++;
    let result: R;
    try {
      result = extract(this.#value as ReadView<T>);
    } finally {
      this.#freeRead();
    }
    return syncResult(result);
  }

  protected take(ask: number): ReadGuard<T> | WriteGuard<T> | undefined {
    if (this.writing) return undefined;
    if (ask === READ) {
      this.readerCount++;
      return new HeldRead(this);
    }
    if (this.readerCount > 0) return undefined;
    this.writing = true;
    return new HeldWrite(this);
  }

  protected isShared(ask: number): boolean {
    return ask === READ;
  }

  #freeRead(): void {
    if (--this.readerCount === 0) this.admit();
  }

  #freeWrite(): void {
    this.writing = false;
    this.admit();
  }

  /** From exclusive to shared in one step, then the readers at the head of the queue: a writer there has to wait. */
  #toShared(writer: WriteGuard<T>): ReadGuard<T> {
    this.writing = false;
    this.readerCount++;
    const guard = new HeldRead(this);
    observer?.acquired(this, guard, writer, true, false);
    this.admit();
    return guard;
  }
}

function releasedGuard(lock: ObservedLock): ReleasedGuardError {
  return new ReleasedGuardError(`a guard of ${label(lock)} was used after its release`, { lockName: lock.name });
}

/** One read access. */
class HeldRead<T> implements ReadGuard<T> {
  private readonly lock: AsyncRwLock<T>;
  private held = true;

  constructor(lock: AsyncRwLock<T>) {
    this.lock = lock;
  }

  get value(): ReadView<T> {
    if (!this.held) throw releasedGuard(this.lock);
    return readValue(this.lock) as ReadView<T>;
  }

  get released(): boolean {
    return !this.held;
  }

  release(): void {
    if (!this.held) return observer?.releasedAgain(this.lock, this);
    this.held = false;
    observer?.released(this.lock, this);
    freeRead(this.lock);
  }

  [dispose](): void {
    this.release();
  }
}

/** One write access. */
class HeldWrite<T> implements WriteGuard<T> {
  private readonly lock: AsyncRwLock<T>;
  private held = true;

  constructor(lock: AsyncRwLock<T>) {
    this.lock = lock;
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
    if (!this.held) return observer?.releasedAgain(this.lock, this);
    this.held = false;
    observer?.released(this.lock, this);
    freeWrite(this.lock);
  }

  downgrade(): ReadGuard<T> {
    const lock = this.granted();
    this.held = false;
    observer?.released(lock, this);
    return toShared(lock, this);
  }

  [dispose](): void {
    this.release();
  }

  private granted(): AsyncRwLock<T> {
    if (this.held) return this.lock;
    throw releasedGuard(this.lock);
  }
}
