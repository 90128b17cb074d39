import { report } from './activity.js';
import { invalid, requireDelay, requireFunction, requireNumber } from './arguments.js';
import { Bounded, requireOpen } from './bounded.js';
import type { Clock } from './clock.js';
import { noteRetryInfo } from './retry-info.js';
import type { AttemptContext, Jitter, RetryOptions } from './retry-options.js';
import { isThenable } from './section.js';
import { requireClock, withTimeout } from './with-timeout.js';

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
export async function retryWithBackoff<R>(
  fn: (context: AttemptContext) => R | PromiseLike<R>,
  options: RetryOptions = DEFAULTS,
): Promise<R> {
  requireFunction('fn', fn);
  if (options !== DEFAULTS) requireRetryOptions(options);
  const { signal, budget, clock } = options;
  let context = new Attempt(1, now(clock), clock);
  let pauses: Pauses | undefined;
  for (;;) {
    try {
      const outcome = attempted(fn, context, options);
      const result = isThenable(outcome) ? await (outcome as PromiseLike<R>) : outcome;
      budget?.deposit();
      return result;
    } catch (error) {
      signal?.throwIfAborted();
      await (pauses ??= new Pauses(options)).after(error, context);
      context = new Attempt(context.attempt + 1, context.begin, clock);
    }
  }
}

/** Makes an attempt within what limits it. */
function attempted<R>(
  fn: (context: AttemptContext) => R | PromiseLike<R>,
  context: Attempt,
  { signal, attemptTimeout = Infinity, clock }: RetryOptions,
): R | PromiseLike<R> {
  if (!signal && attemptTimeout === Infinity) return fn(context);
  const message = `attempt ${context.attempt} did not settle within ${attemptTimeout} ms`;
  const limited = (limits: { readonly signal: AbortSignal }): R | PromiseLike<R> => {
    context.limits = limits;
    return fn(context);
  };
  return withTimeout(limited, attemptTimeout, { signal, message, clock });
}

const DEFAULTS: RetryOptions = {};
const INITIAL_DELAY = 100;
const MAX_DELAY = 30_000;

interface Drawing {
  readonly initialDelay: number;
  readonly maxDelay: number;
  readonly last: number;
}

/** The delay from the cap of an attempt. */
const JITTERS: Record<Extract<Jitter, string>, (cap: number, random: () => number, drawing: Drawing) => number> = {
  none: (cap) => cap,
  full: (cap, random) => cap * random(),
  equal: (cap, random) => (cap * (1 + random())) / 2,
  decorrelated: (_cap, random, { initialDelay, maxDelay, last }) =>
    Math.min(maxDelay, initialDelay + random() * Math.max(0, last * 3 - initialDelay)),
};

/** Refuses options that cannot be used, before the first attempt. */
function requireRetryOptions(options: RetryOptions): void {
  if (typeof options !== 'object' || !options) throw invalid('options', 'an object', options);
  const { maxAttempts = 1, initialDelay = 0, maxDelay = 0, factor = 1, maxElapsed = 0, attemptTimeout = 0 } = options;
  const { jitter = 'none', signal, budget, clock } = options;
  requireNumber('options.maxAttempts', maxAttempts, 1, true);
  requireDelay('options.initialDelay', initialDelay);
  requireDelay('options.maxDelay', maxDelay);
  requireNumber('options.factor', factor, 1, false, Number.MAX_SAFE_INTEGER);
  requireNumber('options.maxElapsed', maxElapsed);
  requireNumber('options.attemptTimeout', attemptTimeout);
  if (typeof jitter !== 'function' && !Object.hasOwn(JITTERS, jitter)) {
    throw invalid('options.jitter', `a function or one of ${Object.keys(JITTERS).join(', ')}`, jitter);
  }
  if (budget !== undefined) requireFunction('options.budget.withdraw', budget?.withdraw);
  for (const name of ['shouldRetry', 'delayFor', 'onRetry', 'random'] as const) {
    if (options[name] !== undefined) requireFunction(`options.${name}`, options[name]);
  }
  requireClock(clock);
  requireOpen({ signal });
}

/** What comes between the attempts of a call. */
class Pauses {
  private readonly options: RetryOptions;
  private readonly errors: unknown[] = [];
  /** The last delay that was drawn. */
  private last: number;

  constructor(options: RetryOptions) {
    this.options = options;
    this.last = options.initialDelay ?? INITIAL_DELAY;
  }

  /** Waits before the next attempt; throws the error when there is none. */
  async after(error: unknown, context: Attempt): Promise<void> {
    const { options, errors } = this;
    const { maxAttempts = 5, maxElapsed = Infinity } = options;
    errors.push(error);
    const mayRetry =
      context.attempt < maxAttempts && (!options.shouldRetry || (await options.shouldRetry(error, context)));
    const delay = mayRetry ? this.delayAfter(error, context) : Infinity;
    const { attempt, elapsed } = context;
    if (!mayRetry || elapsed + delay > maxElapsed || options.budget?.withdraw() === false) {
      noteRetryInfo(error, { attempts: attempt, elapsed, errors });
      throw error;
    }
    options.onRetry?.(error, { attempt, signal: context.signal, elapsed, delay });
    report?.({ kind: 'retry', attempt, delay, error });
    options.signal?.throwIfAborted();
    await new Pause(delay, options).over;
  }

  private delayAfter(error: unknown, context: Attempt): number {
    const { options, last } = this;
    const asked = options.delayFor?.(error, context);
    if (asked !== undefined) {
      requireDelay('the result of options.delayFor', asked);
      return asked;
    }
    const { initialDelay = INITIAL_DELAY, maxDelay = MAX_DELAY, factor = 2, jitter = 'full' } = options;
    const cap = Math.min(maxDelay, initialDelay * factor ** (context.attempt - 1));
    const draw = typeof jitter === 'function' ? jitter : JITTERS[jitter];
    this.last = draw(cap, () => options.random?.() ?? Math.random(), { initialDelay, maxDelay, last });
    requireDelay('the delay by options.jitter and options.random', this.last);
    return this.last;
  }
}

/** A delay that a signal may end. */
class Pause extends Bounded {
  /** Resolves after the delay. */
  readonly over: Promise<void>;
  private resolve!: () => void;
  private reject!: (reason: unknown) => void;

  constructor(timeout: number, { signal, clock }: RetryOptions) {
    super(clock);
    this.over = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.bound({ signal, timeout });
  }

  protected end(reason: unknown): void {
    if (reason === this) this.resolve();
    else this.reject(reason);
  }

  protected late(): this {
    return this;
  }
}

/** One attempt, as `fn` and the callbacks see it. */
class Attempt implements AttemptContext {
  readonly attempt: number;
  /** When the first attempt began. */
  readonly begin: number;
  limits: { readonly signal: AbortSignal } | undefined;
  private readonly clock: Clock | undefined;
  private unlimited: AbortSignal | undefined;

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
    return now(this.clock) - this.begin;
  }
}

function now(clock: Clock | undefined): number {
  return (clock ?? performance).now();
}
