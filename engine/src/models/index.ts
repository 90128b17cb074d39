import { asyncLock } from './async-lock.js';
import { asyncMutex } from './async-mutex.js';
import { dataLocks } from './data-locks.js';
import { effectSemaphores } from './effect.js';
import { locksBeyondTheAgent } from './beyond-agent.js';
import { pLimit, pQueue, vscodeSequencers } from './limiters.js';
import { lockwiseRuntime } from './runtime.js';
import { matrixaiLocks } from './matrixai.js';
import type { LockModel } from './model.js';
import { ownerlessLocks } from './ownerless.js';
import { readWriteLocks } from './read-write.js';
import { releaserLocks } from './releasers.js';
import { webLocks } from './web-locks.js';

/** The locks that the engine knows without configuration. No two have the same module and export. */
export const builtInModels: readonly LockModel[] = [
  ...asyncMutex,
  asyncLock,
  pLimit,
  pQueue,
  ...vscodeSequencers,
  ...webLocks,
  ...ownerlessLocks,
  ...releaserLocks,
  ...dataLocks,
  ...matrixaiLocks,
  ...readWriteLocks,
  ...locksBeyondTheAgent,
  ...effectSemaphores,
  ...lockwiseRuntime,
];
