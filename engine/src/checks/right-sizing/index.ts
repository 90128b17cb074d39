import type { Check } from '../check.js';
import { noNestedLockType } from './no-nested-lock-type.js';
import { noRedundantLock } from './no-redundant-lock.js';
import { preferAtomicCounter } from './prefer-atomic-counter.js';
import { preferBatchProcessor } from './prefer-batch-processor.js';
import { preferConcurrentMap } from './prefer-concurrent-map.js';
import { preferQuickRead } from './prefer-quick-read.js';
import { preferRetryWithBackoff } from './prefer-retry-with-backoff.js';
import { preferWithTimeout } from './prefer-with-timeout.js';
import { preferConditionalUpdate } from './prefer-conditional-update.js';
import { preferReadLock } from './prefer-read-lock.js';
import { preferKeyedLock } from './prefer-keyed-lock.js';
import { preferScopedLock } from './prefer-scoped-lock.js';
import { preferTryAcquire } from './prefer-try-acquire.js';

/** The lock is more than the job needs: in the order of the catalogue. */
export const rightSizingChecks: readonly Check[] = [
  noRedundantLock,
  noNestedLockType,
  preferAtomicCounter,
  preferQuickRead,
  preferConditionalUpdate,
  preferReadLock,
  preferBatchProcessor,
  preferKeyedLock,
  preferConcurrentMap,
  preferRetryWithBackoff,
  preferWithTimeout,
  preferScopedLock,
  preferTryAcquire,
];
