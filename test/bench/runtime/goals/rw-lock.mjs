import asyncRwlock from 'async-rwlock';
import mortice from 'mortice';
import ReadWriteLock from 'rwlock';
import { AsyncRwLock } from '@lockwise/runtime';

const TASKS = 64;

/** 64 tasks, 19 reads to one write, a body with one suspension; per operation. */
function workload(read, write) {
  return async (operations) => {
    const each = Math.ceil(operations / TASKS);
    const task = async (first) => {
      for (let i = 0; i < each; i++) await ((first + i) % 20 === 0 ? write() : read());
    };
    await Promise.all(Array.from({ length: TASKS }, (_, index) => task(index)));
  };
}

/** The least that excludes and keeps the order: counts and an array of resolvers, without guards, aborts and limits. */
function byHand() {
  let queue = [];
  let [next, readers, writing] = [0, 0, false];
  const admit = () => {
    while (next < queue.length && !writing && !(queue[next].writes && readers > 0)) {
      const { writes, resolve } = queue[next++];
      if (writes) writing = true;
      else readers++;
      resolve();
    }
    if (next > 1000) {
      queue = queue.slice(next);
      next = 0;
    }
  };
  const turn = (writes) => new Promise((resolve) => queue.push({ writes, resolve }));
  const isFree = () => !writing && next === queue.length;
  return {
    read: async (body) => {
      if (isFree()) readers++;
      else await turn(false);
      try {
        return await body();
      } finally {
        readers--;
        admit();
      }
    },
    write: async (body) => {
      if (isFree() && readers === 0) writing = true;
      else await turn(true);
      try {
        return await body();
      } finally {
        writing = false;
        admit();
      }
    },
  };
}

/** The readers-writer lock under a load of reads. */
export async function mostlyReads() {
  const body = async () => {
    await undefined;
  };
  const ours = new AsyncRwLock();
  const least = byHand();
  const callbacks = new ReadWriteLock();
  const rwlock = new asyncRwlock.RWLock();
  const viaMortice = mortice();
  const within = (method) => () =>
    new Promise((resolve) =>
      callbacks[method](async (release) => {
        await body();
        release();
        resolve();
      }),
    );
  const viaRwlock = (method) => async () => {
    await rwlock[method]();
    await body();
    rwlock.unlock();
  };
  const released = (method) => async () => {
    const release = await viaMortice[method]();
    await body();
    release();
  };
  return {
    floor: 'no lock',
    operations: 64_000,
    variants: {
      'no lock': workload(body, body),
      AsyncRwLock: workload(
        () => ours.withRead(body),
        () => ours.withWrite(body),
      ),
      'a lock by hand': workload(
        () => least.read(body),
        () => least.write(body),
      ),
      rwlock: workload(within('readLock'), within('writeLock')),
      'async-rwlock': workload(viaRwlock('readLock'), viaRwlock('writeLock')),
      // It needs Promise.withResolvers, which Node 20 has not.
      ...(Promise.withResolvers && {
        mortice: { work: workload(released('readLock'), released('writeLock')), operations: 6400 },
      }),
    },
  };
}
