import { Bounded, requireOpen } from './bounded.js';
import { TimeoutError } from './errors.js';
import { LinkedList, type Linked } from './linked-list.js';
import type { WaitOptions } from './wait-options.js';

/** One who waits for something that happens to all at once. */
export class ListedWaiter<V> extends Bounded implements Linked<ListedWaiter<V>> {
  next: ListedWaiter<V> | undefined;
  previous: ListedWaiter<V> | undefined;
  private readonly list: WaitList<V>;
  private resolve: ((value: V | PromiseLike<V>) => void) | undefined;
  private ended: Promise<never> | undefined;

  constructor(list: WaitList<V>, options: WaitOptions = {}) {
    super();
    this.list = list;
    this.bound(options);
  }

  /** The next time that the list is woken; rejects when the bounds of the wait have ended it, now or before. */
  turn(): Promise<V> {
    if (this.ended) return this.ended;
    this.list.push(this);
    return new Promise<V>((resolve) => (this.resolve = resolve));
  }

  /** Called by the list, which has taken it out. */
  wake(outcome: V | PromiseLike<V>): void {
    this.resolve?.(outcome);
    this.resolve = undefined;
  }

  protected end(reason: unknown): void {
    this.ended = Promise.reject(reason);
    // It may be between two turns, and served first then: nobody has to take the rejection.
    this.ended.catch(() => {});
    if (!this.resolve) return;
    this.list.remove(this);
    this.wake(this.ended);
    if (!this.list.length) this.list.emptied();
  }

  protected late(timeout: number): TimeoutError {
    return new TimeoutError(timeout, `${this.list.event} did not happen within ${timeout} ms`);
  }
}

/** Those who wait for the same event. */
export class WaitList<V> extends LinkedList<ListedWaiter<V>> {
  /** What is waited for, for the message of a {@link TimeoutError}. */
  readonly event: string;

  constructor(event: string) {
    super();
    this.event = event;
  }

  /** The last waiter has given up. */
  emptied(): void {}

  /** Waits for one event. */
  async wait(options: WaitOptions = {}): Promise<V> {
    requireOpen(options);
    const waiter = new ListedWaiter(this, options);
    try {
      return await waiter.turn();
    } finally {
      waiter.settle();
    }
  }

  /** Wakes those who wait now; one who comes meanwhile is behind them. */
  wakeAll(outcome: V | PromiseLike<V>): void {
    for (let left = this.length; left > 0 && this.first; left--) {
      const waiter = this.first;
      this.remove(waiter);
      waiter.wake(outcome);
    }
  }
}
