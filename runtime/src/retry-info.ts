/** How a call of {@link retryWithBackoff} came to its error. */
export interface RetryInfo {
  /** How many attempts were made. */
  readonly attempts: number;
  /** How long they took with their delays, in ms. */
  readonly elapsed: number;
  /** The errors of all attempts in order; the last is the one that was thrown. */
  readonly errors: readonly unknown[];
}

/** On the error itself, and registered, so that it is found by another copy of this package too. */
const key = Symbol.for('lockwise.retryInfo');

/** What {@link retryWithBackoff} knows about an error that it has thrown; undefined for any other. */
export function retryInfo(error: unknown): RetryInfo | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  return (error as { [key]?: RetryInfo })[key];
}

/** Notes it on the error, where that is possible: a primitive or a frozen error is thrown as it is. */
export function noteRetryInfo(error: unknown, info: RetryInfo): void {
  if (typeof error !== 'object' || error === null || !Object.isExtensible(error)) return;
  Object.defineProperty(error, key, { value: info, configurable: true, writable: true, enumerable: false });
}
