import { describe, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'prefer-with-timeout';

describe(RULE, () => {
  describe('reports', () => {
    it('a race against a timer that nobody clears', () => {
      expectReports(
        RULE,
        `declare function load(): Promise<string>;
export async function f() {
  return await Promise.race([load(), new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 100))]); // reports: never cleared
}`,
      );
    });
  });

  describe('allows', () => {
    it('a timer that is cleared', () => {
      expectSilent(
        RULE,
        `declare function load(): Promise<string>;
export async function f() {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await Promise.race([
      load(),
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('late')), 100);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}`,
      );
    });
  });

  describe('fixes', () => {
    it('with the same time and message', () => {
      expectFix(
        RULE,
        `declare function load(): Promise<string>;
export async function f(): Promise<string> {
  return await Promise.race([load(), new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 100))]);
}
`,
        `import { withTimeout } from '@lockwise/runtime';

declare function load(): Promise<string>;
export async function f(): Promise<string> {
  return await withTimeout(() => load(), 100, { message: 'late' });
}
`,
        { tier: 'unsafe', reason: 'the error is a `TimeoutError`' },
      );
    });

    it('is refused for an error of its own class', () => {
      expectRefusal(
        RULE,
        `declare function load(): Promise<string>;
class Late extends Error {}
export async function f() {
  return await Promise.race([load(), new Promise<never>((_, reject) => setTimeout(() => reject(new Late()), 100))]);
}`,
        'an error of its own class',
      );
    });
  });
});
