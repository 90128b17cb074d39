import AsyncLock from 'async-lock';
import { Mutex as AsyncMutexPeer } from 'async-mutex';
import { Sema } from 'async-sema';
import AwaitLock from 'await-lock';
import { Mutex as ToolkitMutex } from 'es-toolkit';
import { getSemaphore } from '@henrygd/semaphore';
import { AsyncMutex, AsyncRwLock, quickRead, tryQuickRead } from '@lockwise/runtime';

const bareAwait = async (n) => {
  const resolved = Promise.resolve(1);
  for (let i = 0; i < n; i++) await resolved;
};

/** One await of a lock that is free, and its release. */
export async function acquireAndRelease() {
  const ours = new AsyncMutex();
  const toolkit = new ToolkitMutex();
  const peer = new AsyncMutexPeer();
  const sema = new Sema(1);
  const lock = new AsyncLock();
  const awaitLock = new AwaitLock();
  const henrygd = getSemaphore('bench', 1);
  const variants = {
    'bare await': bareAwait,
    'AsyncMutex.acquire': async (n) => {
      for (let i = 0; i < n; i++) (await ours.acquire()).release();
    },
    'es-toolkit Mutex': async (n) => {
      for (let i = 0; i < n; i++) {
        await toolkit.acquire();
        toolkit.release();
      }
    },
    '@henrygd/semaphore': async (n) => {
      for (let i = 0; i < n; i++) {
        await henrygd.acquire();
        henrygd.release();
      }
    },
    'await-lock': async (n) => {
      for (let i = 0; i < n; i++) {
        await awaitLock.acquireAsync();
        awaitLock.release();
      }
    },
    'async-sema': async (n) => {
      for (let i = 0; i < n; i++) {
        await sema.acquire();
        sema.release();
      }
    },
    'async-mutex': async (n) => {
      for (let i = 0; i < n; i++) (await peer.acquire())();
    },
    'async-lock': async (n) => {
      for (let i = 0; i < n; i++) await lock.acquire('key', () => undefined);
    },
  };
  if (globalThis.navigator?.locks !== undefined) {
    variants['navigator.locks'] = {
      operations: 2000,
      work: async (n) => {
        for (let i = 0; i < n; i++) await navigator.locks.request('key', () => undefined);
      },
    };
  }
  return { floor: 'bare await', variants, operations: 100_000 };
}

/** A section without a suspension on a lock that is free. */
export async function syncSections() {
  const mutex = new AsyncMutex(1);
  const lock = new AsyncRwLock(1);
  const variants = {
    'bare await': bareAwait,
    withLock: async (n) => {
      for (let i = 0; i < n; i++) await mutex.withLock((guard) => guard.value);
    },
    withLockSync: async (n) => {
      for (let i = 0; i < n; i++) await mutex.withLockSync((value) => value);
    },
    quickRead: async (n) => {
      for (let i = 0; i < n; i++) await quickRead(lock, (value) => value);
    },
  };
  return { floor: 'bare await', variants, operations: 100_000 };
}

/** Access that is had now or not at all. */
export async function tries() {
  const mutex = new AsyncMutex(1);
  const lock = new AsyncRwLock(1);
  const awaitLock = new AwaitLock();
  const sema = new Sema(1);
  const variants = {
    'bare await': bareAwait,
    'tryAcquire + release': async (n) => {
      for (let i = 0; i < n; i++) mutex.tryAcquire().release();
    },
    tryQuickRead: async (n) => {
      for (let i = 0; i < n; i++) tryQuickRead(lock, (value) => value);
    },
    'await-lock': async (n) => {
      for (let i = 0; i < n; i++) {
        awaitLock.tryAcquire();
        awaitLock.release();
      }
    },
    'async-sema': async (n) => {
      for (let i = 0; i < n; i++) {
        sema.tryAcquire();
        sema.release();
      }
    },
  };
  return { floor: 'bare await', variants, operations: 200_000 };
}
