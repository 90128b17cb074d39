import type { Check } from '../check.js';
import { noAwaitLoopInLock } from './no-await-loop-in-lock.js';
import { noCallbackInLock } from './no-callback-in-lock.js';
import { noDelayInLock } from './no-delay-in-lock.js';
import { noLongHeldLock } from './no-long-held-lock.js';
import { requireAcquireTimeout } from './require-acquire-timeout.js';

/** Waiters pay for every suspension inside a section. */
export const holdTimeChecks: readonly Check[] = [
  noLongHeldLock,
  noDelayInLock,
  noCallbackInLock,
  noAwaitLoopInLock,
  requireAcquireTimeout,
];
