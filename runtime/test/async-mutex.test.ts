import { describe, expect, it } from 'vitest';
import { AsyncMutex, QueueFullError, ReleasedGuardError, TimeoutError } from '@lockwise/runtime';

describe('AsyncMutex: order', () => {
  it('serves requests first in, first out, one holder at a time', async () => {
    const mutex = new AsyncMutex();
    const log: string[] = [];
    const section = (name: string) => async () => {
      log.push(`${name} in`);
      await Promise.resolve();
      log.push(`${name} out`);
    };
    await Promise.all(['a', 'b', 'c'].map((name) => mutex.withLock(section(name))));
    expect(log).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
    expect(mutex.isLocked).toBe(false);
  });

  it('gives the lock to the head of the queue before release returns', async () => {
    const mutex = new AsyncMutex();
    const first = await mutex.acquire();
    const second = mutex.acquire();
    first.release();
    expect(mutex.isLocked).toBe(true);
    expect(mutex.tryAcquire()).toBeUndefined();
    (await second).release();
    expect(mutex.tryAcquire()).toBeDefined();
  });

  it('runs a section in the tick of the caller when the lock is free, and later when it is held', async () => {
    const mutex = new AsyncMutex();
    let ran = '';
    const done = mutex.withLock(() => {
      ran += 'free';
    });
    expect(ran).toBe('free');
    await done;
    const guard = await mutex.acquire();
    const later = mutex.withLock(() => {
      ran += ' held';
    });
    expect(ran).toBe('free');
    guard.release();
    expect(ran).toBe('free');
    await later;
    expect(ran).toBe('free held');
  });
});

describe('AsyncMutex: guards', () => {
  it('gives the value through the guard, to read and to replace', async () => {
    const mutex = new AsyncMutex(1);
    const guard = await mutex.acquire();
    guard.value += 1;
    guard.release();
    expect(await mutex.withLock(({ value }) => value)).toBe(2);
    expect(await mutex.withLockSync((value) => value * 10)).toBe(20);
  });

  it('ignores a second release, whoever holds the lock by then', async () => {
    const mutex = new AsyncMutex();
    const first = await mutex.acquire();
    const second = mutex.acquire();
    first.release();
    first.release();
    expect(mutex.isLocked).toBe(true);
    expect(mutex.tryAcquire()).toBeUndefined();
    (await second).release();
  });

  it('refuses the value after the release, with the name of the lock', async () => {
    const mutex = new AsyncMutex(5, { name: 'orders' });
    const guard = await mutex.acquire();
    guard.release();
    expect(() => guard.value).toThrow(ReleasedGuardError);
    expect(() => (guard.value = 1)).toThrow('a guard of AsyncMutex "orders" was used after its release');
    expect(guard.released).toBe(true);
  });

  it('keeps the value out of reach without a grant', () => {
    const mutex = new AsyncMutex('secret');
    expect(Object.values(mutex)).not.toContain('secret');
  });

  it('releases a guard that is declared with using', async () => {
    const mutex = new AsyncMutex();
    {
      using _guard = await mutex.acquire();
      expect(mutex.isLocked).toBe(true);
    }
    expect(mutex.isLocked).toBe(false);
  });
});

describe('AsyncMutex: errors of the section', () => {
  it('releases first, then passes the error on unchanged', async () => {
    const mutex = new AsyncMutex();
    const error = new Error('mine');
    const thrown = mutex.withLock(() => {
      throw error;
    });
    expect(mutex.isLocked).toBe(false);
    await expect(thrown).rejects.toBe(error);
    await expect(mutex.withLock(() => Promise.reject(error))).rejects.toBe(error);
    await expect(
      mutex.withLockSync(() => {
        throw error;
      }),
    ).rejects.toBe(error);
    expect(mutex.isLocked).toBe(false);
  });
});

describe('AsyncMutex: cancellation and limits', () => {
  it('rejects with the reason of a signal that aborted before, without queueing', async () => {
    const mutex = new AsyncMutex();
    const reason = { why: 'gone' };
    await expect(mutex.acquire({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(mutex.isLocked).toBe(false);
  });

  it('lets the requests behind an aborted one through', async () => {
    const mutex = new AsyncMutex();
    const guard = await mutex.acquire();
    const controller = new AbortController();
    const aborted = mutex.acquire({ signal: controller.signal });
    const behind = mutex.acquire();
    controller.abort('no longer wanted');
    expect(mutex.waiters).toBe(1);
    await expect(aborted).rejects.toBe('no longer wanted');
    guard.release();
    (await behind).release();
    expect(mutex.isLocked).toBe(false);
  });

  it('delivers a guard that was granted before the abort, but does not begin a section any more', async () => {
    const mutex = new AsyncMutex();
    const controller = new AbortController();
    const first = await mutex.acquire();
    const granted = mutex.acquire({ signal: controller.signal });
    first.release();
    controller.abort('late');
    const guard = await granted;
    const other = new AbortController();
    const skipped = mutex.withLock(() => 'ran', { signal: other.signal });
    guard.release();
    other.abort('too late');
    await expect(skipped).rejects.toBe('too late');
    expect(mutex.isLocked).toBe(false);
  });

  it('rejects with a TimeoutError when the wait is over its limit', async () => {
    const mutex = new AsyncMutex(undefined, { name: 'orders' });
    const guard = await mutex.acquire();
    const late = await mutex.acquire({ timeout: 5 }).catch((error: unknown) => error);
    expect(late).toBeInstanceOf(TimeoutError);
    expect(late).toMatchObject({ code: 'ERR_TIMEOUT', timeout: 5, lockName: 'orders' });
    await expect(mutex.acquire({ timeout: 0 })).rejects.toThrow('was not granted within 0 ms');
    guard.release();
    (await mutex.acquire({ timeout: 0 })).release();
    expect(mutex.waiters).toBe(0);
  });

  it('refuses one waiter more than maxWaiters', async () => {
    const mutex = new AsyncMutex(undefined, { maxWaiters: 1 });
    const guard = await mutex.acquire();
    const waiting = mutex.acquire();
    await expect(mutex.acquire()).rejects.toThrow(QueueFullError);
    guard.release();
    (await waiting).release();
  });
});

describe('AsyncMutex: arguments', () => {
  it.each([
    [{ timeout: -1 }, RangeError, 'options.timeout must be a number from 0 to Infinity; received -1'],
    [{ timeout: NaN }, RangeError, 'received NaN'],
    [{ timeout: '5' }, TypeError, 'received "5"'],
    [{ signal: {} }, TypeError, 'options.signal must be an AbortSignal; received [object Object]'],
    [{ signal: null }, TypeError, 'options.signal must be an AbortSignal; received null'],
  ])('refuses the wait options %j', async (options, type, message) => {
    const refused = await new AsyncMutex().acquire(options as never).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(type);
    expect((refused as Error).message).toContain(message);
  });

  it.each([
    [{ maxWaiters: -1 }, RangeError, 'options.maxWaiters must be an integer from 0 to Infinity; received -1'],
    [{ maxWaiters: 1.5 }, RangeError, 'received 1.5'],
    [{ rank: NaN }, RangeError, 'options.rank must be a number from -Infinity to Infinity; received NaN'],
  ])('refuses the lock options %j', (options, type, message) => {
    expect(() => new AsyncMutex(undefined, options as never)).toThrow(message);
    expect(() => new AsyncMutex(undefined, options as never)).toThrow(type);
  });
});
