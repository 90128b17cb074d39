import { requireNumber } from './arguments.js';

/** Options of {@link RetryBudget}. */
export interface RetryBudgetOptions {
  /** How many retries can be saved up: what a burst of failures may spend at once. 1 or more, default 10. */
  readonly capacity?: number | undefined;
  /** How much of a retry each call that succeeds earns. 0 to 1, default 0.1: one retry for ten successes. */
  readonly ratio?: number | undefined;
}

/**
 * A limit on retries that many calls share: when most of them fail, retrying multiplies the load of a service that is
 * down. A retry costs 1, a call that succeeds earns `ratio`, and with less than 1 saved there is no retry.
 *
 * The scheme is that of gRPC's retry throttling (gRFC A6) and Finagle's `RetryBudget`, without a clock.
 */
export class RetryBudget {
  private readonly capacity: number;
  private readonly ratio: number;
  private saved: number;

  constructor(options: RetryBudgetOptions = {}) {
    const { capacity = 10, ratio = 0.1 } = options;
    requireNumber('options.capacity', capacity, 1, false, Number.MAX_SAFE_INTEGER);
    requireNumber('options.ratio', ratio, 0, false, 1);
    this.capacity = this.saved = capacity;
    this.ratio = ratio;
  }

  /** How many retries can be spent now. */
  get available(): number {
    return Math.floor(this.saved);
  }

  /** To be called when a call has succeeded. */
  deposit(): void {
    this.saved = Math.min(this.capacity, this.saved + this.ratio);
  }

  /** Takes one retry, if one is saved. */
  withdraw(): boolean {
    if (this.saved < 1) return false;
    this.saved -= 1;
    return true;
  }
}
