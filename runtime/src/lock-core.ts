import { requireNumber } from './arguments.js';
import { Bounded, requireOpen } from './bounded.js';
import { dispose } from './dispose.js';
import { QueueFullError, ReleasedGuardError, TimeoutError } from './errors.js';
import { LinkedList, type Linked } from './linked-list.js';
import { observer, type ObservedLock } from './observer.js';
import type { WaitOptions } from './wait-options.js';

/** Options of every lock. */
export interface LockOptions {
  /** Names the lock in errors, in debug mode and in diagnostics. */
  readonly name?: string | undefined;
  /** How many requests may wait at once; one more is rejected with a {@link QueueFullError}. Default `Infinity`. */
  readonly maxWaiters?: number | undefined;
  /** The lock's place in the order of acquisition that debug mode checks: locks are to be taken by ascending rank. */
  readonly rank?: number | undefined;
}

/** Where a lock keeps the value that it guards; only the lock and its grants know the place. */
export interface Place<T> {
  value: T;
}

/** For the lock itself. @internal */
export let placeOf: (lock: LockCore) => Place<unknown>;

/**
 * One grant of a lock, from the moment it is given until its release. Everything that a guard can do is in this one class,
 * and what each lock shows of it is a matter of types: a subclass costs a tenth of an uncontended acquisition.
 */
export class Grant<T = unknown> implements Disposable {
  readonly lock: LockCore;
  /** How many permits it holds. */
  readonly weight: number;
  protected held = true;
  private readonly place: Place<T> | undefined;

  constructor(lock: LockCore, weight: number, place?: Place<T>) {
    this.lock = lock;
    this.weight = weight;
    this.place = place;
  }

  get value(): T {
    return this.granted().value;
  }

  set value(value: T) {
    this.granted().value = value;
  }

  get released(): boolean {
    return !this.held;
  }

  release(): void {
    const { held } = this;
    this.held = false;
    observer?.released(this.lock, this, held);
    if (held) this.lock.give(this.weight);
  }

  [dispose](): void {
    this.release();
  }

  protected granted(): Place<T> {
    if (this.held) return this.place!;
    throw new ReleasedGuardError(`a guard of ${label(this.lock)} was used after its release`, this.lock.name);
  }
}

/** A request that waits. One that nothing ends early has as little to it as can be: there may be a hundred thousand. */
export class Waiter implements Linked<Waiter> {
  next: Waiter | undefined = undefined;
  previous: Waiter | undefined = undefined;
  readonly weight: number;
  readonly resolve: (grant: Grant) => void;
  readonly lent: boolean | undefined;
  bounds: WaitBounds | undefined = undefined;

  constructor(weight: number, resolve: (grant: Grant) => void, lent: boolean | undefined) {
    this.weight = weight;
    this.resolve = resolve;
    this.lent = lent;
  }
}

/** What may end the wait of a request. */
class WaitBounds extends Bounded {
  private readonly lock: LockCore;
  private readonly waiter: Waiter;
  private readonly reject: (reason: unknown) => void;

  constructor(lock: LockCore, waiter: Waiter, reject: (reason: unknown) => void) {
    super();
    this.lock = lock;
    this.waiter = waiter;
    this.reject = reject;
  }

  protected end(reason: unknown): void {
    this.lock.abandon(this.waiter, reason);
    this.reject(reason);
  }

  protected late(timeout: number): TimeoutError {
    return timedOut(this.lock, timeout);
  }
}

/**
 * What all locks are made of: a number of permits, and a queue of those who wait for some, first in, first out. A mutex has
 * one permit; a readers-writer lock has many, of which a reader takes one and a writer all.
 *
 * Hand-off is direct: a release gives the permits to the head of the queue before it returns, so that neither a try nor a new
 * request can come in between. (The design is that of tokio, whose locks are made of one semaphore.)
 */
export abstract class LockCore implements ObservedLock {
  abstract readonly kind: string;
  /** The name that was given, for errors and diagnostics. */
  readonly name: string | undefined;
  /** The rank that was given, for the lock order check of debug mode. */
  readonly rank: number | undefined;
  private readonly maxWaiters: number;
  private readonly queue = new LinkedList<Waiter>();
  /** Private at run time too: the value is reached through the lock alone. */
  readonly #place: Place<unknown> | undefined;
  /** How many permits are not taken. @internal */
  free: number;

