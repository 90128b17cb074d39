import type { LockModel } from './model.js';
import { usual } from './usual.js';

const shared = {
  ...usual,
  modules: ['async-mutex'],
  // `acquire` queues within the call, but hands the lock over through a promise: even a free section starts one tick later.
  releasesOnce: true,
} as const satisfies Partial<LockModel>;

const common = {
  waitForUnlock: { does: 'wait' },
  isLocked: { does: 'query' },
  release: { does: 'release' },
  cancel: { does: 'cancel' },
} as const satisfies LockModel['methods'];

const mutexMethods = {
  ...common,
  acquire: { does: 'acquire', gives: 'releaser' },
  runExclusive: { does: 'section', callback: 0 },
} as const satisfies LockModel['methods'];

const semaphoreMethods = {
  ...common,
  acquire: { does: 'acquire', gives: 'pair', releaserAt: 1 },
  runExclusive: { does: 'section', callback: 0 },
  getValue: { does: 'query' },
} as const satisfies LockModel['methods'];

/** async-mutex 0.3–0.5: `mutex.release()` frees the lock whoever calls it; only the releaser is bound to its grant. */
export const asyncMutex: readonly LockModel[] = [
  {
    ...shared,
    name: 'async-mutex Mutex',
    export: 'Mutex',
    made: 'class',
    types: ['MutexInterface'],
    kind: 'mutex',
    methods: mutexMethods,
  },
  {
    ...shared,
    name: 'async-mutex Semaphore',
    export: 'Semaphore',
    made: 'class',
    types: ['SemaphoreInterface'],
    kind: 'semaphore',
    methods: semaphoreMethods,
    capacityArg: 0,
  },
  {
    ...shared,
    name: 'async-mutex withTimeout',
    export: 'withTimeout',
    made: 'wrapper',
    lockArg: 0,
    kind: 'mutex',
    timeout: 'wait',
    methods: mutexMethods,
  },
  {
    ...shared,
    name: 'async-mutex tryAcquire',
    export: 'tryAcquire',
    made: 'wrapper',
    lockArg: 0,
    kind: 'mutex',
    timeout: 'wait',
    methods: {
      ...mutexMethods,
      acquire: { does: 'try-acquire', gives: 'releaser', throws: true, awaited: true },
      runExclusive: { does: 'section', callback: 0, tries: true },
    },
  },
];
