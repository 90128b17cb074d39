// The programs that the recorder's cost is measured on. Each measures itself and prints a number.
import { createHash } from 'node:crypto';
import { AsyncMutex } from '@lockwise/runtime';
import { Mutex } from 'async-mutex';

/** CPU time in nanoseconds for each call of `task`, the median of several rounds after a warm-up. */
async function cpuNanoseconds(task, calls) {
  const rounds = [];
  for (let round = 0; round < 9; round++) {
    const before = process.cpuUsage();
    for (let n = 0; n < calls; n++) await task();
    const { user, system } = process.cpuUsage(before);
    if (round >= 2) rounds.push(((user + system) / calls) * 1000);
  }
  return rounds.sort((a, b) => a - b)[3];
}

const mutex = new Mutex();
const lock = new AsyncMutex();

const programs = {
  /** Uncontended acquire and release of async-mutex. */
  'async-mutex': () =>
    cpuNanoseconds(async () => {
      const release = await mutex.acquire();
      release();
    }, 20_000),
  /** The same as a section. */
  'async-mutex section': () => cpuNanoseconds(() => mutex.runExclusive(() => undefined), 20_000),
  /** Uncontended acquire and release of our runtime. */
  runtime: () =>
    cpuNanoseconds(async () => {
      const guard = await lock.acquire();
      guard.release();
    }, 100_000),
  /** CPU milliseconds of 1,000 sections that each work for about one millisecond, in native code, which is never compiled anew. */
  sections: async () => {
    const bytes = Buffer.alloc(1_900_000);
    const work = () => createHash('sha256').update(bytes).digest();
    // Compiled code is measured, as in any program that runs for some seconds: not its loading, nor its first calls.
    for (let n = 0; n < 20_000; n++) await mutex.runExclusive(() => undefined);
    for (let n = 0; n < 100; n++) await mutex.runExclusive(work);
    const before = process.cpuUsage();
    for (let n = 0; n < 1_000; n++) await mutex.runExclusive(work);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  },
  /** Growth of the heap in kilobytes over the second half of a million acquisitions of many short-lived locks. */
  memory: async () => {
    const use = async (count) => {
      for (let n = 0; n < count; n++) {
        const own = n % 10 === 0 ? new Mutex() : mutex;
        const [release, section] = [await own.acquire(), own.runExclusive(() => undefined)];
        release();
        await section;
      }
    };
    await use(250_000);
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    await use(250_000);
    globalThis.gc();
    return (process.memoryUsage().heapUsed - before) / 1024;
  },
};

console.log(await programs[process.argv[2]]());
