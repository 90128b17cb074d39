/** The longest delay that `setTimeout` keeps; it takes a longer one for 1 ms. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** A timer for any finite delay in ms: one beyond what `setTimeout` can keep (24.8 days) is armed again until it is due. */
export class Timer {
  private handle: ReturnType<typeof setTimeout> | undefined;

  constructor(delay: number, due: () => void) {
    this.arm(delay, due);
  }

  cancel(): void {
    clearTimeout(this.handle);
  }

  private arm(delay: number, due: () => void): void {
    this.handle =
      delay > LONGEST_DELAY
        ? setTimeout(() => this.arm(delay - LONGEST_DELAY, due), LONGEST_DELAY)
        : setTimeout(due, delay);
  }
}
