import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AsyncMutex, TimeoutError, withTimeout } from '@lockwise/runtime';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const never = () => new Promise<never>(() => {});

describe('withTimeout', () => {
  it('calls in the same tick and passes the outcome on', async () => {
    let called = false;
    const done = withTimeout(() => {
      called = true;
      return 3;
    }, 10);
    expect(called).toBe(true);
    expect(await done).toBe(3);
    expect(await withTimeout(async () => 'later', 10)).toBe('later');
    const failure = new Error('its own');
    await expect(withTimeout(() => Promise.reject(failure), 10)).rejects.toBe(failure);
    await expect(
      withTimeout(() => {
        throw failure;
      }, 10),
    ).rejects.toBe(failure);
  });

  it('rejects at the limit and aborts the signal with the same error', async () => {
    let signal: AbortSignal | undefined;
    const done = withTimeout((context) => {
      signal = context.signal;
      return never();
    }, 50);
    const outcome = done.catch((error: unknown) => error);
    vi.advanceTimersByTime(49);
    expect(signal?.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    const error = await outcome;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ name: 'TimeoutError', code: 'ERR_TIMEOUT', timeout: 50 });
    expect((error as Error).message).toBe('the operation did not settle within 50 ms');
    expect(signal?.reason).toBe(error);
  });

  it('gives an aborted signal to one who asks for it only after the limit', async () => {
    let late: (() => AbortSignal) | undefined;
    const done = withTimeout(
      (context) => {
        late = () => context.signal;
        return never();
      },
      5,
      { message: 'too slow' },
    );
    const outcome = expect(done).rejects.toThrow('too slow');
    vi.advanceTimersByTime(5);
    await outcome;
    expect(late?.().aborted).toBe(true);
    expect(late?.().reason).toBeInstanceOf(TimeoutError);
  });

  it('passes an abort on with its reason, before, during and from within the call', async () => {
    const reason = new Error('stop');
    let calls = 0;
    const aborted = withTimeout(() => calls++, 5, { signal: AbortSignal.abort(reason) });
    await expect(aborted).rejects.toBe(reason);
    expect(calls).toBe(0);
    const controller = new AbortController();
    let inner: AbortSignal | undefined;
    const during = withTimeout(
      ({ signal }) => {
        inner = signal;
        return never();
      },
      5,
      { signal: controller.signal },
    );
    controller.abort(reason);
    await expect(during).rejects.toBe(reason);
    expect(inner?.reason).toBe(reason);
    const own = new AbortController();
    const within = withTimeout(
      () => {
        own.abort(reason);
        return never();
      },
      5,
      { signal: own.signal },
    );
    await expect(within).rejects.toBe(reason);
  });

  it('waits for the operation with join', async () => {
    let finish!: () => void;
    let settled = false;
    const done = withTimeout(() => new Promise<void>((resolve) => (finish = resolve)), 5, { join: true });
    const outcome = done.catch((error: unknown) => error).finally(() => (settled = true));
    vi.advanceTimersByTime(5);
    await Promise.resolve();
    await Promise.resolve();
    expect(settled).toBe(false);
    finish();
    expect(await outcome).toBeInstanceOf(TimeoutError);
  });

  it('gives a guard that arrives too late back', async () => {
    const mutex = new AsyncMutex();
    const holder = await mutex.acquire();
    const late = withTimeout(() => mutex.acquire(), 5);
    const outcome = expect(late).rejects.toBeInstanceOf(TimeoutError);
    vi.advanceTimersByTime(5);
    await outcome;
    holder.release();
    await vi.waitFor(() => expect(mutex.isLocked).toBe(false));
  });

  it('disposes of a late result that is disposable asynchronously', async () => {
    let disposed = 0;
    let finish!: (value: AsyncDisposable) => void;
    const done = withTimeout(() => new Promise<AsyncDisposable>((resolve) => (finish = resolve)), 5);
    const outcome = expect(done).rejects.toBeInstanceOf(TimeoutError);
    vi.advanceTimersByTime(5);
    await outcome;
    finish({ [Symbol.asyncDispose]: async () => void disposed++ });
    await vi.waitFor(() => expect(disposed).toBe(1));
  });

  it('observes a late rejection', async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listener);
    let fail!: (reason: unknown) => void;
    const done = withTimeout(() => new Promise((_, reject) => (fail = reject)), 5);
    const outcome = expect(done).rejects.toBeInstanceOf(TimeoutError);
    vi.advanceTimersByTime(5);
    await outcome;
    fail(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });

  it('sets no timer for Infinity, and re-arms one beyond what setTimeout can keep', async () => {
    const endless = withTimeout(async () => vi.getTimerCount(), Infinity);
    expect(vi.getTimerCount()).toBe(0);
    await endless;
    let expired = false;
    const month = withTimeout(never, 2 ** 31 + 10).catch(() => (expired = true));
    vi.advanceTimersByTime(2 ** 31 - 1);
    await Promise.resolve();
    expect(expired).toBe(false);
    vi.advanceTimersByTime(11);
    await month;
    expect(expired).toBe(true);
  });

  it('refuses arguments that cannot be used, naming them', async () => {
    for (const ms of [NaN, -1, -Infinity]) {
      await expect(withTimeout(never, ms)).rejects.toThrow(
        new RangeError(`ms must be a number from 0 to Infinity; received ${ms}`),
      );
    }
    await expect(withTimeout(never, '5' as never)).rejects.toBeInstanceOf(TypeError);
    await expect(withTimeout(never() as never, 5)).rejects.toThrow(/^fn must be a function; received/);
    await expect(withTimeout(never, 5, { signal: {} as never })).rejects.toThrow(/^options\.signal must be/);
  });
});
