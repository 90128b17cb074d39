import type { LockModel } from './model.js';

const shared = {
  made: 'object',
  kind: 'keyed',
  methods: {
    request: {
      does: 'section',
      callback: 'last',
      keyArg: 0,
      sideBy: { option: 'mode', read: 'shared' },
    },
    query: { does: 'query' },
  },
  // Requests of one agent keep their order, but those of other agents of the origin come between.
  enqueue: 'async',
  start: 'async',
  fairness: 'fifo',
  reentrant: false,
  timeout: 'wait',
  waitOptions: ['signal', 'ifAvailable', 'steal'],
  disposable: false,
} as const satisfies Partial<LockModel>;

/** The Web Locks API, shared by all agents of an origin: https://w3c.github.io/web-locks/. In Node, by all threads of the process. */
export const webLocks: readonly LockModel[] = [
  { ...shared, name: 'Web Locks', modules: [], export: 'navigator.locks', types: ['LockManager'], scope: 'origin' },
  {
    ...shared,
    name: 'worker_threads locks',
    modules: ['node:worker_threads', 'worker_threads'],
    export: 'locks',
    scope: 'origin',
  },
];
