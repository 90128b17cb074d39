import type { Check } from '../check.js';
import { noNestedLockType } from './no-nested-lock-type.js';
import { preferAtomicCounter } from './prefer-atomic-counter.js';
import { preferQuickRead } from './prefer-quick-read.js';

/** The lock is more than the job needs: in the order of the catalogue. */
export const rightSizingChecks: readonly Check[] = [noNestedLockType, preferAtomicCounter, preferQuickRead];
