import AsyncLock from 'async-lock';
import { Mutex as AsyncMutexPeer } from 'async-mutex';
import { Sema } from 'async-sema';
import AwaitLock from 'await-lock';
import { Mutex as ToolkitMutex } from 'es-toolkit';
import { getSemaphore } from '@henrygd/semaphore';
import pLimit from 'p-limit';
import PQueue from 'p-queue';
import { AsyncMutex } from '@lockwise/runtime';

/** Rounds of `waiters` requests that queue behind a holder and are drained one after the other. */
function drains(waiters, make) {
  return async (operations) => {
    for (let done = 0; done < operations; done += waiters) {
      const { take, give } = make();
      const holder = await take();
      const waits = [];
      for (let i = 0; i < waiters; i++) waits.push(take().then(give));
      give(holder);
      await waits[waiters - 1];
    }
  };
}

const makers = {
  AsyncMutex: () => {
    const mutex = new AsyncMutex();
    return { take: () => mutex.acquire(), give: (guard) => guard.release() };
  },
  '@henrygd/semaphore': () => {
    const semaphore = getSemaphore(Symbol('bench'), 1);
    return { take: () => semaphore.acquire(), give: () => semaphore.release() };
  },
  'es-toolkit Mutex': () => {
    const mutex = new ToolkitMutex();
    return { take: () => mutex.acquire(), give: () => mutex.release() };
  },
  'async-sema': () => {
    const sema = new Sema(1);
    return { take: () => sema.acquire(), give: () => sema.release() };
  },
  'await-lock': () => {
    const lock = new AwaitLock();
    return { take: () => lock.acquireAsync(), give: () => lock.release() };
  },
  'async-mutex': () => {
    const mutex = new AsyncMutexPeer();
    return { take: () => mutex.acquire(), give: (release) => release() };
  },
};

/** What any queue of promises costs: resolvers in an array, and a loop over them. */
function resolvers() {
  const queue = [];
  let next = 0;
  let held = false;
  return {
    take: () => {
      if (!held) {
        held = true;
        return Promise.resolve();
      }
      return new Promise((resolve) => queue.push(resolve));
    },
    give: () => queue[next++]?.(),
  };
}

/** A thousand waiters. */
export async function thousand() {
  const variants = { 'resolvers in an array': drains(1000, resolvers) };
  for (const [name, make] of Object.entries(makers)) variants[name] = drains(1000, make);
  return { floor: 'resolvers in an array', variants, operations: 20_000 };
}

/** The libraries that take the section as a callback. The queue is long when the last of `waiters` comes. */
const sections = {
  'AsyncMutex.withLock': () => {
    const mutex = new AsyncMutex();
    return (body) => mutex.withLock(body);
  },
  'async-lock': () => {
    const lock = new AsyncLock({ maxPending: Infinity });
    return (body) => lock.acquire('key', body);
  },
  'async-mutex runExclusive': () => {
    const mutex = new AsyncMutexPeer();
    return (body) => mutex.runExclusive(body);
  },
  'p-limit(1)': () => {
    const limit = pLimit(1);
    return (body) => limit(body);
  },
  'p-queue, concurrency 1': () => {
    const queue = new PQueue({ concurrency: 1 });
    return (body) => queue.add(body);
  },
  ...(globalThis.navigator?.locks !== undefined && {
    'navigator.locks': () => {
      const name = `bench ${Math.random()}`;
      return (body) => navigator.locks.request(name, body);
    },
  }),
};

/** A thousand sections of one lock that are asked for at once, each with a suspension; per section. */
export async function thousandSections() {
  const body = async () => undefined;
  const drained = (make) => async (operations) => {
    for (let done = 0; done < operations; done += 1000) {
      const section = make();
      await Promise.all(Array.from({ length: 1000 }, () => section(body)));
    }
  };
  const chain = () => {
    let last = Promise.resolve();
    return (section) => (last = last.then(section));
  };
  const variants = { 'a chain of promises': drained(chain) };
  for (const [name, make] of Object.entries(sections)) variants[name] = drained(make);
  return { floor: 'a chain of promises', variants, operations: 10_000 };
}

/** A hundred thousand waiters against a thousand; per waiter. */
export async function hundredThousand() {
  const variants = {
    'AsyncMutex, 1,000': { work: drains(1000, makers.AsyncMutex), operations: 100_000 },
    // What the collector takes of a hundred thousand promises that live on, whatever keeps them.
    'resolvers in an array, 1,000': { work: drains(1000, resolvers), operations: 100_000 },
    'resolvers in an array, 100,000': { work: drains(100_000, resolvers), operations: 100_000, warm: false },
  };
  for (const [name, make] of Object.entries(makers)) {
    // 9 s for one run of 100,000.
    if (name === 'async-mutex') continue;
    variants[`${name}, 100,000`] = { work: drains(100_000, make), operations: 100_000, warm: false };
  }
  return { floor: 'AsyncMutex, 1,000', variants, operations: 100_000, rounds: 3 };
}

/** All waiters but the last give up, from the middle outwards, each with a signal of its own; per waiter. */
function aborts(waiters) {
  return async (operations) => {
    for (let done = 0; done < operations; done += waiters) {
      const mutex = new AsyncMutex();
      const holder = await mutex.acquire();
      const controllers = Array.from({ length: waiters }, () => new AbortController());
      const waits = controllers.map(({ signal }) => mutex.acquire({ signal }).catch(() => undefined));
      for (let step = 0; step < waiters; step++) {
        const middle = (waiters >> 1) + (step % 2 === 0 ? -(step >> 1) : (step >> 1) + 1);
        controllers[Math.min(Math.max(middle, 0), waiters - 1)].abort();
      }
      for (const controller of controllers) controller.abort();
      await Promise.all(waits);
      holder.release();
    }
  };
}

/** An abort among twenty thousand against one among a thousand. */
export async function abortAmongMany() {
  const variants = { 'abort among 1,000': aborts(1000), 'abort among 20,000': aborts(20_000) };
  return { floor: 'abort among 1,000', variants, operations: 20_000, rounds: 5 };
}
