import { describe, it } from 'vitest';
import { expectFix, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-lock-callback-mode';

describe(RULE, () => {
  describe('reports', () => {
    it('a parameter that nobody calls', () => {
      expectReports(
        RULE,
        `import AsyncLock from 'async-lock';
const lock = new AsyncLock();
declare function work(): Promise<void>;
export const f = () => lock.acquire('key', async (done) => { await work(); }); // reports: callback mode`,
      );
    });
  });
  describe('allows', () => {
    it('a callback without parameters, and one that calls done', () => {
      expectSilent(
        RULE,
        `import AsyncLock from 'async-lock';
const lock = new AsyncLock();
declare function work(): Promise<void>;
export const f = () => lock.acquire('key', async () => { await work(); });
export const g = () => lock.acquire('key', (done) => { work().then(() => done(), done); });`,
      );
    });
  });
  describe('fixes', () => {
    it('drops the parameter', () => {
      expectFix(
        RULE,
        `import AsyncLock from 'async-lock';
const lock = new AsyncLock();
declare function work(): Promise<void>;
export const f = () => lock.acquire('key', async (done) => { await work(); });
`,
        `import AsyncLock from 'async-lock';
const lock = new AsyncLock();
declare function work(): Promise<void>;
export const f = () => lock.acquire('key', async () => { await work(); });
`,
        { tier: 'safe' },
      );
    });

    it('drops a bare one', () => {
      expectFix(
        RULE,
        `import AsyncLock from 'async-lock';
const lock = new AsyncLock();
declare function work(): Promise<void>;
export const f = () => lock.acquire('key', done => work());
`,
        `import AsyncLock from 'async-lock';
const lock = new AsyncLock();
declare function work(): Promise<void>;
export const f = () => lock.acquire('key', () => work());
`,
        { tier: 'safe' },
      );
    });
  });
});
