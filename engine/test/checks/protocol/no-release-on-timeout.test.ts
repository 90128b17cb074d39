import { describe, it } from 'vitest';
import { expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-release-on-timeout';

describe(RULE, () => {
  describe('reports', () => {
    it('a bound on the run of the body', () => {
      expectReports(
        RULE,
        `import AsyncLock from 'async-lock';
const lock = new AsyncLock({ maxExecutionTime: 5000 }); // reports: frees the lock when the time is up
export const f = () => lock.acquire('key', () => 1);`,
      );
    });

    it('a queue of one whose tasks are given up', () => {
      expectReports(
        RULE,
        `import PQueue from 'p-queue';
const queue = new PQueue({ concurrency: 1, timeout: 60_000 }); // reports: frees the lock when the time is up
declare function work(): Promise<void>;
export const f = () => queue.add(() => work());`,
      );
    });

    it('a timer that calls the releaser', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
declare function work(): Promise<void>;
export async function f() {
  const release = await mutex.acquire();
  setTimeout(release, 5000); // reports: a timer calls \`release\`
  try {
    await work();
  } finally {
    release();
  }
}`,
      );
    });
  });
  describe('allows', () => {
    it('a limiter with room for several', () => {
      expectSilent(
        RULE,
        `import PQueue from 'p-queue';
const queue = new PQueue({ concurrency: 20, timeout: 60_000 });
declare function work(): Promise<void>;
export const f = () => queue.add(() => work());`,
      );
    });

    it('a bound on the wait', () => {
      expectSilent(
        RULE,
        `import AsyncLock from 'async-lock';
const lock = new AsyncLock({ timeout: 5000 });
export const f = () => lock.acquire('key', () => 1);`,
      );
    });

    it('a section that is the pause itself', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
declare function work(): Promise<void>;
export async function f() {
  const release = await mutex.acquire();
  setTimeout(release, 5000);
}`,
      );
    });
  });
});
