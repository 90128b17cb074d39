import type { Clock } from './clock.js';
import type { RetryBudget } from './retry-budget.js';

/** What {@link retryWithBackoff} tells an attempt, and the callbacks about it. */
export interface AttemptContext {
  /** Which attempt it is, from 1. */
  readonly attempt: number;
  /** Aborts when the attempt must end: with the reason of `options.signal`, or after `attemptTimeout`. */
  readonly signal: AbortSignal;
  /** How long ago the first attempt began, in ms. */
  readonly elapsed: number;
}

/**
 * How a delay is drawn from the cap of its attempt: `none` takes the cap itself, `full` anything from 0 to the cap, `equal`
 * half the cap and anything up to the other half, `decorrelated` anything from `initialDelay` to three times the last
 * delay. The names and formulas are those of the AWS note «Exponential Backoff And Jitter».
 */
export type Jitter = 'none' | 'full' | 'equal' | 'decorrelated' | ((cap: number, random: () => number) => number);

/** Options of {@link retryWithBackoff}. */
export interface RetryOptions {
  /** How often to try in all, the first attempt included. Default 5. */
  readonly maxAttempts?: number | undefined;
  /** The cap of the first delay, in ms. Default 100. */
  readonly initialDelay?: number | undefined;
  /** What no cap exceeds, in ms. Default 30,000. */
  readonly maxDelay?: number | undefined;
  /** What each cap is multiplied by for the next. 1 or more, default 2. */
  readonly factor?: number | undefined;
  /** Default `full`. */
  readonly jitter?: Jitter | undefined;
  /** No attempt begins later than this after the first, in ms: rather than wait that long, give up. Default Infinity. */
  readonly maxElapsed?: number | undefined;
  /** The longest that one attempt may take, in ms; then it counts as failed with a {@link TimeoutError}. Default Infinity. */
  readonly attemptTimeout?: number | undefined;
  /** Ends everything when it aborts, a delay too: the promise rejects with `signal.reason`, unchanged. */
  readonly signal?: AbortSignal | undefined;
  /** Shared by calls that must not flood the same service with retries. */
  readonly budget?: RetryBudget | undefined;
  /** Whether this error is worth another attempt. Default: every error is. */
  shouldRetry?(error: unknown, context: AttemptContext): boolean | PromiseLike<boolean>;
  /** The delay that the error itself asks for (a Retry-After header), in ms; undefined for the computed one. */
  delayFor?(error: unknown, context: AttemptContext): number | undefined;
  /** Told before each delay. */
  onRetry?(error: unknown, context: AttemptContext & { readonly delay: number }): void;
  /** The source of chance, from 0 up to but not including 1. Default `Math.random`. */
  random?(): number;
  /** Where the time comes from. Default: the host's timers and `performance.now`. */
  readonly clock?: Clock | undefined;
}
