import { describe, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'require-await-acquire';
const MUTEX = `import { Mutex } from 'async-mutex';\nconst mutex = new Mutex();\ndeclare function work(): Promise<void>;\n`;

describe(RULE, () => {
  describe('reports', () => {
    it('a promise that is thrown away', () => {
      expectReports(
        RULE,
        `${MUTEX}async function f() {\n  mutex.acquire(); // reports: is not awaited\n  await work();\n  mutex.release();\n}`,
      );
    });

    it('a promise that is tested as if it were the answer', () => {
      expectReports(
        RULE,
        `${MUTEX}async function f() {\n  if (mutex.acquire()) await work(); // reports\n  mutex.release();\n}`,
      );
    });

    it('a lock that was made before a suspension', () => {
      expectReports(
        RULE,
        `import { AsyncQueue } from '@sapphire/async-queue';
declare function work(): Promise<void>;
export class Handler {
  private limited = new AsyncQueue();
  async limit() {
    this.limited = new AsyncQueue();
    await work();
    void this.limited.wait(); // reports
    this.limited.shift();
  }
}`,
      );
    });

    it('a promise that is called as if it were the releaser', () => {
      expectReports(
        RULE,
        `${MUTEX}async function f() {\n  const release: any = mutex.acquire(); // reports\n  await work();\n  release();\n}`,
      );
    });
  });

  describe('allows', () => {
    it('a test, which leaves the lock taken on purpose', () => {
      expectSilent(RULE, {
        'src/lock.test.ts': `${MUTEX}export async function f() { mutex.acquire(); await work(); }`,
      });
    });

    it('a chain, a promise that is awaited later, and one that is returned', () => {
      expectSilent(
        RULE,
        `${MUTEX}export function chain() {
  void mutex.acquire().then(async (release) => {
    try { await work(); } finally { release(); }
  });
}
export async function later() {
  const request = mutex.acquire();
  await work();
  (await request)();
}
export const given = () => mutex.acquire();
export const barrier = async () => (await mutex.acquire())();`,
      );
    });

    it('a lock that was just made, and is free', () => {
      expectSilent(
        RULE,
        `import { AsyncQueue } from '@sapphire/async-queue';
declare function work(): Promise<void>;
export class Handler {
  private limited: AsyncQueue | undefined;
  async limit() {
    this.limited = new AsyncQueue();
    void this.limited.wait();
    await work();
    this.limited.shift();
  }
}`,
      );
    });

    it('a lock that is taken synchronously', () => {
      expectSilent(
        RULE,
        `class SpinLock {\n  held = false;\n  acquire() { this.held = true; }\n  release() { this.held = false; }\n}\nconst lock = new SpinLock();\nexport function f() {\n  lock.acquire();\n  lock.release();\n}`,
      );
    });
  });

  describe('fixes', () => {
    it('adds await', () => {
      expectFix(
        RULE,
        `${MUTEX}async function f() {\n  mutex.acquire();\n  try { await work(); } finally { mutex.release(); }\n}\n`,
        `${MUTEX}async function f() {\n  await mutex.acquire();\n  try { await work(); } finally { mutex.release(); }\n}\n`,
        { tier: 'unsafe', reason: 'now waits for the lock' },
      );
    });

    it('refuses where the function is not async', () => {
      expectRefusal(
        RULE,
        `${MUTEX}function f() {\n  mutex.acquire();\n  work();\n  mutex.release();\n}`,
        'the function around it is not `async`',
      );
    });
  });
});
