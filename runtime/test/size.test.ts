import { describe, expect, it } from 'vitest';
import { gzipped } from './bundle.js';

/**
 * Bytes, minified and compressed, that an import of these names may add to a user's bundle: what they are now and a
 * little, so that growth is a decision. The goals, 900 for the mutex and 4,500 for all, are not reached.
 */
const budgets: [names: string, bytes: number][] = [
  ['AsyncMutex', 2140],
  ['AsyncRwLock', 2270],
  ['KeyedMutex', 2450],
  ['Semaphore', 2020],
  ['acquireAll', 3160],
  ['quickRead', 1110],
  ['conditionalUpdate', 430],
  ['withTimeout', 1190],
  ['BatchProcessor', 2390],
  ['AtomicCounter', 2320],
  ['AtomicFlag', 2490],
  ['OptionalArc', 2010],
  ['retryWithBackoff', 2390],
  ['concurrentMap', 1480],
];

describe('what an import adds to a bundle, minified and compressed', () => {
  it.each(budgets)('%s', (names, bytes) => {
    expect(gzipped(`export { ${names} } from '@lockwise/runtime'`)).toBeLessThanOrEqual(bytes);
  });

  it('everything but debug, diagnostics and testing', () => {
    expect(gzipped(`export * from '@lockwise/runtime'`)).toBeLessThanOrEqual(9_990);
  });

  it('nothing, when nothing is imported', () => {
    expect(gzipped(`import '@lockwise/runtime'`)).toBeLessThan(30);
  });
});
