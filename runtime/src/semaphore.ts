import { requireNumber } from './arguments.js';
import { LockCore, type Grant, type LockOptions } from './lock-core.js';
import { runSection } from './section.js';
import type { WaitOptions } from './wait-options.js';

/** Options of a request for permits. */
export interface PermitOptions extends WaitOptions {
  /** How many permits the request takes, all at once: 1 to the semaphore's capacity. Default 1. */
  readonly weight?: number | undefined;
}

/** Permits of a semaphore, from one grant until their release. */
export interface Permit extends Disposable {
  /** How many permits were taken. */
  readonly weight: number;
  readonly released: boolean;
  /** Gives the permits back. A second call does nothing: the capacity never grows. */
  release(): void;
}

/**
 * Limits how many sections run at the same time. Permits are given first in, first out: a request for many that waits at
 * the head of the queue is not overtaken by one for few, so it does not starve.
 */
export class Semaphore extends LockCore {
  readonly kind = 'Semaphore';
  /** How many permits there are in all. */
  readonly capacity: number;

  /** @param capacity - how many permits there are: an integer of 1 or more, or Infinity. */
  constructor(capacity: number, options?: LockOptions) {
    requireNumber('capacity', capacity, 1, true);
    super(capacity, options);
    this.capacity = capacity;
  }

  /** How many permits can be taken now. */
  get available(): number {
    return this.free;
  }

  /**
   * Waits for permits. Release them in a `finally`, or declare them with `using`.
   *
   * @throws `signal.reason` when the signal aborts first, {@link TimeoutError}, {@link QueueFullError}, a RangeError for a
   *   weight that can never be granted; all as rejections.
   */
  acquire(options?: PermitOptions): Promise<Permit> {
    return Promise.resolve(this.ask(options, true));
  }

  /** Takes permits if they are free now and nothing waits; else undefined. */
  tryAcquire(weight = 1): Permit | undefined {
    this.requireWeight('weight', weight);
    return this.take(weight, true);
  }

  /** Runs `section` while holding permits, until its outcome has settled. */
  withPermit<R>(section: (permit: Permit) => R | PromiseLike<R>, options?: PermitOptions): Promise<R> {
    return runSection(this.ask(options), section, options);
  }

  /** @internal */
  requireWeight(argument: string, weight: number): void {
    requireNumber(argument, weight, 1, true, Math.min(this.capacity, Number.MAX_SAFE_INTEGER));
  }

  private ask(options?: PermitOptions, lent?: boolean): Grant | Promise<Grant> {
    const { weight = 1 } = options ?? {};
    try {
      this.requireWeight('options.weight', weight);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.request(weight, options, lent);
  }
}
