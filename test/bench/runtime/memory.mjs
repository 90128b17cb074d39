// Bytes per waiter: the heap before and after many requests that wait. Run with --expose-gc.
import { Mutex as AsyncMutexPeer } from 'async-mutex';
import { Sema } from 'async-sema';
import { AsyncMutex } from '@lockwise/runtime';

const WAITERS = 50_000;
const kept = [];

function heap() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

async function perWaiter(make) {
  const wait = await make();
  const promises = new Array(WAITERS);
  const before = heap();
  for (let i = 0; i < WAITERS; i++) promises[i] = wait();
  const bytes = (heap() - before) / WAITERS;
  kept.push(promises);
  return Math.round(bytes);
}

const resolvers = [];
export const rows = {
  'a promise and its resolver': await perWaiter(async () => () => new Promise((resolve) => resolvers.push(resolve))),
  AsyncMutex: await perWaiter(async () => {
    const mutex = new AsyncMutex();
    kept.push(mutex, await mutex.acquire());
    return () => mutex.acquire();
  }),
  'AsyncMutex, each with its own signal': await perWaiter(async () => {
    const mutex = new AsyncMutex();
    kept.push(mutex, await mutex.acquire());
    return () => {
      const { signal } = new AbortController();
      return mutex.acquire({ signal });
    };
  }),
  'async-sema': await perWaiter(async () => {
    const sema = new Sema(1);
    kept.push(sema);
    await sema.acquire();
    return () => sema.acquire();
  }),
  'async-mutex': await perWaiter(async () => {
    const mutex = new AsyncMutexPeer();
    kept.push(mutex, await mutex.acquire());
    return () => mutex.acquire();
  }),
};
process.stdout.write(JSON.stringify(rows));
