import { isObserved, report } from './activity.js';
import { badNumber, wrongType } from './arguments.js';
import type { Clock } from './clock.js';
import { noteRetryInfo } from './retry-info.js';
import { requireRetryOptions, type AttemptContext, type Jitter, type RetryOptions } from './retry-options.js';
import { isThenable } from './section.js';
import { Timer } from './timer.js';
import { withTimeout } from './with-timeout.js';

/**
 * Calls `fn` until it succeeds, with delays between the attempts that grow and are drawn at random, so that callers that
 * failed together do not come back together.
 *
 * The cap of the delay after attempt n is `min(maxDelay, initialDelay · factor^(n-1))`, and the jitter is applied to the
 * cap: two first delays are alike only by chance. When there is no further attempt, the promise rejects with the error of
 * the last one **itself**; {@link retryInfo} of it tells the others.
 *
 * The first attempt is made in the caller's tick.
 *
 * @throws the last error; `options.signal.reason`, at once, also during a delay; what a callback of the options throws; all
 *   as rejections.
 */
export function retryWithBackoff<R>(
  fn: (context: AttemptContext) => R | PromiseLike<R>,
  options: RetryOptions = DEFAULTS,
): Promise<R> {
  try {
    if (typeof fn !== 'function') throw wrongType('fn', 'a function', fn);
    if (options !== DEFAULTS) requireRetryOptions(options);
  } catch (error) {
    return Promise.reject(error);
  }
  const { budget, clock } = options;
  const context = new Attempt(1, clock === undefined ? performance.now() : clock.now(), clock);
  const after = (error: unknown): Promise<R> => new Retrying(fn, options, context).after(error);
  let result: R | PromiseLike<R>;
  try {
    result = attempted(fn, context, options);
  } catch (error) {
    return after(error);
  }
  if (!isThenable(result)) {
    budget?.deposit();
    return Promise.resolve(result);
  }
  const succeeded = budget && ((value: R): R => (budget.deposit(), value));
  return Promise.resolve((result as Promise<R>).then(succeeded, after));
}

/** Makes an attempt within what limits it. */
function attempted<R>(
  fn: (context: AttemptContext) => R | PromiseLike<R>,
  context: Attempt,
  { signal, attemptTimeout = Infinity, clock }: RetryOptions,
): R | PromiseLike<R> {
  if (signal === undefined && attemptTimeout === Infinity) return fn(context);
  const message = `attempt ${context.attempt} did not settle within ${attemptTimeout} ms`;
  return withTimeout((limits) => fn(context.limitedBy(limits)), attemptTimeout, { signal, message, clock });
}

const DEFAULTS: RetryOptions = Object.freeze({});
const INITIAL_DELAY = 100;
const MAX_DELAY = 30_000;

/** A call of {@link retryWithBackoff} whose first attempt has failed. */
class Retrying<R> {
  private readonly fn: (context: AttemptContext) => R | PromiseLike<R>;
  private readonly options: RetryOptions;
  private readonly errors: unknown[] = [];
  /** The last attempt that was made. */
  private context: Attempt;
  /** The last delay, for decorrelated jitter. */
  private lastDelay: number;

  constructor(fn: (context: AttemptContext) => R | PromiseLike<R>, options: RetryOptions, first: Attempt) {
    this.fn = fn;
    this.options = options;
    this.context = first;
    this.lastDelay = options.initialDelay ?? INITIAL_DELAY;
  }

  /** Goes on after the first attempt has failed. */
  async after(firstError: unknown): Promise<R> {
    let error = firstError;
    for (;;) {
      this.options.signal?.throwIfAborted();
      this.errors.push(error);
      await this.pause(error);
      try {
        this.context = this.context.next();
        const result = await attempted(this.fn, this.context, this.options);
        this.options.budget?.deposit();
        return result;
      } catch (failure) {
        error = failure;
      }
    }
  }

