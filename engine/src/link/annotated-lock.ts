import type { DocTag } from '../facts/format.js';
import type { LockModel } from '../models/model.js';

/** A lock that only `@lock` tells of, under the names that locks usually have. */
export const annotatedLock: LockModel = {
  name: '@lock',
  modules: [],
  export: '@lock',
  made: 'class',
  inferred: 'shape',
  kind: 'mutex',
  scope: 'agent',
  methods: {
    acquire: { does: 'acquire', gives: 'releaser' },
    lock: { does: 'acquire', gives: 'releaser' },
    release: { does: 'release' },
    unlock: { does: 'release' },
    runExclusive: { does: 'section', callback: 'function' },
    withLock: { does: 'section', callback: 'function' },
    isLocked: { does: 'query' },
  },
  enqueue: 'async',
  start: 'async',
  fairness: 'unknown',
  reentrant: false,
  timeout: 'none',
  disposable: false,
};

export function isDeclaredLock(docs: readonly DocTag[] | undefined): boolean {
  return docs?.some(({ tag }) => tag === 'lock') === true;
}
