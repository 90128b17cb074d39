import { LockCore, type Grant, type LockOptions } from './lock-core.js';
import { GrantSet, requestAll, type Part } from './multi-request.js';
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
    this.entry(undefined as K);
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
    return this.entry(key).waiters;
  }

  /**
   * Waits for the lock of a key. Release the guard in a `finally`, or declare it with `using`.
   *
   * @throws `signal.reason` when the signal aborts first, {@link TimeoutError}, {@link QueueFullError}; all as rejections.
   */
  acquire(key: K, options?: WaitOptions): Promise<KeyGuard> {
    return Promise.resolve(this.entry(key).request(1, options, true));
  }

  /** Takes the lock of a key if it is free now. */
  tryAcquire(key: K): KeyGuard | undefined {
    return this.entry(key).take(1, true);
  }

  /** Waits for the locks of several keys and gets all of them or none; see {@link withLocks}. */
  acquireAll(keys: Iterable<K>, options?: WaitOptions): Promise<KeyGuard> {
    return Promise.resolve(this.requestAll(keys, options));
  }

  /** Runs `section` while holding the lock of a key, until its outcome has settled. */
  withLock<R>(key: K, section: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    return runSection(this.entry(key).request(1, options), section as (guard: KeyGuard) => R | PromiseLike<R>, options);
  }

  /**
   * Runs `section` while holding the locks of several keys: all or none. A key named twice counts once, and no order of the
   * keys is needed: they are asked for in one synchronous segment, so two such calls never wait for each other.
   */
  withLocks<R>(keys: Iterable<K>, section: () => R | PromiseLike<R>, options?: WaitOptions): Promise<R> {
    return runSection(this.requestAll(keys, options), () => section(), options);
  }

  private requestAll(keys: Iterable<K>, options: WaitOptions | undefined): GrantSet | Promise<GrantSet> {
    const partsOf = (): readonly Part[] => Array.from(new Set(keys), (key) => [this.entry(key), 1]);
    return requestAll(partsOf, options, (grants) => new GrantSet(grants));
  }

  /** The entry of a key; a new one enters the map when it is taken, which is at once. */
  private entry(key: K): KeyEntry<K> {
    return this.entries.get(key) ?? new KeyEntry(this, this.entries, key, this.options);
  }
}

/** The mutex of one key. It is in the map if and only if it is held. */
class KeyEntry<K> extends LockCore {
  readonly kind = 'KeyedMutex';
  readonly owner: KeyedMutex<K>;
  readonly key: K;
  private readonly entries: Map<K, KeyEntry<K>>;

  constructor(owner: KeyedMutex<K>, entries: Map<K, KeyEntry<K>>, key: K, options: LockOptions) {
    super(1, options);
    this.owner = owner;
    this.key = key;
    this.entries = entries;
  }

  protected override guard(weight: number): Grant {
    this.entries.set(this.key, this);
    return super.guard(weight);
  }

  override give(weight: number): void {
    super.give(weight);
    if (this.free) this.entries.delete(this.key);
  }
}
