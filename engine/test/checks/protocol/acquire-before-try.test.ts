import { describe, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'acquire-before-try';
const MUTEX = `import { Mutex } from 'async-mutex';\nconst mutex = new Mutex();\ndeclare function work(): Promise<void>;\n`;

describe(RULE, () => {
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
