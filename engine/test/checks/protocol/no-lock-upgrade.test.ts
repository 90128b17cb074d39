import { describe, it } from 'vitest';
import { expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-lock-upgrade';

describe(RULE, () => {
  describe('reports', () => {
    it('a write that is waited for inside a read', () => {
      expectReports(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
const table = new AsyncRwLock(0);
declare function work(): Promise<void>;
export const touch = () => table.withRead(async () => {
  await table.withWrite(() => work()); // reports: waits to write under \`table\`
});`,
      );
    });

    it('through a function', () => {
      expectReports(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
const table = new AsyncRwLock(0);
declare function work(): Promise<void>;
async function store() {
  await table.withWrite(() => work());
}
export async function touch() {
  await table.withRead(async () => {
    await store(); // reports
  });
}`,
      );
    });
  });
  describe('allows', () => {
    it('a write after the read, and a read inside a write', () => {
      expectSilent(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
const table = new AsyncRwLock(0);
declare function work(): Promise<void>;
export async function touch() {
  await table.withRead(() => work());
  await table.withWrite(() => work());
}`,
      );
    });
  });
  describe('fixes', () => {
    it('says that a person must choose', () => {
      expectRefusal(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
const table = new AsyncRwLock(0);
declare function work(): Promise<void>;
export const touch = () => table.withRead(async () => {
  await table.withWrite(() => work());
});`,
        'for a person to say',
      );
    });
  });
});
