import type { Check } from '../check.js';
import { noReentrantAcquire } from './no-reentrant-acquire.js';
import { requireRelease } from './require-release.js';

/** A lock is taken and given back once, by its holder. */
export const protocolChecks: readonly Check[] = [requireRelease, noReentrantAcquire];
