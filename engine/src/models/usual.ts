import type { LockModel } from './model.js';

/** What most locks of one process have in common, and what is taken for granted of one of which no more is told. */
export const usual = {
  scope: 'agent',
  enqueue: 'sync',
  start: 'async',
  fairness: 'fifo',
  reentrant: false,
  timeout: 'none',
  disposable: false,
} as const satisfies Partial<LockModel>;
