import { describe, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'prefer-retry-with-backoff';

describe(RULE, () => {
  describe('reports', () => {
    it('a loop that tries, catches and waits', () => {
      expectReports(
        RULE,
        `declare function send(): Promise<void>;
export async function f() {
  for (let attempt = 1; ; attempt++) { // reports: retries by hand
    try {
      return await send();
    } catch (error) {
      if (attempt >= 5) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}`,
      );
    });
  });

  describe('allows', () => {
    it('polling, which waits in any case', () => {
      expectSilent(
        RULE,
        `declare function isDone(): Promise<boolean>;
export async function f() {
  while (!(await isDone())) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}`,
      );
    });
  });

  describe('fixes', () => {
    it('carries over attempts, delay, growth and cap', () => {
      expectFix(
        RULE,
        `declare function send(message: string): Promise<void>;
export async function deliver(message: string): Promise<void> {
  let delay = 100;
  for (let attempt = 1; ; attempt++) {
    try {
      await send(message);
      return;
    } catch (error) {
      if (attempt >= 5) throw error;
      await new Promise((resolve) => setTimeout(resolve, delay));
      delay = Math.min(delay * 2, 5000);
    }
  }
}
`,
        `import { retryWithBackoff } from '@lockwise/runtime';

declare function send(message: string): Promise<void>;
export async function deliver(message: string): Promise<void> {
  await retryWithBackoff(() => send(message), {
    maxAttempts: 5,
    initialDelay: 100,
    factor: 2,
    maxDelay: 5000,
    jitter: 'none',
  });
}
`,
        { tier: 'unsafe', reason: 'the figures are carried over' },
      );
    });

    it('is refused when the loop does more', () => {
      expectRefusal(
        RULE,
        `declare function send(): Promise<void>;
export async function f() {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (attempt >= 5) throw error;
      console.error(error);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}`,
        'the loop does more than to try, to count and to wait',
      );
    });
  });
});
