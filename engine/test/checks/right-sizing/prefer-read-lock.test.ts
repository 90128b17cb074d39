import { describe, it } from 'vitest';
import { expectFix, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'prefer-read-lock';

describe(RULE, () => {
  describe('reports', () => {
    it('a write access that only reads', () => {
      expectReports(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
const names = new AsyncRwLock(new Map<string, string>());
export async function look(name: string) {
  return await names.withWrite((guard) => guard.value.get(name)); // reports: the section writes nothing
}`,
      );
    });
  });

  describe('allows', () => {
    it('a section that writes, also inside of the value', () => {
      expectSilent(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
const names = new AsyncRwLock(new Map<string, string>());
export async function put(name: string) {
  await names.withWrite((guard) => {
    guard.value.set(name, name);
  });
}`,
      );
    });

    it('a section that hands the value to code that may write it', () => {
      expectSilent(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
declare function visit(names: Map<string, string>): void;
const names = new AsyncRwLock(new Map<string, string>());
export async function all() {
  await names.withWrite((guard) => {
    visit(guard.value);
  });
}`,
      );
    });
  });

  describe('fixes', () => {
    it('the guard of a write access becomes the value of a read access', () => {
      expectFix(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
const names = new AsyncRwLock(new Map<string, string>());
export async function look(name: string): Promise<string | undefined> {
  return await names.withWrite((guard) => guard.value.get(name));
}
`,
        `import { AsyncRwLock } from '@lockwise/runtime';
const names = new AsyncRwLock(new Map<string, string>());
export async function look(name: string): Promise<string | undefined> {
  return await names.withRead((guard) => guard.get(name));
}
`,
        { tier: 'safe' },
      );
    });

    it('is unsafe for a lock that others can take', () => {
      expectFix(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
export const names = new AsyncRwLock(new Map<string, string>());
export async function look(name: string): Promise<string | undefined> {
  const guard = await names.write();
  try {
    return guard.value.get(name);
  } finally {
    guard.release();
  }
}
`,
        `import { AsyncRwLock } from '@lockwise/runtime';
export const names = new AsyncRwLock(new Map<string, string>());
export async function look(name: string): Promise<string | undefined> {
  const guard = await names.read();
  try {
    return guard.value.get(name);
  } finally {
    guard.release();
  }
}
`,
        { tier: 'unsafe', reason: '`names` is not private' },
      );
    });
  });
});
