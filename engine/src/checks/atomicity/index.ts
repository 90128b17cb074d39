import type { Check } from '../check.js';
import { noCheckThenAct } from './no-check-then-act.js';
import { noSplitLock } from './no-split-lock.js';
import { noStaleWriteAfterAwait } from './no-stale-write-after-await.js';
import { noUnguardedAccess } from './no-unguarded-access.js';
import { requireRecheckInLock } from './require-recheck-in-lock.js';

/** What was decided still holds when it is acted on. */
export const atomicityChecks: readonly Check[] = [
  noStaleWriteAfterAwait,
  noCheckThenAct,
  noUnguardedAccess,
  requireRecheckInLock,
  noSplitLock,
];
