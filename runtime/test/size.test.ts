import { describe, expect, it } from 'vitest';
import { gzipped } from './bundle.js';

/**
 * Bytes, minified and compressed, that an import of these names may add to a user's bundle: what they are now and a
 * little, so that growth is a decision. The goals, 900 for the mutex and 4,500 for all, are not reached.
 */
const budgets: [names: string, bytes: number][] = [
  ['AsyncMutex', 2500],
  ['AsyncRwLock', 2750],
  ['KeyedMutex', 2750],
  ['Semaphore', 2200],
  ['quickRead', 1250],
  ['conditionalUpdate', 500],
  ['withTimeout', 1450],
  ['BatchProcessor', 2850],
  ['AtomicCounter', 3000],
  ['AtomicFlag', 3150],
  ['OptionalArc', 2500],
  ['retryWithBackoff', 3100],
  ['concurrentMap', 1600],
];

describe('what an import adds to a bundle, minified and compressed', () => {
  it.each(budgets)('%s', (names, bytes) => {
    expect(gzipped(`export { ${names} } from '@lockwise/runtime'`)).toBeLessThanOrEqual(bytes);
  });

  it('everything but debug, diagnostics and testing', () => {
    expect(gzipped(`export * from '@lockwise/runtime'`)).toBeLessThanOrEqual(12_900);
  });

  it('nothing, when nothing is imported', () => {
    expect(gzipped(`import '@lockwise/runtime'`)).toBeLessThan(30);
  });
});
