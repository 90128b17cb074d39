import { describe, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectReportsInStrict, expectSilent } from '../check-rule.js';

const RULE = 'no-await-before-release';
const MUTEX = `import { Mutex } from 'async-mutex';\nconst mutex = new Mutex();\ndeclare function work(): Promise<void>;\n`;

describe(RULE, () => {
  describe('reports', () => {
    it('an await before the release in finally', () => {
      expectReports(
        RULE,
        `${MUTEX}async function f() {
  const release = await mutex.acquire();
  try {
    await work();
  } finally {
    await work(); // reports: stands before the release of \`mutex\`
    release();
  }
}`,
      );
    });
  });

  describe('reports in the strict preset alone', () => {
    it('a call of which nothing is known', () => {
      expectReportsInStrict(
        RULE,
        `${MUTEX}declare function publish(event: string): void;
export async function f() {
  const release = await mutex.acquire();
  try {
    await work();
  } finally {
    publish('done'); // reports
    release();
  }
}`,
      );
    });
  });

  describe('allows', () => {
    it('a test', () => {
      const text = `${MUTEX}export async function f() {
  const release = await mutex.acquire();
  try {
    await work();
  } finally {
    await work();
    release();
  }
}`;
      expectSilent(RULE, { 'src/pool.test.ts': text });
    });

    it('a release that comes first, and logging before it', () => {
      expectSilent(
        RULE,
        `${MUTEX}async function f() {
  const release = await mutex.acquire();
  try {
    await work();
  } finally {
    console.log('done');
    release();
    await work();
  }
}`,
      );
    });
  });

  describe('fixes', () => {
    it('gives the release a finally of its own', () => {
      expectFix(
        RULE,
        `${MUTEX}async function f() {
  const release = await mutex.acquire();
  try {
    await work();
  } finally {
    await work();
    release();
  }
}
`,
        `${MUTEX}async function f() {
  const release = await mutex.acquire();
  try {
    await work();
  } finally {
    try {
      await work();
    } finally {
      release();
    }
  }
}
`,
        { tier: 'safe' },
      );
    });

    it('refuses where a variable is declared before the release', () => {
      expectRefusal(
        RULE,
        `${MUTEX}async function f() {\n  const release = await mutex.acquire();\n  try {\n    await work();\n  } finally {\n    const rest = await work();\n    release();\n    console.log(rest);\n  }\n}`,
        'a variable is declared before the release',
      );
    });
  });
});