  static {
    placeOf = (lock) => lock.#place!;
  }

  constructor(permits: number, { name, maxWaiters = Infinity, rank }: LockOptions = {}, place?: Place<unknown>) {
    requireNumber('options.maxWaiters', maxWaiters, 0, true);
    requireNumber('options.rank', rank ?? 0, -Infinity);
    this.name = name;
    this.rank = rank;
    this.maxWaiters = maxWaiters;
    this.free = permits;
    this.#place = place;
  }

  /** How many requests wait in the queue. */
  get waiters(): number {
    return this.queue.length;
  }

  /** The guard of a grant, whose permits are taken. */
  protected guard(weight: number, _lent?: boolean, Kind = Grant): Grant {
    return new Kind(this, weight, this.#place);
  }

  /** Whether permits can be taken now: there are as many, and that overtakes nobody. */
  protected admits(weight: number): boolean {
    return !this.queue.first && weight <= this.free;
  }

  /**
   * Takes permits if that overtakes nobody.
   *
   * @param lent - whether the guard goes to the caller: its section is not bound to a call then.
   * @internal
   */
  take<G = Grant>(weight: number, lent?: boolean): G | undefined {
    return this.admits(weight) ? (this.grant(weight, undefined, lent) as G) : undefined;
  }

  /** Asks for permits: the guard itself when they are free, so that a caller can go on in the same tick. @internal */
  request<G = Grant>(weight: number, options?: WaitOptions, lent?: boolean): G | Promise<G> {
    try {
      if (options) requireOpen(options);
      const guard = this.take<G>(weight, lent);
      if (guard) return guard;
      if (options?.timeout === 0) throw timedOut(this, 0);
      const promise = new Promise<G>(capture);
      const waiter = this.enqueue(weight, resolveLast, lent);
      if (options) (waiter.bounds = new WaitBounds(this, waiter, rejectLast)).bound(options);
      return promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Queues a request. Throws when the queue is full. @internal */
  enqueue(weight: number, resolve: (grant: Grant) => void, lent?: boolean): Waiter {
    const { maxWaiters } = this;
    if (this.waiters >= maxWaiters) {
      throw new QueueFullError(`${label(this)} is full: maxWaiters is ${maxWaiters}`, this.name);
    }
    const waiter = new Waiter(weight, resolve, lent);
    observer?.waits(this, waiter, lent);
    this.queue.push(waiter);
    return waiter;
  }

  /** Gives permits back, and serves the queue from its head as far as they go. @internal */
  give(weight: number): void {
    this.free += weight;
    for (let waiter; (waiter = this.queue.first) && waiter.weight <= this.free;) {
      this.queue.remove(waiter);
      waiter.bounds?.settle();
      waiter.resolve(this.grant(waiter.weight, waiter, waiter.lent));
    }
  }

  /** Takes a request out of the queue. Those behind it may have waited for it alone. @internal */
  abandon(waiter: Waiter, reason: unknown): void {
    this.queue.remove(waiter);
    this.give(0);
    observer?.abandoned(this, waiter, reason);
  }

  /** @internal */
  grant(weight: number, request?: object, lent?: boolean): Grant {
    this.free -= weight;
    const guard = this.guard(weight, lent);
    observer?.acquired(this, guard, request, lent);
    return guard;
  }
}

/** What the last promise was made with: one executor for all waits, for a closure of its own makes each a sixth slower. */
let resolveLast: (grant: Grant) => void;
let rejectLast: (reason: unknown) => void;

function capture(resolve: (grant: never) => void, reject: (reason: unknown) => void): void {
  resolveLast = resolve as (grant: Grant) => void;
  rejectLast = reject;
}

/** The lock as a message calls it. @internal */
export function label({ kind, name }: Pick<ObservedLock, 'kind' | 'name'>): string {
  return name === undefined ? kind : `${kind} "${name}"`;
}

/** @internal */
export function timedOut(lock: ObservedLock, timeout: number): TimeoutError {
  return new TimeoutError(timeout, `${label(lock)} was not granted within ${timeout} ms`, lock.name);
}
