import type { LockModel } from './model.js';
import { usual } from './usual.js';

const livekitMethods = {
  lock: { does: 'acquire', gives: 'releaser' },
  isLocked: { does: 'query' },
} as const satisfies LockModel['methods'];

/** @livekit/mutex: a promise chain. The unlock of a `MultiMutex` frees a place each time it is called. */
const livekitMutex: readonly LockModel[] = [
  {
    ...usual,
    name: '@livekit/mutex Mutex',
    modules: ['@livekit/mutex'],
    export: 'Mutex',
    made: 'class',
    kind: 'mutex',
    methods: livekitMethods,
  },
  {
    ...usual,
    name: '@livekit/mutex MultiMutex',
    modules: ['@livekit/mutex'],
    export: 'MultiMutex',
    made: 'class',
    kind: 'semaphore',
    methods: livekitMethods,
    capacityArg: 0,
  },
];

/** @rocicorp/lock: a promise chain. */
const rocicorpLock: readonly LockModel[] = [
  {
    ...usual,
    name: '@rocicorp/lock Lock',
    modules: ['@rocicorp/lock'],
    export: 'Lock',
    made: 'class',
    kind: 'mutex',
    methods: { lock: { does: 'acquire', gives: 'releaser' }, withLock: { does: 'section', callback: 0 } },
  },
  {
    ...usual,
    name: '@rocicorp/lock RWLock',
    modules: ['@rocicorp/lock'],
    export: 'RWLock',
    made: 'class',
    kind: 'rw',
    methods: {
      read: { does: 'acquire', gives: 'releaser', side: 'read' },
      write: { does: 'acquire', gives: 'releaser', side: 'write' },
      withRead: { does: 'section', callback: 0, side: 'read' },
      withWrite: { does: 'section', callback: 0, side: 'write' },
    },
  },
];

const awaitSemaphoreMethods = {
  acquire: { does: 'acquire', gives: 'releaser' },
  use: { does: 'section', callback: 0 },
} as const satisfies LockModel['methods'];

/** await-semaphore: `use` loses the permit when the function throws before it returns a promise. */
const awaitSemaphore: readonly LockModel[] = [
  {
    ...usual,
    name: 'await-semaphore Semaphore',
    modules: ['await-semaphore'],
    export: 'Semaphore',
    made: 'class',
    kind: 'semaphore',
    methods: awaitSemaphoreMethods,
    capacityArg: 0,
  },
  {
    ...usual,
    name: 'await-semaphore Mutex',
    modules: ['await-semaphore'],
    export: 'Mutex',
    made: 'class',
    kind: 'mutex',
    methods: awaitSemaphoreMethods,
  },
];

/** mutexify: the lock is a function. The callback always gets the releaser; the promise form gives it. */
const mutexify: readonly LockModel[] = [
  {
    ...usual,
    name: 'mutexify',
    modules: ['mutexify'],
    export: 'default',
    made: 'factory',
    kind: 'mutex',
    methods: { '': { does: 'section', callback: 0, doneFrom: 0 } },
  },
  {
    ...usual,
    name: 'mutexify/promise',
    modules: ['mutexify/promise', 'mutexify/promise.js'],
    export: 'default',
    made: 'factory',
    kind: 'mutex',
    methods: { '': { does: 'acquire', gives: 'releaser' } },
  },
];

/** semaphore: `take([permits,] task)` gives the task the `leave` that it must call. A free task runs in the caller's tick. */
const semaphore: LockModel = {
  ...usual,
  name: 'semaphore',
  modules: ['semaphore'],
  export: 'default',
  made: 'factory',
  types: ['Semaphore'],
  kind: 'semaphore',
  methods: {
    take: { does: 'section', callback: 'function', doneFrom: 0 },
    leave: { does: 'release' },
    available: { does: 'query' },
  },
  start: 'sync',
  capacityArg: 0,
  capacityDefault: 1,
};

/** @shopify/semaphore: a permit, whose asynchronous `release` works once. */
const shopifySemaphore: LockModel = {
  ...usual,
  name: '@shopify/semaphore Semaphore',
  modules: ['@shopify/semaphore'],
  export: 'Semaphore',
  made: 'class',
  kind: 'semaphore',
  methods: { acquire: { does: 'acquire', gives: 'guard' } },
  releasedBy: ['release'],
  capacityArg: 0,
};

/** Locks of this agent whose acquire gives what releases it. */
export const releaserLocks: readonly LockModel[] = [
  ...livekitMutex,
  ...rocicorpLock,
  ...awaitSemaphore,
  ...mutexify,
  semaphore,
  shopifySemaphore,
];
