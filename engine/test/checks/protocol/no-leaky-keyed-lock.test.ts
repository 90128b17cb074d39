import { describe, it } from 'vitest';
import { expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-leaky-keyed-lock';

describe(RULE, () => {
  describe('reports', () => {
    it('an entry deleted when its own section ends, though others wait', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
const locks = new Map<string, Mutex>();
const users = new Map<string, number>();
function lockOf(key: string) {
  let lock = locks.get(key);
  if (!lock) locks.set(key, (lock = new Mutex()));
  return lock;
}
export async function save(key: string) {
  await lockOf(key).runExclusive(async () => 1);
  locks.delete(key); // reports: takes a lock out of \`locks\`
}`,
      );
    });

    it('a map emptied at shutdown', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
const locks = new Map<string, Mutex>();
const users = new Map<string, number>();
function lockOf(key: string) {
  let lock = locks.get(key);
  if (!lock) locks.set(key, (lock = new Mutex()));
  return lock;
}
export function close() {
  locks.clear(); // reports: takes locks out of \`locks\`
}`,
      );
    });
  });
  describe('allows', () => {
    it('a lock that is asked whether it is free', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
const locks = new Map<string, Mutex>();
const users = new Map<string, number>();
function lockOf(key: string) {
  let lock = locks.get(key);
  if (!lock) locks.set(key, (lock = new Mutex()));
  return lock;
}
export async function save(key: string) {
  const lock = lockOf(key);
  await lock.runExclusive(async () => 1);
  if (!lock.isLocked()) locks.delete(key);
}
export function close() {
  locks.forEach((lock, key) => {
    if (!lock.isLocked()) locks.delete(key);
  });
}`,
      );
    });

    it('a count of users that is down to nothing', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
const locks = new Map<string, Mutex>();
const users = new Map<string, number>();
function lockOf(key: string) {
  let lock = locks.get(key);
  if (!lock) locks.set(key, (lock = new Mutex()));
  return lock;
}
export async function save(key: string) {
  users.set(key, (users.get(key) ?? 0) + 1);
  await lockOf(key).runExclusive(async () => 1);
  const count = users.get(key)! - 1;
  users.set(key, count);
  if (count === 0) locks.delete(key);
}`,
      );
    });

    it('a map of other things', () => {
      expectSilent(
        RULE,
        `const cache = new Map<string, number>();
export const forget = (key: string) => cache.delete(key);`,
      );
    });
  });
});
