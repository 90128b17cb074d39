import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RetryBudget, retryInfo, retryWithBackoff, TimeoutError, type RetryOptions } from '@lockwise/runtime';
import { virtualClock } from '@lockwise/runtime/testing';

/** Runs to the end in virtual time; tells the delays that were set. */
async function run<R>(fn: (attempt: number) => R | PromiseLike<R>, options: RetryOptions = {}) {
  const clock = virtualClock();
  const delays: number[] = [];
  const outcome = retryWithBackoff(({ attempt }) => fn(attempt), {
    clock,
    random: () => 0.5,
    onRetry: (_error, { delay }) => delays.push(delay),
    ...options,
  }).then(
    (value) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  );
  let settled = false;
  void outcome.then(() => (settled = true));
  while (!settled) await clock.advance(clock.nextDue === undefined ? 0 : clock.nextDue - clock.now());
  expect(clock.pending).toBe(0);
  return { ...(await outcome), delays, clock };
}

const failing = (attempt: number): never => {
  throw new Error(`failure ${attempt}`);
};

describe('retryWithBackoff: attempts', () => {
  it('makes the first attempt in the tick of the caller, and no other when it succeeds', async () => {
    let calls = 0;
    const done = retryWithBackoff(() => ++calls);
    expect(calls).toBe(1);
    expect(await done).toBe(1);
    expect(await retryWithBackoff(async () => 'later')).toBe('later');
  });

  it('tries until it succeeds', async () => {
    const { value, delays } = await run((attempt) => (attempt < 4 ? Promise.reject(new Error('not yet')) : attempt));
    expect(value).toBe(4);
    expect(delays).toHaveLength(3);
  });

  it('rejects with the last error itself, which tells of the others', async () => {
    class Refused extends Error {}
    const errors = [new Error('a'), new TypeError('b'), new Refused('c')];
    const { error } = await run((attempt) => Promise.reject(errors[attempt - 1]), { maxAttempts: 3 });
    expect(error).toBe(errors[2]);
    expect(error).toBeInstanceOf(Refused);
    expect(retryInfo(error)).toEqual({ attempts: 3, elapsed: expect.any(Number), errors });
    expect(Object.keys(error as object)).toEqual([]);
    expect(retryInfo(new Error('another'))).toBeUndefined();
    const frozen = Object.freeze(new Error('frozen'));
    expect((await run(() => Promise.reject(frozen), { maxAttempts: 1 })).error).toBe(frozen);
    expect((await run(() => Promise.reject('a string'), { maxAttempts: 2 })).error).toBe('a string');
    expect(retryInfo('a string')).toBeUndefined();
  });

  it('asks whether an error is worth another attempt', async () => {
    const seen: unknown[] = [];
    const { error, delays } = await run(failing, {
      shouldRetry: async (failure, { attempt }) => {
        seen.push([(failure as Error).message, attempt]);
        return attempt < 2;
      },
    });
    expect((error as Error).message).toBe('failure 2');
    expect(seen).toEqual([
      ['failure 1', 1],
      ['failure 2', 2],
    ]);
    expect(delays).toHaveLength(1);
    const broken = new Error('in the callback');
    const { error: own } = await run(failing, {
      shouldRetry: () => {
        throw broken;
      },
    });
    expect(own).toBe(broken);
  });
});

describe('retryWithBackoff: delays', () => {
  const capped = { maxAttempts: 6, initialDelay: 100, maxDelay: 1000, factor: 3 };

  it.each([
    ['none', [100, 300, 900, 1000, 1000]],
    ['full', [50, 150, 450, 500, 500]],
    ['equal', [75, 225, 675, 750, 750]],
    ['decorrelated', [200, 350, 575, 912.5, 1000]],
  ] as const)('draws from the cap: %s', async (jitter, expected) => {
    expect((await run(failing, { ...capped, jitter })).delays).toEqual(expected);
  });

  it('takes a jitter of your own, and the delay that the error asks for', async () => {
    const own = await run(failing, { ...capped, jitter: (cap, random) => cap / 10 + random() });
    expect(own.delays).toEqual([10.5, 30.5, 90.5, 100.5, 100.5]);
    const asked = await run(failing, {
      ...capped,
      jitter: 'none',
      delayFor: (_error, { attempt }) => (attempt === 2 ? 7000 : undefined),
    });
    expect(asked.delays).toEqual([100, 7000, 900, 1000, 1000]);
  });

  it('spreads the first delays over the whole cap by default: no herd at its end', async () => {
    const first: number[] = [];
    for (let caller = 0; caller < 400; caller++) {
      const stop = new Error('seen');
      const { error } = await run(failing, {
        initialDelay: 1000,
        maxDelay: 1000,
        random: Math.random,
        onRetry: (_error, { delay }) => {
          first.push(delay);
          throw stop;
        },
      });
      expect(error).toBe(stop);
    }
    expect(first.filter((delay) => delay === 1000)).toHaveLength(0);
    for (const quarter of [0, 1, 2, 3]) {
      const inside = first.filter((delay) => delay >= quarter * 250 && delay < (quarter + 1) * 250).length;
      expect(inside).toBeGreaterThan(50);
    }
  });

  it('keeps every delay within its bounds, whatever the options', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          initialDelay: fc.double({ min: 0, max: 1e4, noNaN: true }),
          maxDelay: fc.double({ min: 0, max: 1e5, noNaN: true }),
          factor: fc.double({ min: 1, max: 10, noNaN: true }),
          jitter: fc.constantFrom('none', 'full', 'equal', 'decorrelated'),
          maxAttempts: fc.integer({ min: 1, max: 8 }),
        }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async (options, chance) => {
          const { delays } = await run(failing, { ...(options as RetryOptions), random: () => chance });
          expect(delays).toHaveLength(options.maxAttempts - 1);
          for (const delay of delays) {
            expect(delay).toBeGreaterThanOrEqual(0);
            expect(delay).toBeLessThanOrEqual(options.maxDelay);
          }
        },
      ),
      { seed: 22, numRuns: 60 },
    );
  });
});

