import type { LockModel } from './model.js';

/**
 * async-lock 1.x. A callback with one parameter is in callback mode: it must call `done`. `timeout` bounds the wait. `maxExecutionTime` gives the lock
 * to the next task while the body still runs; `maxOccupationTime` rejects the caller and keeps the lock. A free section starts in the caller's tick.
 */
export const asyncLock: LockModel = {
  name: 'async-lock AsyncLock',
  modules: ['async-lock'],
  export: 'default',
  made: 'class',
  kind: 'keyed',
  scope: 'agent',
  methods: {
    acquire: { does: 'section', callback: 1, keyArg: 0, list: 'keys', doneFrom: 1 },
    isBusy: { does: 'query' },
  },
  enqueue: 'sync',
  start: 'sync',
  fairness: 'fifo',
  reentrant: false,
  timeout: 'hold-releases',
  waitOptions: ['timeout'],
  holdOptions: ['maxExecutionTime'],
  disposable: false,
};
