import { describe, expect, it } from 'vitest';
import { AsyncMutex, TimeoutError } from '@lockwise/runtime';
import { virtualClock } from '@lockwise/runtime/testing';

describe('virtualClock', () => {
  it('fires timers when they are due and no sooner, in order, settling what each sets off', async () => {
    const clock = virtualClock();
    const log: string[] = [];
    clock.setTimeout(() => void Promise.resolve().then(() => log.push(`b ${clock.now()}`)), 20);
    clock.setTimeout(() => {
      log.push(`a ${clock.now()}`);
      clock.setTimeout(() => log.push(`nested ${clock.now()}`), 5);
    }, 10);
    const cleared = clock.setTimeout(() => log.push('never'), 1);
    clock.clearTimeout(cleared);
    await clock.advance(9);
    expect(log).toEqual([]);
    await clock.advance(11);
    expect(log).toEqual(['a 10', 'nested 15', 'b 20']);
    expect(clock.now()).toBe(20);
    expect(clock.pending).toBe(0);
  });

  it('takes the place of the global timers and gives it back', async () => {
    const real = [globalThis.setTimeout, globalThis.clearTimeout, globalThis.setImmediate, Date.now, performance.now];
    const clock = virtualClock();
    {
      using _installed = clock.install();
      const log: number[] = [];
      const repeated = setInterval(() => log.push(Date.now()), 10);
      setImmediate((given: number) => log.push(given), -1);
      await clock.advance(35);
      clearInterval(repeated);
      await clock.advance(100);
      expect(log).toEqual([-1, 10, 20, 30]);
      expect(performance.now()).toBe(135);
    }
    const now = [globalThis.setTimeout, globalThis.clearTimeout, globalThis.setImmediate, Date.now, performance.now];
    expect(now).toEqual(real);
    await expect(clock.advance(-1)).rejects.toThrow('ms must be a number from 0 to Infinity; received -1');
  });

  it('arms a wait again that is longer than setTimeout can keep', async () => {
    const clock = virtualClock();
    using _installed = clock.install();
    const mutex = new AsyncMutex();
    const guard = await mutex.acquire();
    const days = 24 * 3600 * 1000;
    const late = mutex.acquire({ timeout: 60 * days }).catch((error: unknown) => error);
    await clock.advance(60 * days - 1);
    expect(mutex.waiters).toBe(1);
    await clock.advance(1);
    expect(mutex.waiters).toBe(0);
    expect(await late).toBeInstanceOf(TimeoutError);
    guard.release();
    expect(clock.pending).toBe(0);
  });
});
