import { TimeoutError } from './errors.js';
import { LinkedList, type Linked } from './linked-list.js';
import { Timer } from './timer.js';
import { requireWaitOptions, type WaitOptions } from './wait-options.js';

/** Refuses bad options, and a signal that has aborted before the wait began. */
export function requireOpenWait(options: WaitOptions | undefined): void {
  if (options === undefined) return;
  requireWaitOptions(options);
  options.signal?.throwIfAborted();
}

/** One who waits for something that happens to all at once; its own abort listener. */
export class ListedWaiter<V> implements Linked<ListedWaiter<V>> {
  next: ListedWaiter<V> | undefined = undefined;
  previous: ListedWaiter<V> | undefined = undefined;
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
  private readonly waiters = new LinkedList<ListedWaiter<V>>();
  private readonly event: string;
  private readonly emptied: (() => void) | undefined;

  /**
   * @param event - what is waited for, for the message of a {@link TimeoutError}.
   * @param emptied - called when the last waiter has given up.
   */
  constructor(event: string, emptied?: () => void) {
    this.event = event;
    this.emptied = emptied;
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
    this.waiters.push(waiter);
  }

  unlink(waiter: ListedWaiter<V>): void {
    this.waiters.remove(waiter);
    if (this.waiters.length === 0) this.emptied?.();
  }

  /** Serves those who wait now; one who comes meanwhile is behind them. */
  private drain(serve: (waiter: ListedWaiter<V>) => void): void {
    for (let left = this.waiters.length; left > 0; left--) {
      const waiter = this.waiters.shift();
      if (waiter === undefined) return;
      serve(waiter);
    }
  }
}
