import type { LockModel } from './model.js';

const semaphore = {
  made: 'factory',
  types: ['Semaphore', 'Effect.Semaphore', 'Semaphore.Semaphore'],
  kind: 'semaphore',
  scope: 'agent',
  methods: {
    withPermits: { does: 'section', callback: 0, curried: true },
    withPermit: { does: 'section', callback: 0 },
    withPermitsIfAvailable: { does: 'section', callback: 0, curried: true, tries: true },
    take: { does: 'acquire', gives: 'nothing' },
    takeIfAvailable: { does: 'try-acquire', gives: 'nothing', awaited: true },
    release: { does: 'release' },
    releaseAll: { does: 'release' },
  },
  enqueue: 'async',
  start: 'async',
  fairness: 'fifo',
  reentrant: false,
  timeout: 'none',
  disposable: false,
  capacityArg: 0,
} as const satisfies Partial<LockModel>;

/** Effect 3 (`Effect.makeSemaphore`) and 4 (`Semaphore.make`). The work is an effect, a description that runs later: its content is seldom known. */
export const effectSemaphores: readonly LockModel[] = (
  [
    ['effect', 'Effect.makeSemaphore'],
    ['effect', 'Effect.unsafeMakeSemaphore'],
    ['effect/Effect', 'makeSemaphore'],
    ['effect/Effect', 'unsafeMakeSemaphore'],
    ['effect', 'Semaphore.make'],
    ['effect', 'Semaphore.makeUnsafe'],
    ['effect/Semaphore', 'make'],
    ['effect/Semaphore', 'makeUnsafe'],
  ] as const
).map(([module, name]) => ({ ...semaphore, name: 'Effect Semaphore', modules: [module], export: name }));
