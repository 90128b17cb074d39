import type { LockModel } from './model.js';

const shared = {
  scope: 'agent',
  enqueue: 'sync',
  fairness: 'fifo',
  reentrant: false,
  disposable: false,
} as const satisfies Partial<LockModel>;

/** p-limit: the limiter is called with the task. With a concurrency of 1 it is a mutex. */
export const pLimit: LockModel = {
  ...shared,
  name: 'p-limit',
  modules: ['p-limit'],
  export: 'default',
  made: 'factory',
  types: ['LimitFunction', 'Limit'],
  kind: 'limiter',
  methods: {
    '': { does: 'section', callback: 0 },
    map: { does: 'section', callback: 1, eachOf: 0 },
    clearQueue: { does: 'cancel' },
  },
  start: 'async',
  timeout: 'none',
  capacityArg: 0,
  capacityOption: 'concurrency',
};

/** p-queue: `timeout` counts the run of a task, and starts the next one while the late one still runs. A free task starts in the caller's tick. */
export const pQueue: LockModel = {
  ...shared,
  name: 'p-queue PQueue',
  modules: ['p-queue'],
  export: 'default',
  made: 'class',
  kind: 'queue',
  methods: {
    add: { does: 'section', callback: 0 },
    onIdle: { does: 'wait' },
    onEmpty: { does: 'wait' },
    onPendingZero: { does: 'wait' },
    onSizeLessThan: { does: 'wait' },
    sizeBy: { does: 'query' },
    clear: { does: 'cancel' },
  },
  start: 'sync',
  timeout: 'hold-releases',
  holdOptions: ['timeout'],
  capacityArg: 0,
  capacityOption: 'concurrency',
  capacityDefault: Infinity,
};

const sequencers = ['vs/base/common/async', '*/base/common/async', '*/base/common/async.js'];

/** VS Code's `Sequencer`, `SequencerByKey` and `Limiter`, of its own base library. */
export const vscodeSequencers: readonly LockModel[] = [
  {
    ...shared,
    name: 'Sequencer',
    modules: sequencers,
    export: 'Sequencer',
    made: 'class',
    kind: 'queue',
    methods: { queue: { does: 'section', callback: 0 } },
    start: 'async',
    timeout: 'none',
  },
  {
    ...shared,
    name: 'SequencerByKey',
    modules: sequencers,
    export: 'SequencerByKey',
    made: 'class',
    kind: 'keyed',
    methods: { queue: { does: 'section', callback: 1, keyArg: 0 }, peek: { does: 'query' } },
    start: 'async',
    timeout: 'none',
  },
  {
    ...shared,
    name: 'Limiter',
    modules: sequencers,
    export: 'Limiter',
    made: 'class',
    kind: 'limiter',
    methods: { queue: { does: 'section', callback: 0 }, whenIdle: { does: 'wait' }, clear: { does: 'cancel' } },
    start: 'sync',
    timeout: 'none',
    capacityArg: 0,
  },
];
