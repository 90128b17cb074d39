import { describe, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'prefer-try-acquire';

describe(RULE, () => {
  describe('reports', () => {
    it('a question, and then a request', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
const mutex = new Mutex();
export async function f() {
  if (mutex.isLocked()) return; // reports: Try to take it
  await mutex.runExclusive(() => work());
}`,
      );
    });
  });

  it('reports a question by a property', () => {
    expectReports(
      RULE,
      `import { Mutex } from 'es-toolkit';
declare function work(): Promise<void>;
const mutex = new Mutex();
export async function f() {
  if (mutex.isLocked) return; // reports: Try to take it
  await mutex.acquire();
  try {
    await work();
  } finally {
    mutex.release();
  }
}`,
    );
  });

  describe('allows', () => {
    it('a question alone', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export const busy = () => mutex.isLocked();
export async function f(work: () => Promise<void>) {
  await mutex.runExclusive(() => work());
}`,
      );
    });
  });

  describe('fixes', () => {
    it('leaves out a wait before the request, which waits by itself', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
const mutex = new Mutex();
export async function f(): Promise<void> {
  await mutex.waitForUnlock();
  await mutex.runExclusive(() => work());
}
`,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
const mutex = new Mutex();
export async function f(): Promise<void> {
  await mutex.runExclusive(() => work());
}
`,
        { tier: 'unsafe', reason: 'its place in the queue earlier' },
      );
    });

    it('is refused where the library can say no only by an exception', () => {
      expectRefusal(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
const mutex = new Mutex();
export async function f() {
  if (mutex.isLocked()) return;
  await mutex.runExclusive(() => work());
}`,
        'no try that says no without an exception',
      );
    });
  });
});
