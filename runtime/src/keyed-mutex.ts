import { dispose } from './dispose.js';
import { LockQueue, type LockOptions } from './lock-queue.js';
import { requestAll } from './multi-request.js';
import { observer } from './observer.js';
import { runSection } from './section.js';
import type { WaitOptions } from './wait-options.js';

/** The lock of one or more keys, from one grant until its release. */
export interface KeyGuard extends Disposable {
  readonly released: boolean;
  /** Ends this grant. A second call does nothing: it can never end the grant of another. */
  release(): void;
}

/**
 * One mutex per key, made when a key is asked for and gone when nobody holds it or waits for it: nothing has to be cleaned
 * up, and no clean-up can break the exclusion. Keys are compared as a `Map` compares them.
 *
 * `maxWaiters` counts per key.
 *
 * @typeParam K - the keys.
 */
export class KeyedMutex<K = string> {
  private readonly entries = new Map<K, KeyEntry<K>>();
  private readonly options: LockOptions;

  constructor(options: LockOptions = {}) {
    this.options = options;
    // Refuses options that cannot be used now, not at the first key.
    new KeyEntry(this, this.entries, undefined as K, options);
  }

  /** How many keys are held or waited for. */
  get size(): number {
    return this.entries.size;
  }

  isLocked(key: K): boolean {
    return this.entries.has(key);
  }

  /** How many requests wait for a key. */
  waiters(key: K): number {
    return this.entries.get(key)?.waiters ?? 0;
  }

  /**
   * Waits for the lock of a key. Release the guard in a `finally`, or declare it with `using`.
   *
   * @throws `signal.reason` when the signal aborts first, {@link TimeoutError}, {@link QueueFullError}; all as rejections.
   */
  acquire(key: K, options?: WaitOptions): Promise<KeyGuard> {
    return this.entry(key).askGuard(options);
  }

  /** Takes the lock of a key if it is free now. */
  tryAcquire(key: K): KeyGuard | undefined {
    return this.entry(key).tryTake();
  }

  /** Waits for the locks of several keys and gets all of them or none; see {@link withLocks}. */
  acquireAll(keys: Iterable<K>, options?: WaitOptions): Promise<KeyGuard> {
    return Promise.resolve(this.requestAll(keys, options));
  }

  /** Runs `section` while holding the lock of a key, until its outcome has settled. */
  withLock<R>(key: K, section: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    return runSection(this.entry(key).ask(options), section as (guard: KeyGuard) => R | PromiseLike<R>, options);
  }

  /**
   * Runs `section` while holding the locks of several keys: all or none. A key named twice counts once, and no order of the
   * keys is needed: they are asked for in one synchronous segment, so two such calls never wait for each other.
   */
  withLocks<R>(keys: Iterable<K>, section: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    return runSection<KeyGuard, R>(this.requestAll(keys, options), () => section(), options);
  }

  private requestAll(keys: Iterable<K>, options: WaitOptions | undefined): KeyGuard | Promise<KeyGuard> {
    let parts;
    try {
      parts = Array.from(new Set(keys), (key) => ({ queue: this.entry(key), ask: 0 }));
    } catch (error) {
      return Promise.reject(error);
    }
    return requestAll<HeldKey<K>>(parts, options);
  }

  /** The entry of a key; a new one enters the map when it is taken, which is at once. */
  private entry(key: K): KeyEntry<K> {
    return this.entries.get(key) ?? new KeyEntry(this, this.entries, key, this.options);
  }
}

/** The mutex of one key. It is in the map if and only if it is held. */
class KeyEntry<K> extends LockQueue<HeldKey<K>> {
  readonly kind = 'KeyedMutex';
  readonly key: K;
  readonly owner: KeyedMutex<K>;
  private readonly entries: Map<K, KeyEntry<K>>;
  private held = false;

  constructor(owner: KeyedMutex<K>, entries: Map<K, KeyEntry<K>>, key: K, options: LockOptions) {
    super(options);
    this.owner = owner;
    this.entries = entries;
    this.key = key;
  }

  ask(options: WaitOptions | undefined): HeldKey<K> | Promise<HeldKey<K>> {
    return this.request(0, options);
  }

  askGuard(options: WaitOptions | undefined): Promise<HeldKey<K>> {
    return this.requestGuard(0, options);
  }

  tryTake(): HeldKey<K> | undefined {
    return this.takeNow(0, true);
  }

  free(): void {
    this.held = false;
    this.admit();
    if (!this.held) this.entries.delete(this.key);
  }

  protected take(): HeldKey<K> | undefined {
    if (this.held) return undefined;
    this.held = true;
    this.entries.set(this.key, this);
    return new HeldKey(this);
  }

  protected isShared(): boolean {
    return false;
  }
}

/** One grant of a key. */
class HeldKey<K> implements KeyGuard {
  private readonly entry: KeyEntry<K>;
  private held = true;

  constructor(entry: KeyEntry<K>) {
    this.entry = entry;
  }

  get released(): boolean {
    return !this.held;
  }

  release(): void {
    if (!this.held) return observer?.releasedAgain(this.entry, this);
    this.held = false;
    observer?.released(this.entry, this);
    this.entry.free();
  }

  [dispose](): void {
    this.release();
  }
}