describe('retryWithBackoff: limits', () => {
  it('gives up rather than wait beyond the elapsed limit', async () => {
    const { error, delays } = await run(failing, {
      maxAttempts: Infinity,
      initialDelay: 100,
      jitter: 'none',
      maxElapsed: 650,
    });
    expect(delays).toEqual([100, 200]);
    expect((error as Error).message).toBe('failure 3');
  });

  it('limits one attempt, and aborts its signal', async () => {
    const signals: AbortSignal[] = [];
    const clock = virtualClock();
    const done = retryWithBackoff(
      ({ signal }) => {
        signals.push(signal);
        return new Promise(() => {});
      },
      { clock, attemptTimeout: 40, maxAttempts: 2, initialDelay: 10, jitter: 'none' },
    ).catch((error: unknown) => error);
    await clock.advance(50);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    await clock.advance(40);
    const error = await done;
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error as Error).message).toBe('attempt 2 did not settle within 40 ms');
    expect(clock.pending).toBe(0);
  });

  it('rejects at once with the reason when the signal aborts: before, during a delay, during an attempt', async () => {
    const reason = new Error('no more');
    let calls = 0;
    await expect(retryWithBackoff(() => calls++, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(calls).toBe(0);
    const clock = virtualClock();
    const delayed = new AbortController();
    const inDelay = retryWithBackoff(() => failing(1), { clock, signal: delayed.signal, initialDelay: 1e6 });
    await clock.advance(0);
    expect(clock.pending).toBe(1);
    delayed.abort(reason);
    await expect(inDelay).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
    const attempted = new AbortController();
    let inner: AbortSignal | undefined;
    const inAttempt = retryWithBackoff(
      ({ signal }) => {
        inner = signal;
        return new Promise(() => {});
      },
      { clock, signal: attempted.signal },
    );
    attempted.abort(reason);
    await expect(inAttempt).rejects.toBe(reason);
    expect(inner?.reason).toBe(reason);
  });

  it('spends a shared budget on retries alone, and earns it back with successes', async () => {
    const budget = new RetryBudget({ capacity: 3, ratio: 0.5 });
    const first = await run(failing, { budget, maxAttempts: 10 });
    expect(first.delays).toHaveLength(3);
    expect((first.error as Error).message).toBe('failure 4');
    expect((await run(failing, { budget })).delays).toHaveLength(0);
    for (let success = 0; success < 3; success++) await run(() => 'fine', { budget });
    expect(budget.available).toBe(1);
    expect((await run(failing, { budget })).delays).toHaveLength(1);
    for (let success = 0; success < 20; success++) await run(async () => 'fine', { budget });
    expect(budget.available).toBe(3);
  });
});

describe('retryWithBackoff: arguments', () => {
  it.each([
    [{ maxAttempts: 0 }, 'options.maxAttempts must be an integer from 1 to Infinity; received 0'],
    [{ maxAttempts: 2.5 }, 'options.maxAttempts must be an integer from 1 to Infinity; received 2.5'],
    [{ initialDelay: -1 }, 'options.initialDelay must be a number from 0 to 9007199254740991; received -1'],
    [{ initialDelay: Infinity }, 'options.initialDelay must be a number from 0 to 9007199254740991; received Infinity'],
    [{ maxDelay: NaN }, 'options.maxDelay must be a number from 0 to 9007199254740991; received NaN'],
    [{ factor: 0.5 }, 'options.factor must be a number from 1 to 9007199254740991; received 0.5'],
    [
      { jitter: 'some' },
      'options.jitter must be a function or one of none, full, equal, decorrelated; received "some"',
    ],
    [{ maxElapsed: -1 }, 'options.maxElapsed must be a number from 0 to Infinity; received -1'],
    [{ attemptTimeout: NaN }, 'options.attemptTimeout must be a number from 0 to Infinity; received NaN'],
    [{ shouldRetry: true }, 'options.shouldRetry must be a function; received true'],
    [{ budget: {} }, 'options.budget.withdraw must be a function; received undefined'],
    [{ signal: 1 }, 'options.signal must be an AbortSignal; received 1'],
    [null, 'options must be an object; received null'],
  ])('refuses %o', async (options, message) => {
    let calls = 0;
    await expect(retryWithBackoff(() => calls++, options as RetryOptions)).rejects.toThrow(message);
    expect(calls).toBe(0);
  });

  it('refuses what a callback draws when it is no delay', async () => {
    const drawn = await run(failing, { jitter: () => NaN });
    expect((drawn.error as Error).message).toMatch(
      /^the delay by options\.jitter .* must be a number .* received NaN$/,
    );
    const asked = await run(failing, { delayFor: () => -1 });
    expect((asked.error as Error).message).toMatch(/^the result of options\.delayFor must be .* received -1$/);
    await expect(retryWithBackoff('f' as never)).rejects.toThrow('fn must be a function; received "f"');
    expect(() => new RetryBudget({ capacity: 0 })).toThrow(RangeError);
    expect(() => new RetryBudget({ ratio: 2 })).toThrow(/^options\.ratio must be a number from 0 to 1; received 2$/);
  });
});
