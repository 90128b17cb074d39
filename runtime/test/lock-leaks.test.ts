import { getEventListeners, setMaxListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  acquireAll,
  AsyncMutex,
  AsyncRwLock,
  KeyedMutex,
  quickRead,
  Semaphore,
  type WaitOptions,
} from '@lockwise/runtime';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const WAITS = 100_000;
const GROUP = 1000;
/** What the heap may grow by for all waits together: less than 30 bytes for each. */
const ALLOWANCE = 3_000_000;

/** Held locks, and a request that has to wait for each of them. */
const waits: Record<string, () => Promise<(options: WaitOptions) => Promise<unknown>>> = {
  'a mutex': async () => {
    const mutex = new AsyncMutex();
    await mutex.acquire();
    return (options) => mutex.acquire(options);
  },
  'a readers-writer lock': async () => {
    const lock = new AsyncRwLock(1);
    await lock.write();
    return (options) => quickRead(lock, (value) => value, options);
  },
  'a semaphore': async () => {
    const semaphore = new Semaphore(1);
    await semaphore.acquire();
    return (options) => semaphore.withPermit(() => {}, options);
  },
  'keys, most of them free': async () => {
    const keyed = new KeyedMutex<number>();
    await keyed.acquire(-1);
    let key = 0;
    return (options) => keyed.withLocks([key++, -1], () => {}, options);
  },
  'several locks': async () => {
    const [free, held] = [new AsyncMutex(), new AsyncMutex()];
    await held.acquire();
    return (options) => acquireAll([free, held], options);
  },
};

describe('a wait that was given up leaves nothing', () => {
  it.each(Object.keys(waits))('for %s, with one signal for many waits', { timeout: 10 * 60_000 }, async (name) => {
    const wait = await waits[name]!();
    const group = async (): Promise<void> => {
      const controller = new AbortController();
      setMaxListeners(0, controller.signal);
      const given = Array.from({ length: GROUP }, () => wait({ signal: controller.signal, timeout: 3_600_000 }));
      const settled = Promise.allSettled(given);
      controller.abort();
      await settled;
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    };
    for (let warmUp = 0; warmUp < 5; warmUp++) await group();
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let waited = 0; waited < WAITS; waited += GROUP) await group();
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(ALLOWANCE);
  });
});
