import type { LockModel } from './model.js';

const shared = {
  // A request is a message to another process or to the disk: its place in any queue is not decided when the call returns.
  enqueue: 'async',
  start: 'async',
  fairness: 'none',
  reentrant: false,
  timeout: 'wait',
  disposable: false,
} as const satisfies Partial<LockModel>;

/** Redlock 4 (`lock`, `unlock`) and 5 (`acquire`, `release`, `using`): a lease that runs out on the servers, which `using` prolongs. */
const redlock: LockModel = {
  ...shared,
  name: 'redlock Redlock',
  modules: ['redlock'],
  export: 'default',
  made: 'class',
  kind: 'keyed',
  scope: 'cluster',
  methods: {
    acquire: { does: 'acquire', gives: 'guard', keyArg: 0, list: 'keys' },
    lock: { does: 'acquire', gives: 'guard', keyArg: 0, list: 'keys' },
    using: { does: 'section', callback: 'last', keyArg: 0, list: 'keys' },
    release: { does: 'release', guardArg: 0 },
    unlock: { does: 'release', guardArg: 0 },
  },
  releasedBy: ['release', 'unlock'],
};

const redisMethods = {
  acquire: { does: 'acquire', gives: 'nothing' },
  tryAcquire: { does: 'try-acquire', gives: 'nothing', awaited: true },
  release: { does: 'release' },
} as const satisfies LockModel['methods'];

/** redis-semaphore: the object is one holder; the lock is the key that it was made with, so it is often made per call. */
const redisSemaphore: readonly LockModel[] = (
  [
    ['Mutex', 'mutex', undefined],
    ['Semaphore', 'semaphore', 2],
    ['MultiSemaphore', 'semaphore', 2],
    ['RedlockMutex', 'mutex', undefined],
    ['RedlockSemaphore', 'semaphore', 2],
    ['RedlockMultiSemaphore', 'semaphore', 2],
  ] as const
).map(([name, kind, capacityArg]) => ({
  ...shared,
  name: `redis-semaphore ${name}`,
  modules: ['redis-semaphore'],
  export: name,
  made: 'class',
  kind,
  scope: 'cluster',
  methods: redisMethods,
  waitOptions: ['acquireTimeout', 'acquireAttemptsLimit'],
  ...(capacityArg === undefined ? {} : { capacityArg }),
}));

/** proper-lockfile: a folder beside the file, for all processes of the host. The lock is free again after `stale` milliseconds without an update. */
const properLockfile: LockModel = {
  ...shared,
  name: 'proper-lockfile',
  modules: ['proper-lockfile'],
  export: '*',
  made: 'object',
  kind: 'keyed',
  scope: 'host',
  methods: {
    '': { does: 'acquire', gives: 'releaser', keyArg: 0 },
    lock: { does: 'acquire', gives: 'releaser', keyArg: 0 },
    lockSync: { does: 'try-acquire', gives: 'releaser', keyArg: 0, throws: true },
    unlock: { does: 'release', keyArg: 0 },
    unlockSync: { does: 'release', keyArg: 0 },
    check: { does: 'query' },
    checkSync: { does: 'query' },
  },
  waitOptions: ['retries'],
};

/** browser-tabs-lock: `acquireLock` answers whether the lock was taken within 5 seconds, or within the time given. */
const browserTabsLock: LockModel = {
  ...shared,
  name: 'browser-tabs-lock',
  modules: ['browser-tabs-lock'],
  export: 'default',
  made: 'class',
  kind: 'keyed',
  scope: 'origin',
  methods: {
    acquireLock: { does: 'try-acquire', gives: 'nothing', keyArg: 0, awaited: true },
    releaseLock: { does: 'release', keyArg: 0 },
  },
};

/** Locks that hold between processes, hosts or tabs. */
export const locksBeyondTheAgent: readonly LockModel[] = [redlock, ...redisSemaphore, properLockfile, browserTabsLock];
