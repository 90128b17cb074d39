import type { Check } from '../check.js';
import { noNestedLockType } from './no-nested-lock-type.js';
import { noRedundantLock } from './no-redundant-lock.js';
import { preferAtomicCounter } from './prefer-atomic-counter.js';
import { preferBatchProcessor } from './prefer-batch-processor.js';
import { preferConcurrentMap } from './prefer-concurrent-map.js';
import { preferQuickRead } from './prefer-quick-read.js';
import { preferRetryWithBackoff } from './prefer-retry-with-backoff.js';
import { preferWithTimeout } from './prefer-with-timeout.js';

/** The lock is more than the job needs: in the order of the catalogue. */
export const rightSizingChecks: readonly Check[] = [
  noRedundantLock,
  noNestedLockType,
  preferAtomicCounter,
  preferQuickRead,
  preferBatchProcessor,
  preferConcurrentMap,
  preferRetryWithBackoff,
  preferWithTimeout,
];
