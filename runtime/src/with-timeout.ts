import { lateFailure } from './activity.js';
import { invalid, requireFunction, requireNumber } from './arguments.js';
import { Bounded, requireOpen } from './bounded.js';
import type { Clock } from './clock.js';
import { asyncDispose, dispose } from './dispose.js';
import { TimeoutError } from './errors.js';
import { isThenable } from './section.js';

/** Options of {@link withTimeout}. */
export interface TimeoutOptions {
  /** Ends the operation when it aborts: the promise rejects with `signal.reason`, unchanged. */
  readonly signal?: AbortSignal | undefined;
  /** When the limit has passed or the signal has aborted, wait for the operation to settle before rejecting. Default false. */
  readonly join?: boolean | undefined;
  /** The message of the {@link TimeoutError}. */
  readonly message?: string | undefined;
  /** Where the time comes from. Default: the host's timers. */
  readonly clock?: Clock | undefined;
}

/** What {@link withTimeout} gives to the operation. */
export interface TimeoutContext {
  /** Aborts when the limit has passed, with the {@link TimeoutError}, or when `options.signal` aborts, with its reason. */
  readonly signal: AbortSignal;
}

/**
 * Limits how long an operation is waited for.
 *
 * `fn` is called in the caller's tick. When it has not settled after `ms`, its signal aborts and the promise rejects with a
 * {@link TimeoutError}. The operation itself goes on until it heeds the signal: used inside a section, `withTimeout` with
 * `join: true` keeps the lock until nothing is done under it any more.
 *
 * What comes after the limit is taken care of: a result that is disposable is disposed of (a guard that arrives too late
 * does not lose its lock), and a rejection is observed.
 *
 * @param ms - the limit in ms, 0 or more; `Infinity` for none.
 * @throws {@link TimeoutError}, `options.signal.reason`, what `fn` throws; all as rejections.
 */
export function withTimeout<R>(
  fn: (context: TimeoutContext) => R | PromiseLike<R>,
  ms: number,
  options: TimeoutOptions = NONE,
): Promise<R> {
  return new Promise<R>((resolve, reject) => {
    requireFunction('fn', fn);
    requireNumber('ms', ms);
    if (options !== NONE) requireTimeoutOptions(options);
    const operation = new LimitedOperation<R>(resolve, reject, options);
    const result = fn(operation);
    if (isThenable(result)) operation.follow(result as PromiseLike<R>, ms);
    else resolve(result);
  });
}

const NONE: TimeoutOptions = {};

function requireTimeoutOptions({ signal, clock }: TimeoutOptions): void {
  requireClock(clock);
  requireOpen({ signal });
}

/** Refuses what is given and is no clock. */
export function requireClock(clock: Clock | undefined): void {
  if (clock !== undefined && !clock?.setTimeout) throw invalid('options.clock', 'a Clock', clock);
}

/** An operation between its call and its outcome; the context that it is given. */
class LimitedOperation<R> extends Bounded implements TimeoutContext {
  private readonly resolve: (result: R) => void;
  private readonly reject: (reason: unknown) => void;
  private readonly options: TimeoutOptions;
  /** Made when it is asked for: most operations do not. */
  private controller: AbortController | undefined;
  private ended: { readonly reason: unknown } | undefined;

  constructor(resolve: (result: R) => void, reject: (reason: unknown) => void, options: TimeoutOptions) {
    super(options.clock);
    this.resolve = resolve;
    this.reject = reject;
    this.options = options;
  }

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.ended) this.controller.abort(this.ended.reason);
    return this.controller.signal;
  }

  follow(result: PromiseLike<R>, timeout: number): void {
    const { signal } = this.options;
    this.bound({ signal, timeout });
    // The operation itself may have brought the signal to abort.
    if (signal?.aborted) this.handleEvent();
    result.then(
      (value) => {
        this.settle();
        if (!this.ended) return this.resolve(value);
        this.reject(this.ended.reason);
        void disposeOf(value);
      },
      (error: unknown) => {
        this.settle();
        this.reject(this.ended ? this.ended.reason : error);
        // An operation that heeds its signal rejects with the reason: that is no news.
        if (this.ended && error !== this.ended.reason) lateFailure('withTimeout', error);
      },
    );
  }

  protected end(reason: unknown): void {
    this.ended = { reason };
    if (!this.options.join) this.reject(reason);
    this.controller?.abort(reason);
  }

  protected late(timeout: number): TimeoutError {
    return new TimeoutError(timeout, this.options.message ?? `the operation did not settle within ${timeout} ms`);
  }
}

/** Disposes of a result that nobody will get. */
async function disposeOf(value: unknown): Promise<void> {
  const disposable = value as { [dispose]?: () => void; [asyncDispose]?: () => PromiseLike<void> } | null | undefined;
  try {
    if (disposable?.[dispose]) disposable[dispose]();
    else await disposable?.[asyncDispose]?.();
  } catch (error) {
    lateFailure('withTimeout', error);
  }
}
