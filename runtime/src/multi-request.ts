import { Bounded, requireOpen } from './bounded.js';
import { dispose } from './dispose.js';
import type { TimeoutError } from './errors.js';
import { timedOut, Waiter, type Grant, type LockCore } from './lock-core.js';
import type { WaitOptions } from './wait-options.js';

/** One of the locks that are asked for together, and how many of its permits. */
export type Part = readonly [lock: LockCore, weight: number];

/** Several grants that are released together. */
export class GrantSet implements Disposable {
  readonly grants: readonly Grant[];
  private held = true;

  constructor(grants: readonly Grant[]) {
    this.grants = grants;
  }

  get released(): boolean {
    return !this.held;
  }

  release(): void {
    this.held = false;
    for (const grant of this.grants) grant.release();
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
export function requestAll<S extends GrantSet>(
  partsOf: () => readonly Part[],
  options: WaitOptions | undefined,
  setOf: (grants: readonly Grant[]) => S,
): S | Promise<S> {
  try {
    if (options) requireOpen(options);
    return new MultiRequest(partsOf(), setOf).outcome(options);
  } catch (error) {
    return Promise.reject(error);
  }
}

class MultiRequest<S> extends Bounded {
  private readonly places: (Grant | Waiter)[] = [];
  private readonly parts: readonly Part[];
  private readonly setOf: (grants: readonly Grant[]) => S;
  private missing = 0;
  private resolve: ((grants: S) => void) | undefined;
  private reject: ((reason: unknown) => void) | undefined;

  constructor(parts: readonly Part[], setOf: (grants: readonly Grant[]) => S) {
    super();
    this.parts = parts;
    this.setOf = setOf;
  }

  outcome(options: WaitOptions | undefined): S | Promise<S> {
    try {
      this.parts.forEach(([lock, weight], index) => {
        this.places[index] = lock.take(weight) ?? this.enqueue(lock, weight, index);
      });
      if (!this.missing) return this.grants();
      if (options?.timeout === 0) throw this.late(0);
    } catch (error) {
      this.rollBack(error);
      throw error;
    }
    if (options) this.bound(options);
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Ends the wait without the locks. A grant that comes during the way back is given back as well. */
  protected end(reason: unknown): void {
    this.resolve = undefined;
    this.rollBack(reason);
    this.reject?.(reason);
  }

  protected late(timeout: number): TimeoutError {
    return timedOut(this.parts[this.places.findIndex((place) => place instanceof Waiter)]![0], timeout);
  }

  private enqueue(lock: LockCore, weight: number, index: number): Waiter {
    const waiter = lock.enqueue(weight, (grant) => this.granted(index, grant));
    this.missing++;
    return waiter;
  }

  private granted(index: number, grant: Grant): void {
    this.places[index] = grant;
    if (--this.missing > 0) return;
    this.settle();
    this.resolve?.(this.grants());
  }

  /** Leaves the queues first and releases then: what is released goes to others, never to a place that is given up. */
  private rollBack(reason: unknown): void {
    this.places.forEach((place, index) => {
      if (place instanceof Waiter) this.parts[index]![0].abandon(place, reason);
    });
    for (const place of this.places) if (!(place instanceof Waiter)) place.release();
  }

  private grants(): S {
    return this.setOf(this.places as Grant[]);
  }
}
