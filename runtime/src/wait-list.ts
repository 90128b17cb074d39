import { TimeoutError } from './errors.js';
import { Timer } from './timer.js';
import { requireWaitOptions, type WaitOptions } from './wait-options.js';

/** Refuses bad options, and a signal that has aborted before the wait began. */
export function requireOpenWait(options: WaitOptions | undefined): void {
  if (options === undefined) return;
  requireWaitOptions(options);
  options.signal?.throwIfAborted();
}

/**
 * One who waits for something that happens to all at once. Doubly linked, so that it leaves in constant time; it is its own
 * abort listener.
 */
export class ListedWaiter<V> {
  next: ListedWaiter<V> | undefined;
  previous: ListedWaiter<V> | undefined;
  private readonly list: WaitList<V>;
  private readonly signal: AbortSignal | undefined;
  private readonly timer: Timer | undefined;
  private resolve: ((value: V) => void) | undefined;
  private reject: ((reason: unknown) => void) | undefined;
  private ended: { readonly reason: unknown } | undefined;

  constructor(list: WaitList<V>, options: WaitOptions | undefined) {
    this.list = list;
    this.signal = options?.signal;
    this.signal?.addEventListener('abort', this);
    const timeout = options?.timeout ?? Infinity;
    this.timer = timeout < Infinity ? new Timer(timeout, () => this.end(list.timedOut(timeout))) : undefined;
  }

  /** The next time that the list is woken; rejects when the bounds of the wait have ended it, now or before. */
  turn(): Promise<V> {
    if (this.ended !== undefined) return Promise.reject(this.ended.reason);
    return new Promise<V>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.list.link(this);
    });
  }

  /** Takes away what could still end the wait. */
  settle(): void {
    this.signal?.removeEventListener('abort', this);
    this.timer?.cancel();
  }

  /** Called by the list, which has unlinked it. */
  wake(value: V): void {
    this.resolve?.(value);
    this.resolve = this.reject = undefined;
  }

  /** Called by the list, which has unlinked it. */
  fail(reason: unknown): void {
    this.reject?.(reason);
    this.resolve = this.reject = undefined;
  }

  handleEvent(): void {
    this.end(this.signal?.reason);
  }

  private end(reason: unknown): void {
    this.settle();
    this.ended = { reason };
    // Between two turns there is nothing to reject: a waiter that was woken is served first.
    if (this.reject === undefined) return;
    this.fail(reason);
    this.list.unlink(this);
  }
}

/** Those who wait for the same event. */
export class WaitList<V> {
  private head: ListedWaiter<V> | undefined;
  private readonly event: string;
  private readonly emptied: (() => void) | undefined;
  private length = 0;

  /**
   * @param event - what is waited for, for the message of a {@link TimeoutError}.
   * @param emptied - called when the last waiter has given up.
   */
  constructor(event: string, emptied?: () => void) {
    this.event = event;
    this.emptied = emptied;
  }

  get size(): number {
    return this.length;
  }

  /** Waits for one event. The options were checked with {@link requireOpenWait}. */
  async wait(options: WaitOptions | undefined): Promise<V> {
    const waiter = new ListedWaiter(this, options);
    try {
      return await waiter.turn();
    } finally {
      waiter.settle();
    }
  }

  /** Wakes all who wait now. */
  wakeAll(value: V): void {
    this.drain((waiter) => waiter.wake(value));
  }

  failAll(reason: unknown): void {
    this.drain((waiter) => waiter.fail(reason));
  }

  timedOut(timeout: number): TimeoutError {
    return new TimeoutError(timeout, `${this.event} did not happen within ${timeout} ms`);
  }

  link(waiter: ListedWaiter<V>): void {
    waiter.next = this.head;
    if (this.head !== undefined) this.head.previous = waiter;
    this.head = waiter;
    this.length++;
  }

  unlink(waiter: ListedWaiter<V>): void {
    this.detach(waiter);
    if (this.length === 0) this.emptied?.();
  }

  private drain(each: (waiter: ListedWaiter<V>) => void): void {
    const waiters: ListedWaiter<V>[] = [];
    for (let waiter = this.head; waiter !== undefined; waiter = waiter.next) waiters.push(waiter);
    // New ones are linked at the head: from the other end, all are served in the order in which they came.
    for (const waiter of waiters.reverse()) {
      this.detach(waiter);
      each(waiter);
    }
  }

  private detach(waiter: ListedWaiter<V>): void {
    const { next, previous } = waiter;
    if (previous === undefined) this.head = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
    waiter.next = waiter.previous = undefined;
    this.length--;
  }
}
