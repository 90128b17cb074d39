import type { LockModel } from './model.js';

const shared = {
  modules: ['@hazae41/mutex'],
  made: 'class',
  scope: 'agent',
  methods: {
    acquire: { does: 'acquire', gives: 'guard' },
    lockOrWait: { does: 'acquire', gives: 'guard' },
    lockOrNull: { does: 'try-acquire', gives: 'guard' },
    lockOrThrow: { does: 'try-acquire', gives: 'guard', throws: true },
    lock: { does: 'section', callback: 0 },
    runOrWait: { does: 'section', callback: 0 },
    tryLock: { does: 'section', callback: 0, tries: true },
    runOrThrow: { does: 'section', callback: 0, tries: true },
    wait: { does: 'wait' },
  },
  releasedBy: ['release', 'clean'],
  enqueue: 'sync',
  start: 'async',
  fairness: 'fifo',
  reentrant: false,
  timeout: 'none',
  disposable: true,
  holdsData: true,
} as const satisfies Partial<LockModel>;

/** @hazae41/mutex 1–3: a lock around its data, which `get()` also gives without the lock. Releasing a guard twice admits two holders. */
export const dataLocks: readonly LockModel[] = [
  { ...shared, name: '@hazae41/mutex Mutex', export: 'Mutex', kind: 'mutex' },
  { ...shared, name: '@hazae41/mutex Semaphore', export: 'Semaphore', kind: 'semaphore', capacityArg: 1 },
];
