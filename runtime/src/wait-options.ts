/** Bounds of a wait. Both bound the wait alone: neither ends a section that has begun. */
export interface WaitOptions {
  /** Ends the wait when it aborts: the promise rejects with `signal.reason`, unchanged. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The longest wait, in ms; then the promise rejects with a {@link TimeoutError}. Default `Infinity`.
   * With 0 nothing is waited for: what is not free now is refused at once.
   */
  readonly timeout?: number | undefined;
}
