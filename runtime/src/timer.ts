import type { Clock } from './clock.js';

/** The longest delay that `setTimeout` keeps; it takes a longer one for 1 ms. */
export const LONGEST_DELAY = 2 ** 31 - 1;

/** A timer for any finite delay in ms: one beyond what `setTimeout` can keep (24.8 days) is armed again until it is due. */
export class Timer {
  private handle: unknown;
  private readonly clock: Clock | undefined;

  /** @param clock - default: the global timers, looked up with each use. */
  constructor(delay: number, due: () => void, clock?: Clock) {
    this.clock = clock;
    this.arm(delay, due);
  }

  cancel(): void {
    if (this.clock === undefined) clearTimeout(this.handle as ReturnType<typeof setTimeout>);
    else this.clock.clearTimeout(this.handle);
  }

  private arm(delay: number, due: () => void): void {
    if (delay > LONGEST_DELAY) this.set(() => this.arm(delay - LONGEST_DELAY, due), LONGEST_DELAY);
    else this.set(due, delay);
  }

  private set(due: () => void, delay: number): void {
    this.handle = this.clock === undefined ? setTimeout(due, delay) : this.clock.setTimeout(due, delay);
  }
}
