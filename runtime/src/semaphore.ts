import { badNumber, requireCount } from './arguments.js';
import { dispose } from './dispose.js';
import { LockQueue, type LockOptions } from './lock-queue.js';
import { observer } from './observer.js';
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

// What a grant may do with its semaphore, and nobody else.
let giveBack: (semaphore: Semaphore, weight: number) => void;

/**
 * Limits how many sections run at the same time. Permits are given first in, first out: a request for many that waits at
 * the head of the queue is not overtaken by one for few, so it does not starve.
 */
export class Semaphore extends LockQueue<Permit> {
  readonly kind = 'Semaphore';
  /** How many permits there are in all. */
  readonly capacity: number;
  #available: number;

  static {
    giveBack = (semaphore, weight) => semaphore.#giveBack(weight);
  }

  /** @param capacity - how many permits there are: an integer of 1 or more, or Infinity. */
  constructor(capacity: number, options?: LockOptions) {
    super(options);
    requireCount('capacity', capacity, 1);
    this.capacity = this.#available = capacity;
  }

  /** How many permits can be taken now. */
  get available(): number {
    return this.#available;
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
    return this.takeNow(weight, true);
  }

  /** Runs `section` while holding permits, until its outcome has settled. */
  withPermit<R>(section: (permit: Permit) => R | PromiseLike<R>, options?: PermitOptions): Promise<R> {
    return runSection(this.ask(options), section, options);
  }

  /** @internal */
  requireWeight(argument: string, weight: number): void {
    requireCount(argument, weight, 1);
    if (weight > this.capacity || weight === Infinity) {
      throw badNumber(argument, `at most the capacity, ${this.capacity}`, weight);
    }
  }

  private ask(options: PermitOptions | undefined, exposed = false): Permit | Promise<Permit> {
    const weight = options?.weight ?? 1;
    if (weight !== 1) {
      try {
        this.requireWeight('options.weight', weight);
      } catch (error) {
        return Promise.reject(error);
      }
    }
    return this.request(weight, options, exposed);
  }

  protected take(weight: number): Permit | undefined {
    if (weight > this.#available) return undefined;
    this.#available -= weight;
    return new HeldPermit(this, weight);
  }

  protected isShared(): boolean {
    return this.capacity > 1;
  }

  #giveBack(weight: number): void {
    this.#available += weight;
    this.admit();
  }
}

/** One grant of a semaphore. */
class HeldPermit implements Permit {
  readonly weight: number;
  private readonly semaphore: Semaphore;
  private held = true;

  constructor(semaphore: Semaphore, weight: number) {
    this.semaphore = semaphore;
    this.weight = weight;
  }

  get released(): boolean {
    return !this.held;
  }

  release(): void {
    if (!this.held) return observer?.releasedAgain(this.semaphore, this);
    this.held = false;
    observer?.released(this.semaphore, this);
    giveBack(this.semaphore, this.weight);
  }

  [dispose](): void {
    this.release();
  }
}
