import { badNumber, wrongType, requireCount } from './arguments.js';
import { QueueFullError, TimeoutError } from './errors.js';
import { observer, type Abandonment, type ObservedLock } from './observer.js';
import { Timer } from './timer.js';
import { requireWaitOptions, type WaitOptions } from './wait-options.js';

/** Options of every lock. */
export interface LockOptions {
  /** Names the lock in errors, in debug mode and in diagnostics. */
  readonly name?: string | undefined;
  /** How many requests may wait at once; one more is rejected with a {@link QueueFullError}. Default `Infinity`. */
  readonly maxWaiters?: number | undefined;
  /** The lock's place in the order of acquisition that debug mode checks: locks are to be taken by ascending rank. */
  readonly rank?: number | undefined;
}

/**
 * A request in a queue. The queue is doubly linked through it, so that any request leaves in constant time.
 *
 * @internal
 */
export class Waiter<G> {
  next: Waiter<G> | undefined = undefined;
  previous: Waiter<G> | undefined = undefined;
  readonly ask: number;
  readonly resolve: (guard: G) => void;

  constructor(ask: number, resolve: (guard: G) => void) {
    this.ask = ask;
    this.resolve = resolve;
  }

  /** Takes away what could still end the wait. */
  settle(): void {}
}

/** A request whose wait a signal or a limit may end. It is its own abort listener: nothing else is allocated for one. */
class BoundedWaiter<G> extends Waiter<G> {
  private readonly queue: LockQueue<G>;
  private readonly reject: (reason: unknown) => void;
  private readonly signal: AbortSignal | undefined;
  private readonly timer: Timer | undefined;

  constructor(
    queue: LockQueue<G>,
    ask: number,
    resolve: (guard: G) => void,
    reject: (reason: unknown) => void,
    { signal, timeout = Infinity }: WaitOptions,
  ) {
    super(ask, resolve);
    this.queue = queue;
    this.reject = reject;
    this.signal = signal;
    signal?.addEventListener('abort', this);
    this.timer = timeout < Infinity ? new Timer(timeout, () => this.handleTimeout(timeout)) : undefined;
  }

  override settle(): void {
    this.signal?.removeEventListener('abort', this);
    this.timer?.cancel();
  }

  handleEvent(): void {
    this.queue.abandon(this, 'abort');
    this.reject(this.signal?.reason);
  }

  private handleTimeout(timeout: number): void {
    const error = timedOut(this.queue, timeout);
    this.queue.abandon(this, 'timeout');
    this.reject(error);
  }
}

/**
 * The queue that all locks share: first in, first out, and direct hand-off. A release gives the lock to the head of the
 * queue before it returns, so that neither a try nor a new request can come in between.
 *
 * @typeParam G - what a grant gives: the guard.
 */
export abstract class LockQueue<G> implements ObservedLock {
  abstract readonly kind: string;
  /** The name that was given, for errors and diagnostics. */
  readonly name: string | undefined;
  /** The rank that was given, for the lock order check of debug mode. */
  readonly rank: number | undefined;
  private readonly maxWaiters: number;
  private head: Waiter<G> | undefined = undefined;
  private tail: Waiter<G> | undefined = undefined;
  private length = 0;

  constructor(options: LockOptions = {}) {
    const { name, maxWaiters = Infinity, rank } = options;
    if (name !== undefined && typeof name !== 'string') throw wrongType('options.name', 'a string', name);
    requireCount('options.maxWaiters', maxWaiters, 0);
    if (rank !== undefined && !Number.isFinite(rank)) throw badNumber('options.rank', 'a finite number', rank);
    this.name = name;
    this.maxWaiters = maxWaiters;
    this.rank = rank;
  }

  /** How many requests wait in the queue. */
  get waiters(): number {
    return this.length;
  }

  /** Takes the lock if its state allows that, whoever waits; the caller has looked at the queue. */
  protected abstract take(ask: number): G | undefined;
  /** Whether others may hold the lock at the same time as this grant. */
  protected abstract isShared(ask: number): boolean;

