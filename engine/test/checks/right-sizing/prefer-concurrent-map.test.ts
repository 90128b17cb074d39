import { describe, it } from 'vitest';
import { expectFix, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'prefer-concurrent-map';

describe(RULE, () => {
  describe('reports', () => {
    it('a request for every item of a list, all at once', () => {
      expectReports(
        RULE,
        `export async function load(urls: string[]) {
  return await Promise.all(urls.map(async (url) => (await fetch(url)).text())); // reports: for every item at once
}`,
      );
    });
  });

  describe('allows', () => {
    it('a list that is written out, and work that does not go outside', () => {
      expectSilent(
        RULE,
        `declare function settle(n: number): Promise<number>;
export async function load(numbers: number[]) {
  await Promise.all([fetch('a'), fetch('b')]);
  return await Promise.all(numbers.map(async (n) => settle(n)));
}`,
      );
    });

    it('items that may come one after the other under a lock of which nothing but the name is known', () => {
      expectSilent(
        RULE,
        `export async function load(urls: string[], gate: { runExclusive<T>(work: () => Promise<T>): Promise<T> }) {
  return await Promise.all(urls.map((url) => gate.runExclusive(async () => (await fetch(url)).text())));
}`,
      );
    });
  });

  describe('fixes', () => {
    it('with a bound, the order kept', () => {
      expectFix(
        RULE,
        `export async function load(urls: string[]): Promise<Response[]> {
  return await Promise.all(urls.map((url) => fetch(url)));
}
`,
        `import { concurrentMap } from '@lockwise/runtime';

export async function load(urls: string[]): Promise<Response[]> {
  return await concurrentMap(urls, (url) => fetch(url), { concurrency: 8 });
}
`,
        { tier: 'unsafe', reason: 'the bound of 8 is a guess' },
      );
    });
  });
});
