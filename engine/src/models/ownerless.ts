import type { LockModel } from './model.js';
import { usual } from './usual.js';

const shared = {
  ...usual,
  made: 'class',
} as const satisfies Partial<LockModel>;

/** await-lock 2–3: `release` of a free lock throws. */
const awaitLock: LockModel = {
  ...shared,
  name: 'await-lock AwaitLock',
  modules: ['await-lock'],
  export: 'default',
  kind: 'mutex',
  methods: {
    acquireAsync: { does: 'acquire', gives: 'nothing' },
    tryAcquire: { does: 'try-acquire', gives: 'nothing' },
    release: { does: 'release' },
  },
  timeout: 'wait',
  waitOptions: ['timeout'],
};

/** async-sema: a second release raises the number of permits. */
const asyncSema: LockModel = {
  ...shared,
  name: 'async-sema Sema',
  modules: ['async-sema'],
  export: 'Sema',
  kind: 'semaphore',
  methods: {
    acquire: { does: 'acquire', gives: 'nothing' },
    tryAcquire: { does: 'try-acquire', gives: 'nothing' },
    release: { does: 'release' },
    drain: { does: 'wait' },
    nrWaiting: { does: 'query' },
  },
  capacityArg: 0,
};

const semaphoreAsyncAwaitMethods = {
  wait: { does: 'acquire', gives: 'nothing' },
  acquire: { does: 'acquire', gives: 'nothing' },
  waitFor: { does: 'try-acquire', gives: 'nothing', awaited: true },
  tryAcquire: { does: 'try-acquire', gives: 'nothing' },
  signal: { does: 'release' },
  release: { does: 'release' },
  execute: { does: 'section', callback: 0 },
  getPermits: { does: 'query' },
} as const satisfies LockModel['methods'];

/** semaphore-async-await: any call of `signal` adds a permit, whoever holds one. */
const semaphoreAsyncAwait: readonly LockModel[] = [
  {
    ...shared,
    name: 'semaphore-async-await Semaphore',
    modules: ['semaphore-async-await'],
    export: 'default',
    kind: 'semaphore',
    methods: semaphoreAsyncAwaitMethods,
    capacityArg: 0,
  },
  {
    ...shared,
    name: 'semaphore-async-await Lock',
    modules: ['semaphore-async-await'],
    export: 'Lock',
    kind: 'mutex',
    methods: semaphoreAsyncAwaitMethods,
  },
];

/** async-await-mutex-lock: the key is optional; without it there is one more lock. */
const asyncAwaitMutexLock: LockModel = {
  ...shared,
  name: 'async-await-mutex-lock Lock',
  modules: ['async-await-mutex-lock'],
  export: 'Lock',
  kind: 'keyed',
  methods: {
    acquire: { does: 'acquire', gives: 'nothing', keyArg: 0 },
    release: { does: 'release', keyArg: 0 },
    isAcquired: { does: 'query' },
  },
};

/** @sapphire/async-queue: the head of the queue holds; `shift` gives its place to the next. */
const sapphireAsyncQueue: LockModel = {
  ...shared,
  name: '@sapphire/async-queue AsyncQueue',
  modules: ['@sapphire/async-queue'],
  export: 'AsyncQueue',
  kind: 'mutex',
  methods: {
    wait: { does: 'acquire', gives: 'nothing' },
    shift: { does: 'release' },
    abortAll: { does: 'cancel' },
  },
  timeout: 'wait',
  waitOptions: ['signal'],
};

/** p-mutex: `unlock` of a free lock does nothing; `isLocked` is a property. */
const pMutex: LockModel = {
  ...shared,
  name: 'p-mutex Mutex',
  modules: ['p-mutex'],
  export: 'default',
  kind: 'mutex',
  methods: {
    lock: { does: 'acquire', gives: 'nothing' },
    unlock: { does: 'release' },
    withLock: { does: 'section', callback: 0 },
  },
};

const esToolkitMethods = {
  acquire: { does: 'acquire', gives: 'nothing' },
  release: { does: 'release' },
} as const satisfies LockModel['methods'];

const esToolkit: readonly LockModel[] = [
  {
    ...shared,
    name: 'es-toolkit Mutex',
    modules: ['es-toolkit', 'es-toolkit/promise'],
    export: 'Mutex',
    kind: 'mutex',
    methods: { ...esToolkitMethods, isLocked: { does: 'query' } },
  },
  {
    ...shared,
    name: 'es-toolkit Semaphore',
    modules: ['es-toolkit', 'es-toolkit/promise'],
    export: 'Semaphore',
    kind: 'semaphore',
    methods: esToolkitMethods,
    capacityArg: 0,
  },
];

/** Locks of this agent that do not tell who holds them: `acquire` gives nothing, and the lock itself is released. */
export const ownerlessLocks: readonly LockModel[] = [
  awaitLock,
  asyncSema,
  ...semaphoreAsyncAwait,
  asyncAwaitMutexLock,
  sapphireAsyncQueue,
  pMutex,
  ...esToolkit,
];
