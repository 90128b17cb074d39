import type { Check } from '../check.js';
import { acquireBeforeTry } from './acquire-before-try.js';
import { noAwaitBeforeRelease } from './no-await-before-release.js';
import { noEarlyRelease } from './no-early-release.js';
import { noForeignRelease } from './no-foreign-release.js';
import { noLockOrderCycle } from './no-lock-order-cycle.js';
import { noReentrantAcquire } from './no-reentrant-acquire.js';
import { requireAwaitAcquire } from './require-await-acquire.js';
import { requireRelease } from './require-release.js';

/** A lock is taken and given back once, by its holder. */
export const protocolChecks: readonly Check[] = [
  requireAwaitAcquire,
  requireRelease,
  acquireBeforeTry,
  noForeignRelease,
  noAwaitBeforeRelease,
  noEarlyRelease,
  noReentrantAcquire,
  noLockOrderCycle,
];