  /** Waits before the next attempt; throws the error when there is none. */
  private async pause(error: unknown): Promise<void> {
    const { maxAttempts = 5, maxElapsed = Infinity, budget, shouldRetry, onRetry } = this.options;
    const { context } = this;
    if (context.attempt >= maxAttempts) throw this.exhausted(error);
    if (shouldRetry !== undefined && !(await this.options.shouldRetry?.(error, context))) throw this.exhausted(error);
    const delay = this.delayAfter(error);
    if (context.elapsed + delay > maxElapsed) throw this.exhausted(error);
    if (budget !== undefined && !budget.withdraw()) throw this.exhausted(error);
    if (onRetry !== undefined) {
      const { attempt, signal, elapsed } = context;
      this.options.onRetry?.(error, { attempt, signal, elapsed, delay });
    }
    if (isObserved) report({ kind: 'retry', attempt: context.attempt, delay, error });
    await this.sleep(delay);
  }

  private exhausted(error: unknown): unknown {
    const { attempt, elapsed } = this.context;
    noteRetryInfo(error, { attempts: attempt, elapsed, errors: this.errors });
    return error;
  }

  private delayAfter(error: unknown): number {
    const asked = this.options.delayFor?.(error, this.context);
    if (asked !== undefined) return requireDrawn('the result of options.delayFor', asked);
    const { initialDelay = INITIAL_DELAY, maxDelay = MAX_DELAY, factor = 2, jitter = 'full' } = this.options;
    const random = (): number => this.options.random?.() ?? Math.random();
    const cap = Math.min(maxDelay, initialDelay * factor ** (this.context.attempt - 1));
    const delay =
      jitter === 'decorrelated'
        ? Math.min(maxDelay, initialDelay + random() * Math.max(0, this.lastDelay * 3 - initialDelay))
        : drawn(jitter, cap, random);
    this.lastDelay = delay;
    return delay;
  }

  private sleep(delay: number): Promise<void> {
    const { signal, clock } = this.options;
    return new Promise<void>((resolve, reject) => {
      signal?.throwIfAborted();
      const timer = new Timer(
        delay,
        () => {
          signal?.removeEventListener('abort', aborted);
          resolve();
        },
        clock,
      );
      const aborted = (): void => {
        timer.cancel();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', aborted, { once: true });
    });
  }
}

/** One attempt, as `fn` and the callbacks see it. */
class Attempt implements AttemptContext {
  readonly attempt: number;
  /** When the first attempt began. */
  private readonly begin: number;
  private readonly clock: Clock | undefined;
  private limits: { readonly signal: AbortSignal } | undefined = undefined;
  private unlimited: AbortSignal | undefined = undefined;

  constructor(attempt: number, begin: number, clock: Clock | undefined) {
    this.attempt = attempt;
    this.begin = begin;
    this.clock = clock;
  }

  /** Without a signal and a limit from outside there is nothing that could abort it. */
  get signal(): AbortSignal {
    return this.limits?.signal ?? (this.unlimited ??= new AbortController().signal);
  }

  get elapsed(): number {
    return (this.clock?.now() ?? performance.now()) - this.begin;
  }

  next(): Attempt {
    return new Attempt(this.attempt + 1, this.begin, this.clock);
  }

  limitedBy(limits: { readonly signal: AbortSignal }): this {
    this.limits = limits;
    return this;
  }
}

function drawn(jitter: Exclude<Jitter, 'decorrelated'>, cap: number, random: () => number): number {
  if (typeof jitter === 'function') return requireDrawn('the result of options.jitter', jitter(cap, random));
  if (jitter === 'none') return cap;
  if (jitter === 'equal') return requireDrawn('a delay with the result of options.random', (cap * (1 + random())) / 2);
  return requireDrawn('a delay with the result of options.random', cap * random());
}

function requireDrawn(argument: string, delay: unknown): number {
  if (typeof delay === 'number' && delay >= 0 && delay < Infinity) return delay;
  throw badNumber(argument, 'a finite number of milliseconds, 0 or more', delay);
}
