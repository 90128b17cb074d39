import { describe, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'prefer-scoped-lock';

describe(RULE, () => {
  describe('reports', () => {
    it('a release in finally, by hand', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
const mutex = new Mutex();
export async function f() {
  const release = await mutex.acquire(); // reports: released by hand
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
    it('a release that goes to the caller', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export async function f() {
  const release = await mutex.acquire();
  return release;
}`,
      );
    });
  });

  describe('fixes', () => {
    it('the body becomes a callback', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
const mutex = new Mutex();
export async function f(): Promise<number> {
  const release = await mutex.acquire();
  try {
    return await work();
  } finally {
    release();
  }
}
`,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
const mutex = new Mutex();
export async function f(): Promise<number> {
  return await mutex.runExclusive(async () => {
    return await work();
  });
}
`,
        { tier: 'safe' },
      );
    });

    it('is refused when a break would have to cross the callback', () => {
      expectRefusal(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(n: number): Promise<boolean>;
const mutex = new Mutex();
export async function f(list: number[]) {
  for (const n of list) {
    const release = await mutex.acquire();
    try {
      if (await work(n)) break;
    } finally {
      release();
    }
  }
}`,
        '`break` would have to cross a function',
      );
    });

    it('is refused when what is known of a variable would be lost', () => {
      expectRefusal(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(text: string): Promise<void>;
const mutex = new Mutex();
export async function f(given?: string) {
  let text = given;
  if (text === undefined) text = 'none';
  const release = await mutex.acquire();
  try {
    await work(text);
  } finally {
    release();
  }
}`,
        'what is known of `text` would be lost',
      );
    });
  });
});
