import { describe, it } from 'vitest';
import { expectFix, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-nested-limiter';

describe(RULE, () => {
  describe('reports', () => {
    it('a task that waits for a task of its own limiter', () => {
      expectReports(
        RULE,
        `import { Semaphore } from 'async-mutex';
import pLimit from 'p-limit';
const slots = new Semaphore(3);
const limit = pLimit(2);
const other = pLimit(2);
declare function work(): Promise<void>;
export const all = () => limit(async () => {
  await limit(() => work()); // reports: when all 2 places are taken
});`,
      );
    });

    it('through a function, for a semaphore', () => {
      expectReports(
        RULE,
        `import { Semaphore } from 'async-mutex';
import pLimit from 'p-limit';
const slots = new Semaphore(3);
const limit = pLimit(2);
const other = pLimit(2);
declare function work(): Promise<void>;
const inner = () => slots.runExclusive(() => work());
export const outer = () => slots.runExclusive(async () => {
  await inner(); // reports
});`,
      );
    });
  });
  describe('allows', () => {
    it('another limiter, a task that is only started, and a lock for one', () => {
      expectSilent(
        RULE,
        `import { Semaphore } from 'async-mutex';
import pLimit from 'p-limit';
const slots = new Semaphore(3);
const limit = pLimit(2);
const other = pLimit(2);
declare function work(): Promise<void>;
import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export const two = () => limit(() => other(() => work()));
export const started = () => limit(async () => { void limit(() => work()); });
export const one = () => mutex.runExclusive(() => mutex.runExclusive(() => work()));`,
      );
    });
  });
  describe('fixes', () => {
    it('runs the inner work without the limiter', () => {
      expectFix(
        RULE,
        `import { Semaphore } from 'async-mutex';
import pLimit from 'p-limit';
const slots = new Semaphore(3);
const limit = pLimit(2);
const other = pLimit(2);
declare function work(): Promise<void>;
export const all = () => limit(async () => {
  await limit(() => work());
});
`,
        `import { Semaphore } from 'async-mutex';
import pLimit from 'p-limit';
const slots = new Semaphore(3);
const limit = pLimit(2);
const other = pLimit(2);
declare function work(): Promise<void>;
export const all = () => limit(async () => {
  await work();
});
`,
        { tier: 'unsafe', reason: 'now goes on' },
      );
    });
  });
});
