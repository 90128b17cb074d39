import type { Check } from '../check.js';
import { acquireBeforeTry } from './acquire-before-try.js';
import { noAwaitBeforeRelease } from './no-await-before-release.js';
import { noEarlyRelease } from './no-early-release.js';
import { noForeignRelease } from './no-foreign-release.js';
import { noLeakyKeyedLock } from './no-leaky-keyed-lock.js';
import { noLocalLock } from './no-local-lock.js';
import { noLockCallbackMode } from './no-lock-callback-mode.js';
import { noLockOrderCycle } from './no-lock-order-cycle.js';
import { noLockUpgrade } from './no-lock-upgrade.js';
import { noMutableLock } from './no-mutable-lock.js';
import { noNestedLimiter } from './no-nested-limiter.js';
import { noOptionalLock } from './no-optional-lock.js';
import { noOrphanWorkInLock } from './no-orphan-work-in-lock.js';
import { noPoisonedChain } from './no-poisoned-chain.js';
import { noReentrantAcquire } from './no-reentrant-acquire.js';
import { noReleaseOnTimeout } from './no-release-on-timeout.js';
import { noUnstableLockKey } from './no-unstable-lock-key.js';
import { requireAwaitAcquire } from './require-await-acquire.js';
import { requireRelease } from './require-release.js';
import { requireHeldLock } from './require-held-lock.js';

/** A lock is taken and given back once, by its holder. */
export const protocolChecks: readonly Check[] = [
  requireAwaitAcquire,
  requireRelease,
  acquireBeforeTry,
  noForeignRelease,
  noAwaitBeforeRelease,
  noEarlyRelease,
  noOrphanWorkInLock,
  noReleaseOnTimeout,
  noReentrantAcquire,
  noNestedLimiter,
  noLockOrderCycle,
  noLockUpgrade,
  noLocalLock,
  noMutableLock,
  noOptionalLock,
  noPoisonedChain,
  noUnstableLockKey,
  noLeakyKeyedLock,
  noLockCallbackMode,
  requireHeldLock,
];