  /** Takes the lock if that overtakes nobody. */
  protected takeNow(ask: number, exposed = false): G | undefined {
    if (this.head !== undefined) return undefined;
    const guard = this.take(ask);
    if (guard !== undefined) observer?.acquired(this, guard as object, undefined, this.isShared(ask), exposed);
    return guard;
  }

  /** Asks for the lock. The guard itself when the lock is free, so that a caller can go on in the same tick. */
  protected request(ask: number, options: WaitOptions | undefined, exposed = false): G | Promise<G> {
    if (options !== undefined) {
      try {
        requireWaitOptions(options);
        options.signal?.throwIfAborted();
      } catch (error) {
        return Promise.reject(error);
      }
    }
    return this.takeNow(ask, exposed) ?? this.enqueue(ask, options, exposed);
  }

  /** Asks for the lock, for a caller who gets the guard. */
  protected requestGuard(ask: number, options: WaitOptions | undefined): Promise<G> {
    return Promise.resolve(this.request(ask, options, true));
  }

  /** Serves the queue from its head, as far as the state allows. To be called whenever the state allows more than before. */
  protected admit(): void {
    for (let waiter = this.head; waiter !== undefined; waiter = this.head) {
      const guard = this.take(waiter.ask);
      if (guard === undefined) return;
      this.unlink(waiter);
      waiter.settle();
      waiter.resolve(guard);
      observer?.acquired(this, guard as object, waiter, this.isShared(waiter.ask), false);
    }
  }

  /**
   * Takes a request out of the queue. Those behind it may have waited for it alone.
   *
   * @internal
   */
  abandon(waiter: Waiter<G>, why: Abandonment): void {
    waiter.settle();
    this.unlink(waiter);
    this.admit();
    observer?.abandoned(this, waiter, why);
  }

  /**
   * Takes the lock if that overtakes nobody; else queues a request that only {@link abandon} ends early. Throws when the
   * queue is full.
   *
   * @internal
   */
  join(ask: number, resolve: (guard: G) => void): G | Waiter<G> {
    const guard = this.takeNow(ask);
    if (guard !== undefined) return guard;
    this.requireRoom();
    const waiter = new Waiter<G>(ask, resolve);
    this.link(waiter, false);
    return waiter;
  }

  private enqueue(ask: number, options: WaitOptions | undefined, exposed: boolean): Promise<G> {
    return new Promise<G>((resolve, reject) => {
      this.requireRoom();
      if (options?.timeout === 0) throw timedOut(this, 0);
      const waiter =
        options === undefined ? new Waiter<G>(ask, resolve) : new BoundedWaiter<G>(this, ask, resolve, reject, options);
      this.link(waiter, exposed);
    });
  }

  private requireRoom(): void {
    if (this.length < this.maxWaiters) return;
    const message = `${label(this)} has ${this.length} waiting requests already, as many as options.maxWaiters allows`;
    throw new QueueFullError(message, { lockName: this.name });
  }

  private link(waiter: Waiter<G>, exposed: boolean): void {
    try {
      observer?.waits(this, waiter, this.isShared(waiter.ask), exposed);
    } catch (refusal) {
      waiter.settle();
      throw refusal;
    }
    waiter.previous = this.tail;
    if (this.tail === undefined) this.head = waiter;
    else this.tail.next = waiter;
    this.tail = waiter;
    this.length++;
  }

  private unlink(waiter: Waiter<G>): void {
    const { next, previous } = waiter;
    if (previous === undefined) this.head = next;
    else previous.next = next;
    if (next === undefined) this.tail = previous;
    else next.previous = previous;
    waiter.next = waiter.previous = undefined;
    this.length--;
  }
}

/** The lock as a message calls it. @internal */
export function label(lock: Pick<ObservedLock, 'kind' | 'name'>): string {
  return lock.name === undefined ? `this ${lock.kind}` : `${lock.kind} ${JSON.stringify(lock.name)}`;
}

/** @internal */
export function timedOut(lock: ObservedLock, timeout: number): TimeoutError {
  const holders = observer?.holders(lock);
  const held = holders === undefined ? '' : `; held by ${holders}`;
  return new TimeoutError(timeout, `${label(lock)} was not granted within ${timeout} ms${held}`, {
    lockName: lock.name,
  });
}
