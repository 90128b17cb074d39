import { describe, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectReportsInStrict, expectSilent } from '../check-rule.js';

const RULE = 'acquire-before-try';
const MUTEX = `import { Mutex } from 'async-mutex';\nconst mutex = new Mutex();\ndeclare function work(): Promise<void>;\n`;

const inTry = (declaration: string, request: string) => `import { Mutex, withTimeout } from 'async-mutex';
import AwaitLock from 'await-lock';
declare function work(): Promise<void>;
${declaration}
export async function f() {
  try {
    await ${request}; // reports
    await work();
  } finally {
    lock.release();
  }
}`;

describe(RULE, () => {
  describe('reports in both presets a request that may fail', () => {
    const failing: Readonly<Record<string, readonly [declaration: string, request: string]>> = {
      'for its bound': ['const lock = new AwaitLock();', 'lock.acquireAsync({ timeout: 500 })'],
      'for the bound of its lock': ['const lock = withTimeout(new Mutex(), 500);', 'lock.acquire()'],
      'because somebody cancels its waiters': [
        'const lock = new Mutex(); export const stop = () => lock.cancel();',
        'lock.acquire()',
      ],
    };
    for (const [name, [declaration, request]] of Object.entries(failing))
      it(name, () => {
        expectReports(RULE, inTry(declaration, request), 'recommended');
      });
  });

  describe('reports in the strict preset alone a request of which no way to fail is known', () => {
    it('of await-lock', () => {
      expectReportsInStrict(RULE, inTry('const lock = new AwaitLock();', 'lock.acquireAsync()'));
    });
    it('of async-mutex', () => {
      expectReportsInStrict(RULE, inTry('const lock = new Mutex();', 'lock.acquire()'));
    });
  });

  it('reports in the strict preset alone a lock of the project that refuses nobody', () => {
    const own = (refusal: string) => `class Lock {
  private turn?: { promise: Promise<void>; open: () => void };
  async acquire(): Promise<void> {
    ${refusal}while (this.turn) await this.turn.promise;
    let open!: () => void;
    const promise = new Promise<void>((resolve) => { open = resolve; });
    this.turn = { promise, open };
  }
  release(): void { this.turn?.open(); this.turn = undefined; }
}
const lock = new Lock();
declare function work(): Promise<void>;
export async function f() {
  try {
    await lock.acquire(); // reports
    await work();
  } finally {
    lock.release();
  }
}`;
    expectReportsInStrict(RULE, own(''));
    expectReports(RULE, own("if (this.turn) throw new Error('busy'); "), 'recommended');
  });

  describe('reports', () => {
    it('an acquire inside the try whose finally releases', () => {
      expectReports(
        RULE,
        `${MUTEX}async function f() {
  try {
    await mutex.acquire(); // reports: taken inside the \`try\` that releases it
    await work();
  } finally {
    mutex.release();
  }
}`,
      );
    });

    it('a releaser that the finally calls though it may never have come', () => {
      expectReports(
        RULE,
        `${MUTEX}async function f() {
  let release: any;
  try {
    release = await mutex.acquire(); // reports
    await work();
  } finally {
    release();
  }
}`,
      );
    });
  });

  describe('allows', () => {
    it('a lock of the project whose request cannot fail', () => {
      const text = inTry(
        `class Lock {
  private waiters: (() => void)[] = [];
  private taken = false;
  async acquire(): Promise<void> { while (this.taken) await new Promise<void>((resolve) => this.waiters.push(resolve)); this.taken = true; }
  release(): void { this.taken = false; this.waiters.shift()?.(); }
}
const lock = new Lock();`,
        'lock.acquire()',
      );
      expectSilent(RULE, text);
    });

    it('an acquire before the try', () => {
      expectSilent(
        RULE,
        `${MUTEX}async function f() {\n  await mutex.acquire();\n  try { await work(); } finally { mutex.release(); }\n}`,
      );
    });

    it('a releaser that is called only if it came', () => {
      expectSilent(
        RULE,
        `${MUTEX}async function f() {
  let release: (() => void) | undefined;
  try {
    release = await mutex.acquire();
    await work();
  } finally {
    release?.();
  }
}`,
      );
    });
  });

  describe('fixes', () => {
    it('moves the first statement above the try', () => {
      expectFix(
        RULE,
        `${MUTEX}async function f() {
  try {
    await mutex.acquire();
    await work();
  } finally {
    mutex.release();
  }
}
`,
        `${MUTEX}async function f() {
  await mutex.acquire();
  try {
    await work();
  } finally {
    mutex.release();
  }
}
`,
        { tier: 'safe' },
      );
    });

    it('is unsafe where a failed request used to be caught', () => {
      expectFix(
        RULE,
        `${MUTEX}async function f() {
  try {
    await mutex.acquire();
    await work();
  } catch {
    console.log('failed');
  } finally {
    mutex.release();
  }
}
`,
        `${MUTEX}async function f() {
  await mutex.acquire();
  try {
    await work();
  } catch {
    console.log('failed');
  } finally {
    mutex.release();
  }
}
`,
        { tier: 'unsafe', reason: 'a failed request is no longer caught here' },
      );
    });

    it('refuses where other statements come first', () => {
      expectRefusal(
        RULE,
        `${MUTEX}async function f() {\n  try {\n    await work();\n    await mutex.acquire();\n  } finally {\n    mutex.release();\n  }\n}`,
        'other statements come before the acquire',
      );
    });
  });
});
