import { lateFailure } from './activity.js';
import { requireDuration, wrongType } from './arguments.js';
import type { Clock } from './clock.js';
import { asyncDispose, dispose } from './dispose.js';
import { TimeoutError } from './errors.js';
import { isThenable } from './section.js';
import { LONGEST_DELAY, Timer } from './timer.js';
import { requireOpenWait } from './wait-list.js';

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
  options?: TimeoutOptions,
): Promise<R> {
  try {
    if (typeof fn !== 'function') throw wrongType('fn', 'a function', fn);
    requireDuration('ms', ms);
    if (options !== undefined) requireTimeoutOptions(options);
    const operation = new LimitedOperation<R>(ms, options);
    const result = fn(operation);
    return isThenable(result) ? operation.follow(result as PromiseLike<R>) : Promise.resolve(result);
  } catch (error) {
    return Promise.reject(error);
  }
}

function requireTimeoutOptions({ signal, clock }: TimeoutOptions): void {
  if (clock !== undefined && typeof clock?.setTimeout !== 'function')
    throw wrongType('options.clock', 'a Clock', clock);
  if (signal !== undefined) requireOpenWait({ signal });
}

/** An operation between its call and its outcome; the context that it is given, and its own abort listener. */
class LimitedOperation<R> implements TimeoutContext {
  private readonly limit: number;
  private readonly options: TimeoutOptions | undefined;
  /** Made when it is asked for: most operations do not. */
  private controller: AbortController | undefined;
  private timer: Timer | undefined;
  /** The usual timer, without an object around it: half the cost of an operation that is done at once. */
  private handle: ReturnType<typeof setTimeout> | undefined;
  private ended = false;
  private reason: unknown;
  private resolve!: (result: R) => void;
  private reject!: (reason: unknown) => void;

  constructor(limit: number, options: TimeoutOptions | undefined) {
    this.limit = limit;
    this.options = options;
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.ended) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }

  follow(result: PromiseLike<R>): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.arm();
      const signal = this.options?.signal;
      // The operation itself may have brought the signal to abort.
      if (signal?.aborted) this.end(signal.reason);
      else signal?.addEventListener('abort', this);
      result.then(
        (value) => this.settled(value),
        (error: unknown) => this.failed(error),
      );
    });
  }

  private arm(): void {
    const clock = this.options?.clock;
    if (this.limit <= LONGEST_DELAY && clock === undefined) this.handle = setTimeout(expire, this.limit, this);
    else if (this.limit < Infinity) this.timer = new Timer(this.limit, () => this.expire(), clock);
  }

  handleEvent(): void {
    this.end(this.options?.signal?.reason);
  }

  expire(): void {
    const message = this.options?.message ?? `the operation did not settle within ${this.limit} ms`;
    this.end(new TimeoutError(this.limit, message));
  }

  private end(reason: unknown): void {
    this.forget();
    this.ended = true;
    this.reason = reason;
    if (this.options?.join !== true) this.reject(reason);
    this.controller?.abort(reason);
  }

  private settled(value: R): void {
    this.forget();
    if (!this.ended) return this.resolve(value);
    this.reject(this.reason);
    void disposeOf(value);
  }

  private failed(error: unknown): void {
    this.forget();
    if (!this.ended) return this.reject(error);
    this.reject(this.reason);
    // An operation that heeds its signal rejects with the reason: that is no news.
    if (error !== this.reason) lateFailure('withTimeout', error);
  }

  private forget(): void {
    if (this.handle !== undefined) clearTimeout(this.handle);
    this.timer?.cancel();
    this.options?.signal?.removeEventListener('abort', this);
  }
}

function expire(operation: { expire(): void }): void {
  operation.expire();
}

/** Disposes of a result that nobody will get. */
async function disposeOf(value: unknown): Promise<void> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return;
  const disposable = value as { [dispose]?: () => void; [asyncDispose]?: () => PromiseLike<void> };
  try {
    if (typeof disposable[dispose] === 'function') disposable[dispose]();
    else if (typeof disposable[asyncDispose] === 'function') await disposable[asyncDispose]();
  } catch (error) {
    lateFailure('withTimeout', error);
  }
}
