import { describe, it } from 'vitest';
import { expectFix, expectReports, expectSilent } from '../check-rule.js';

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
  describe('an object as the map', () => {
    const models = (release: string) => `import { Mutex } from 'async-mutex';
class Models {
  private static mutexes: any = {};
  static mutexOf(id: string) {
    if (!id) return { acquire: () => null, isLocked: () => false };
    let mutex = Models.mutexes[id];
    if (mutex) return mutex;
    mutex = new Mutex();
    Models.mutexes[id] = mutex;
    return mutex;
  }
  static async save(id: string) {
    const release = await this.mutexOf(id).acquire();
    try { await fetch('/models/' + id); } finally { this.release(id, release); }
  }
  static release(id: string, release: () => void) {
    ${release}
    release();
  }
}
export const save = (id: string) => Models.save(id);`;

    it('reports an entry that is deleted', () => {
      expectReports(RULE, models('delete Models.mutexes[id]; // reports: takes a lock out of `Models.mutexes`'));
    });

    it('allows one that is asked whether it is free, and objects of other things', () => {
      expectSilent(RULE, models('if (!Models.mutexes[id].isLocked()) delete Models.mutexes[id];'));
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
const names: any = {};
export const name = (id: string) => mutex.runExclusive(async () => { names[id] = await fetch('/' + id); });
export const forget = (id: string) => { delete names[id]; };`,
      );
    });
  });
  describe('allows', () => {
    it('a test that begins anew', () => {
      const text = `import { Mutex } from 'async-mutex';
const locks = new Map<string, Mutex>();
export function lockOf(key: string) {
  let lock = locks.get(key);
  if (!lock) locks.set(key, (lock = new Mutex()));
  return lock;
}
export function reset() {
  locks.clear();
}`;
      expectSilent(RULE, { 'src/locks.test.ts': text });
      expectReports(RULE, { 'src/locks.ts': text.replace('clear();', 'clear(); // reports') });
    });

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

  describe('fixes', () => {
    it('the map, the function that gives its locks, and every use', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';
const locks = new Map<string, Mutex>();
function lockOf(key: string) {
  let lock = locks.get(key);
  if (!lock) locks.set(key, (lock = new Mutex()));
  return lock;
}
export async function save(key: string) {
  await lockOf(key).runExclusive(async () => 1);
  locks.delete(key);
}
export async function load(key: string) {
  const lock = lockOf(key);
  return await lock.runExclusive(async () => {
    return 2;
  });
}`,
        `import { KeyedMutex } from '@lockwise/runtime';
const locks = new KeyedMutex<string>();
export async function save(key: string) {
  await locks.withLock(key, async () => 1);
}
export async function load(key: string) {
  return await locks.withLock(key, async () => {
    return 2;
  });
}`,
        { tier: 'unsafe', reason: 'tasks of one key now always wait for each other' },
      );
    });

    it('a field whose locks are looked up where they are taken', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
export class Store {
  private readonly locks: Map<string, Mutex> = new Map();
  async save(key: string) {
    let lock = this.locks.get(key);
    if (!lock) {
      lock = new Mutex();
      this.locks.set(key, lock);
    }
    try {
      await lock.runExclusive(async () => {
        await work();
      });
    } finally {
      this.locks.delete(key);
    }
  }
  async load(id: string) {
    if (!this.locks.has(id)) this.locks.set(id, new Mutex());
    await this.locks.get(id)!.runExclusive(() => work());
  }
  async drop(id: string) {
    const lock = this.locks.get(id) ?? new Mutex();
    this.locks.set(id, lock);
    await lock.runExclusive(() => work());
    if (!lock.isLocked()) this.locks.delete(id);
  }
}`,
        `import { KeyedMutex } from '@lockwise/runtime';
declare function work(): Promise<void>;
export class Store {
  private readonly locks: KeyedMutex<string> = new KeyedMutex<string>();
  async save(key: string) {
    await this.locks.withLock(key, async () => {
      await work();
    });
  }
  async load(id: string) {
    await this.locks.withLock(id, () => work());
  }
  async drop(id: string) {
    await this.locks.withLock(id, () => work());
  }
}`,
        { tier: 'unsafe' },
      );
    });
  });
});
