/** Where a primitive takes the time from and sets its timers; a test gives a `virtualClock()` instead. */
export interface Clock {
  /** The time in ms, from any fixed origin. Never goes back. */
  now(): number;
  /** Calls `due` once after `delay` ms; returns the handle for {@link clearTimeout}. */
  setTimeout(due: () => void, delay: number): unknown;
  clearTimeout(handle: unknown): void;
}
