import type { LockMethod, LockModel } from './model.js';
import { usual } from './usual.js';

const shared = {
  ...usual,
  modules: ['@matrixai/async-locks'],
  made: 'class',
  timeout: 'wait',
  waitOptions: ['signal', 'timer'],
} as const satisfies Partial<LockModel>;

/** `lock()` gives a function; calling that one gives a promise of `[release, lock]`, and the release is asynchronous. */
const taken = { does: 'acquire', gives: 'pair', releaserAt: 0, deferred: true } as const satisfies LockMethod;
const section = { does: 'section', callback: 'last' } as const satisfies LockMethod;

const mutexMethods = {
  lock: taken,
  withF: section,
  withG: section,
  waitForUnlock: { does: 'wait' },
  isLocked: { does: 'query' },
} as const satisfies LockModel['methods'];

const sideBy = { arg: 0, read: 'read' } as const;
const rwMethods = {
  lock: { ...taken, sideBy },
  read: { ...taken, side: 'read' },
  write: { ...taken, side: 'write' },
  withF: { ...section, sideBy },
  withReadF: { ...section, side: 'read' },
  withWriteF: { ...section, side: 'write' },
  withG: { ...section, sideBy },
  withReadG: { ...section, side: 'read' },
  withWriteG: { ...section, side: 'write' },
  waitForUnlock: { does: 'wait' },
  isLocked: { does: 'query' },
} as const satisfies LockModel['methods'];

/** A request of a `LockBox` or a `Monitor` is a key, or `[key, class, ...]`. */
const boxMethods = {
  lock: { ...taken, keyArg: 0, list: 'request' },
  withF: { ...section, keyArg: 0, list: 'request' },
  withG: { ...section, keyArg: 0, list: 'request' },
  waitForUnlock: { does: 'wait' },
  isLocked: { does: 'query' },
} as const satisfies LockModel['methods'];

/** @matrixai/async-locks 4–5. `RWLockReader` lets readers overtake a waiting writer; a `Monitor` may be entered again by its owner. */
export const matrixaiLocks: readonly LockModel[] = [
  { ...shared, name: '@matrixai/async-locks Lock', export: 'Lock', kind: 'mutex', methods: mutexMethods },
  {
    ...shared,
    name: '@matrixai/async-locks Semaphore',
    export: 'Semaphore',
    kind: 'semaphore',
    methods: mutexMethods,
    capacityArg: 0,
  },
  {
    ...shared,
    name: '@matrixai/async-locks RWLockReader',
    export: 'RWLockReader',
    kind: 'rw',
    fairness: 'none',
    methods: rwMethods,
  },
  { ...shared, name: '@matrixai/async-locks RWLockWriter', export: 'RWLockWriter', kind: 'rw', methods: rwMethods },
  {
    ...shared,
    name: '@matrixai/async-locks LockBox',
    export: 'LockBox',
    kind: 'keyed',
    methods: { ...boxMethods, withMultiF: section, withMultiG: section },
  },
  {
    ...shared,
    name: '@matrixai/async-locks Monitor',
    export: 'Monitor',
    kind: 'keyed',
    reentrant: true,
    methods: { ...boxMethods, unlock: { does: 'release', keyArg: 0 }, unlockAll: { does: 'release' } },
  },
];
