import { dispose } from './dispose.js';
import { timedOut, Waiter, type LockQueue } from './lock-queue.js';
import type { Abandonment } from './observer.js';
import { Timer } from './timer.js';
import { requireWaitOptions, type WaitOptions } from './wait-options.js';

/** A guard as far as a request for several locks deals with it. */
export interface Releasable {
  release(): void;
}

/** One of the locks that are asked for together. */
export interface Part<G extends Releasable> {
  readonly queue: LockQueue<G>;
  readonly ask: number;
}

/** Several grants that are released together. */
export class GrantSet<G extends Releasable> implements Disposable {
  readonly parts: readonly G[];
  private held = true;

  constructor(parts: readonly G[]) {
    this.parts = parts;
  }

  get released(): boolean {
    return !this.held;
  }

  release(): void {
    this.held = false;
    for (const part of this.parts) part.release();
  }

  [dispose](): void {
    this.release();
  }
}

/**
 * Asks for several locks in one synchronous segment: the caller gets all of them or none.
 *
 * What is free is taken at once and kept while the rest is waited for. That cannot deadlock, in whatever order the locks
 * are named: every request enters all its queues in one segment, so in any two queues any two requests stand in the same
 * order, and whoever waits does so only for requests that came before.
 */
export function requestAll<G extends Releasable>(
  parts: readonly Part<G>[],
  options: WaitOptions | undefined,
): GrantSet<G> | Promise<GrantSet<G>> {
  try {
    if (options !== undefined) {
      requireWaitOptions(options);
      options.signal?.throwIfAborted();
    }
    return new MultiRequest(parts, options).outcome();
  } catch (error) {
    return Promise.reject(error);
  }
}

class MultiRequest<G extends Releasable> {
  private readonly parts: readonly Part<G>[];
  private readonly options: WaitOptions | undefined;
  private readonly places: (G | Waiter<G>)[] = [];
  private missing = 0;
  private resolve: ((grants: GrantSet<G>) => void) | undefined = undefined;
  private reject: ((reason: unknown) => void) | undefined = undefined;
  private timer: Timer | undefined = undefined;

  constructor(parts: readonly Part<G>[], options: WaitOptions | undefined) {
    this.parts = parts;
    this.options = options;
  }

  outcome(): GrantSet<G> | Promise<GrantSet<G>> {
    try {
      for (const part of this.parts) this.enter(part);
      if (this.missing > 0 && this.options?.timeout === 0) throw this.tooLate(0);
    } catch (error) {
      this.rollBack('refused');
      throw error;
    }
    return this.missing === 0 ? this.grants() : this.wait();
  }

  handleEvent(): void {
    this.giveUp(this.options?.signal?.reason, 'abort');
  }

  private enter({ queue, ask }: Part<G>): void {
    const index = this.places.length;
    const place = queue.join(ask, (guard) => this.granted(index, guard));
    if (place instanceof Waiter) this.missing++;
    this.places.push(place);
  }

  private granted(index: number, guard: G): void {
    this.places[index] = guard;
    if (--this.missing > 0) return;
    this.settle();
    this.resolve?.(this.grants());
  }

  private wait(): Promise<GrantSet<G>> {
    const { signal, timeout = Infinity } = this.options ?? {};
    signal?.addEventListener('abort', this);
    if (timeout < Infinity) this.timer = new Timer(timeout, () => this.giveUp(this.tooLate(timeout), 'timeout'));
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Ends the wait without the locks. A grant that comes during the way back is given back as well. */
  private giveUp(reason: unknown, why: Abandonment): void {
    this.settle();
    this.resolve = undefined;
    this.rollBack(why);
    this.reject?.(reason);
  }

  private settle(): void {
    this.options?.signal?.removeEventListener('abort', this);
    this.timer?.cancel();
  }

  /** Leaves the queues first and releases then: what is released goes to others, never to a place that is given up. */
  private rollBack(why: Abandonment): void {
    this.places.forEach((place, index) => {
      if (place instanceof Waiter) this.parts[index]!.queue.abandon(place, why);
    });
    for (const place of this.places) if (!(place instanceof Waiter)) place.release();
  }

  private tooLate(timeout: number): unknown {
    const index = this.places.findIndex((place) => place instanceof Waiter);
    return timedOut(this.parts[index]!.queue, timeout);
  }

  private grants(): GrantSet<G> {
    return new GrantSet(this.places as G[]);
  }
}
