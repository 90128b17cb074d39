import { invalid, requireNumber } from './arguments.js';
import type { Clock } from './clock.js';
import type { WaitOptions } from './wait-options.js';

/** The longest delay that `setTimeout` keeps; it takes a longer one for 1 ms. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Refuses bounds that cannot be used, and throws the reason of a signal that has aborted already. */
export function requireOpen({ signal, timeout = Infinity }: WaitOptions): void {
  requireNumber('options.timeout', timeout);
  if (signal === undefined) return;
  if (!signal?.throwIfAborted) throw invalid('options.signal', 'an AbortSignal', signal);
  signal.throwIfAborted();
}

type Timers = Pick<Clock, 'setTimeout' | 'clearTimeout'>;

/** Something that a signal or a limit may end early. It is its own abort listener: nothing else is allocated for one. */
export abstract class Bounded {
  private bounding: AbortSignal | undefined;
  private timer: unknown;
  private readonly clock: Timers | undefined;

  /** @param clock - default: the global timers, looked up with each use. */
  constructor(clock?: Timers) {
    this.clock = clock;
  }

  /** A bound was reached. No bound is left then. */
  protected abstract end(reason: unknown): void;
  /** The error for a limit that has passed. */
  protected abstract late(timeout: number): unknown;

  /** Takes bounds that {@link requireOpen} has let pass. */
  bound({ signal, timeout = Infinity }: WaitOptions): void {
    this.bounding = signal;
    signal?.addEventListener('abort', this);
    if (timeout < Infinity) this.arm(timeout, timeout);
  }

  /** Takes the bounds away. */
  settle(): void {
    if (this.clock) this.clock.clearTimeout(this.timer);
    else if (this.timer) clearTimeout(this.timer as number);
    this.bounding?.removeEventListener('abort', this);
  }

  handleEvent(): void {
    this.settle();
    this.end(this.bounding?.reason);
  }

  /** A delay that is longer than `setTimeout` can keep (24.8 days) is armed again until it is due. */
  private arm(left: number, timeout: number): void {
    const due = (): void => {
      if (left > LONGEST_DELAY) return this.arm(left - LONGEST_DELAY, timeout);
      this.settle();
      this.end(this.late(timeout));
    };
    const delay = Math.min(left, LONGEST_DELAY);
    this.timer = this.clock ? this.clock.setTimeout(due, delay) : setTimeout(due, delay);
  }
}
