import type { LockMethod, LockModel } from './model.js';

const shared = {
  modules: ['@lockwise/runtime'],
  made: 'class',
  scope: 'agent',
  enqueue: 'sync',
  start: 'sync',
  fairness: 'fifo',
  reentrant: false,
  releasesOnce: true,
  timeout: 'wait',
  waitOptions: ['timeout', 'signal'],
  disposable: true,
  releasedBy: ['release'],
} as const satisfies Partial<LockModel>;

const reading = { does: 'section', callback: 1, side: 'read', passes: 'value' } as const satisfies LockMethod;

/** Functions that take the lock that is their first argument. */
const helper = {
  ...shared,
  made: 'function',
  lockArg: 0,
  kind: 'rw',
} as const satisfies Partial<LockModel>;

/** Our own runtime. Every wait is bounded by the options that come last; no timeout ever frees a held lock. */
export const lockwiseRuntime: readonly LockModel[] = [
  {
    ...shared,
    name: '@lockwise/runtime AsyncMutex',
    export: 'AsyncMutex',
    kind: 'mutex',
    methods: {
      acquire: { does: 'acquire', gives: 'guard' },
      tryAcquire: { does: 'try-acquire', gives: 'guard' },
      withLock: { does: 'section', callback: 0, passes: 'guard' },
      withLockSync: { does: 'section', callback: 0, passes: 'value' },
      stats: { does: 'query' },
    },
    holdsData: true,
  },
  {
    ...shared,
    name: '@lockwise/runtime AsyncRwLock',
    export: 'AsyncRwLock',
    kind: 'rw',
    methods: {
      read: { does: 'acquire', gives: 'guard', side: 'read' },
      write: { does: 'acquire', gives: 'guard', side: 'write' },
      tryRead: { does: 'try-acquire', gives: 'guard', side: 'read' },
      tryWrite: { does: 'try-acquire', gives: 'guard', side: 'write' },
      withRead: { does: 'section', callback: 0, side: 'read', passes: 'value' },
      withWrite: { does: 'section', callback: 0, side: 'write', passes: 'guard' },
      stats: { does: 'query' },
    },
    holdsData: true,
  },
  {
    ...shared,
    name: '@lockwise/runtime KeyedMutex',
    export: 'KeyedMutex',
    kind: 'keyed',
    methods: {
      withLock: { does: 'section', callback: 1, keyArg: 0 },
      withLocks: { does: 'section', callback: 1, keyArg: 0, list: 'keys' },
    },
  },
  {
    ...shared,
    name: '@lockwise/runtime Semaphore',
    export: 'Semaphore',
    kind: 'semaphore',
    methods: {
      acquire: { does: 'acquire', gives: 'guard' },
      tryAcquire: { does: 'try-acquire', gives: 'guard' },
      withPermit: { does: 'section', callback: 0 },
      withPermits: { does: 'section', callback: 1 },
    },
    capacityArg: 0,
  },
  { ...helper, name: 'quickRead', export: 'quickRead', methods: { '': reading } },
  { ...helper, name: 'quickReadExtract', export: 'quickReadExtract', methods: { '': { ...reading, copies: true } } },
  { ...helper, name: 'tryQuickRead', export: 'tryQuickRead', methods: { '': { ...reading, tries: true } } },
  {
    ...helper,
    name: 'conditionalUpdate',
    export: 'conditionalUpdate',
    methods: { '': { does: 'section', callback: 2, predicate: 1, side: 'write', passes: 'guard' } },
  },
];
