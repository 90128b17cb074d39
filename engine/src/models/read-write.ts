import type { LockModel } from './model.js';

/** mortice: locks of one name are one lock, across threads too, and without a name they are all called `lock`. Requests go through an event or a job queue. */
const mortice: LockModel = {
  name: 'mortice',
  modules: ['mortice'],
  export: 'default',
  made: 'factory',
  types: ['Mortice'],
  kind: 'rw',
  scope: 'origin',
  methods: {
    readLock: { does: 'acquire', gives: 'releaser', side: 'read' },
    writeLock: { does: 'acquire', gives: 'releaser', side: 'write' },
    finalize: { does: 'cancel' },
  },
  enqueue: 'sync',
  start: 'async',
  fairness: 'fifo',
  reentrant: false,
  timeout: 'wait',
  waitOptions: ['signal'],
  disposable: false,
};

/** rwlock: callbacks that must call `release`; `lock.async` puts an error before it. A timed-out waiter removes the head of the queue. */
const rwlock: LockModel = {
  name: 'rwlock',
  modules: ['rwlock'],
  export: 'default',
  made: 'class',
  kind: 'rw',
  scope: 'agent',
  methods: {
    readLock: { does: 'section', callback: 'function', keyArg: 0, doneFrom: 0, side: 'read' },
    writeLock: { does: 'section', callback: 'function', keyArg: 0, doneFrom: 0, side: 'write' },
    'async.readLock': { does: 'section', callback: 'function', keyArg: 0, doneFrom: 0, doneParam: 1, side: 'read' },
    'async.writeLock': { does: 'section', callback: 'function', keyArg: 0, doneFrom: 0, doneParam: 1, side: 'write' },
  },
  enqueue: 'sync',
  start: 'sync',
  fairness: 'fifo',
  reentrant: false,
  timeout: 'wait',
  waitOptions: ['timeout'],
  disposable: false,
};

/** async-rwlock: readers overtake a waiting writer, and a waiter that timed out blocks the lock for ever. */
const asyncRwlock: LockModel = {
  name: 'async-rwlock RWLock',
  modules: ['async-rwlock'],
  export: 'RWLock',
  made: 'class',
  kind: 'rw',
  scope: 'agent',
  methods: {
    readLock: { does: 'acquire', gives: 'nothing', side: 'read' },
    writeLock: { does: 'acquire', gives: 'nothing', side: 'write' },
    unlock: { does: 'release' },
    getState: { does: 'query' },
  },
  enqueue: 'sync',
  start: 'async',
  fairness: 'none',
  reentrant: false,
  timeout: 'wait',
  disposable: false,
};

/** Locks with a read and a write side. */
export const readWriteLocks: readonly LockModel[] = [
  mortice,
  rwlock,
  asyncRwlock,
  { ...asyncRwlock, export: 'default' },
];
