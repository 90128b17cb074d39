import { describe, expect, it } from 'vitest';
import {
  findings,
  expectFix,
  expectRefusal,
  expectReports,
  expectReportsInStrict,
  expectSilent,
} from '../check-rule.js';

const RULE = 'require-release';
const MUTEX = `import { Mutex } from 'async-mutex';\ndeclare function work(): Promise<number>;\nconst mutex = new Mutex();\n`;

describe(RULE, () => {
  describe('reports', () => {
    it('an awaited call that may reject between acquire and release', () => {
      expectReports(
        RULE,
        `${MUTEX}async function f() {
  const release = await mutex.acquire(); // reports: stays locked if \`work()\` throws
  await work();
  release();
}`,
      );
    });

    it('an early return that keeps the lock', () => {
      expectReports(
        RULE,
        `${MUTEX}async function f(ready: boolean) {
  const release = await mutex.acquire(); // reports: stays locked after \`return;\`
  if (!ready) return;
  try {
    await work();
  } finally {
    release();
  }
}`,
      );
    });

    it('a release in catch alone', () => {
      expectReports(
        RULE,
        `${MUTEX}async function f() {
  const release = await mutex.acquire(); // reports: at the end of the function
  try {
    await work();
  } catch {
    release();
  }
}`,
      );
    });
  });

  describe('reports in the strict preset alone', () => {
    it('a call before the try of which nothing is known', () => {
      expectReportsInStrict(
        RULE,
        `${MUTEX}declare function normalise(text: string): string;
export async function f(text: string) {
  const release = await mutex.acquire(); // reports: if \`normalise(text)\` throws
  const path = normalise(text);
  try {
    return [path, await work()];
  } finally {
    release();
  }
}`,
      );
    });

    it('a path that leaves a handler only if the handler fails', () => {
      expectReportsInStrict(
        RULE,
        `${MUTEX}declare function dispatch(error: unknown): void;
export async function f() {
  const release = await mutex.acquire(); // reports
  try {
    await work();
  } catch (error) {
    dispatch(error);
  }
  release();
}`,
      );
    });
  });

  describe('a lock that is kept for the caller', () => {
    const session = (begin: string, more = '') => `${MUTEX}import AwaitLock from 'await-lock';
declare const db: { exec(sql: string): Promise<void>; close(): Promise<void> };
export class Session {
  private readonly lock = new AwaitLock();
  async begin() {
    ${begin}
  }
  async commit() {
    try { await db.exec('COMMIT'); } finally { this.lock.release(); }
  }${more}
}`;

    it('reports what throws before the caller has it', () => {
      expectReports(
        RULE,
        session(`await this.lock.acquireAsync(); // reports: Release it in a \`catch\`\n    await db.exec('BEGIN');`),
      );
    });

    it('allows a catch that gives it back, and an end at once', () => {
      expectSilent(
        RULE,
        session(`await this.lock.acquireAsync();
    try { await db.exec('BEGIN'); } catch (error) { this.lock.release(); throw error; }`),
      );
      expectSilent(RULE, session('await this.lock.acquireAsync();'));
    });

    it('allows it where a caller gives it back when it has failed', () => {
      expectSilent(
        RULE,
        session(
          `await this.lock.acquireAsync();\n    await db.exec('BEGIN');`,
          `
  async run(work: () => Promise<void>) {
    try { await this.begin(); await work(); } finally { await this.commit(); }
  }`,
        ),
      );
    });

    it('allows a function that never gives it back, nor does another', () => {
      expectSilent(
        RULE,
        `${MUTEX}import AwaitLock from 'await-lock';
declare const db: { exec(sql: string): Promise<void> };
export class Once {
  private readonly lock = new AwaitLock();
  async begin() {
    await this.lock.acquireAsync();
    await db.exec('BEGIN');
  }
}`,
      );
    });
  });

  describe('allows', () => {
    it('a test that throws: it has failed, and nobody waits after it', () => {
      const text = `import { Mutex } from 'async-mutex';
declare function expect(value: unknown): { toBe(other: unknown): void };
const mutex = new Mutex();
export async function locks() {
  const release = await mutex.acquire();
  expect(mutex.isLocked()).toBe(true);
  release();
}`;
      expectSilent(RULE, { 'test/lock.test.ts': text });
      expectReports(RULE, { 'src/lock.ts': text.replace('acquire();', 'acquire(); // reports') });
    });

    it('one of two limiters that is asked as if there might be none', () => {
      const text = `declare function work(): Promise<void>;
class Semaphore {
  constructor(readonly places: number) {}
  async acquire(): Promise<void> { await work(); }
  release(): void {}
}
export class Tasks {
  private readonly transfers = new Semaphore(2);
  private readonly rest = new Semaphore(10);
  async run(kind: string) {
    const semaphore = kind === 'file' ? this.transfers : this.rest;
    await semaphore?.acquire();
    try {
      if (kind === '') return;
      await work();
    } finally {
      semaphore?.release();
    }
  }
}`;
      expectSilent(RULE, text);
      const [before, after] = text.split('finally {\n      semaphore?.release();\n    }');
      expectReports(
        RULE,
        `${before!.replace('acquire();\n', 'acquire(); // reports\n')}catch {\n      semaphore?.release();\n    }${after}`,
      );
    });

    it('a test that never releases', () => {
      const text = `import { Mutex } from 'async-mutex';
declare function expect(value: unknown): { toBe(other: unknown): void };
const mutex = new Mutex();
export async function locks(free: boolean) {
  const release = await mutex.acquire();
  if (free) release();
}`;
      expectSilent(RULE, { 'test/lock.test.ts': text });
      expectReports(RULE, { 'src/lock.ts': text.replace('mutex.acquire();', 'mutex.acquire(); // reports') });
    });

    it('a callback that is told of a failure first, and then has no lock', () => {
      const text = `import ReadWriteLock from 'rwlock';
const locker = new ReadWriteLock();
export const take = (key: string) =>
  new Promise<() => void>((resolve, reject) => {
    locker.async.writeLock(key, (error, release) => {
      if (error) reject(error);
      else resolve(release);
    });
  });`;
      expectSilent(RULE, text);
      expectReports(
        RULE,
        text
          .replace('(error, release)', '(error, release) /* here */')
          .replace('else resolve(release)', 'else if (key) resolve(release)')
          .replace('=> {\n    locker', '=> {\n    locker')
          .replace('/* here */ => {', '=> { // reports'),
      );
    });

    it('a lock whose last holder gives it back', () => {
      expectSilent(
        RULE,
        `${MUTEX}export class Readers {
  private readers = 0;
  async read() {
    if (this.readers === 0) await mutex.acquire();
    this.readers++;
    try {
      return await work();
    } finally {
      this.readers--;
      if (this.readers === 0) mutex.release();
    }
  }
}`,
      );
    });

    it('a lock that stays closed while there is no room', () => {
      expectSilent(
        RULE,
        `${MUTEX}export class Sessions {
  private open = 0;
  constructor(private readonly most: number) {}
  async begin() {
    await mutex.acquire();
    if (this.open < this.most) mutex.release();
    await work();
    this.open++;
  }
}`,
      );
    });

    it('but not where a release of its own leaves the function', () => {
      expectReports(
        RULE,
        `${MUTEX}export class Room {
  private connected = false;
  async connect(url: string) {
    const release = await mutex.acquire(); // reports: if \`new URL(url)\` throws
    if (this.connected) { release(); return; }
    const at = new URL(url);
    release();
    return [at, await work()];
  }
}`,
        'recommended',
      );
    });

    it('what gave the lock, called again', () => {
      const text = `${MUTEX}function find() { if (Math.random() > 2) throw new Error('none'); return mutex; }
export async function f() {
  await find().acquire();
  find().isLocked();
  find().release();
  await work();
}`;
      expect(findings(RULE, text, 'recommended')).toEqual([]);
    });

    it('a half of a lock, which gives back what went wrong', () => {
      const text = (end: string) => `${MUTEX}export async function open() {
  await mutex.acquire();${end ? '' : ' // reports: at the end of the function'}
  try {
    await work();
  } catch (error) {
    mutex.release();
    throw error;
  }
}
${end}`;
      expectSilent(RULE, text('export function close() { mutex.release(); }'));
      expectReports(RULE, text(''));
    });

    it('try and finally', () => {
      expectSilent(
        RULE,
        `${MUTEX}async function f() {
  const release = await mutex.acquire();
  try {
    return await work();
  } finally {
    release();
  }
}`,
      );
    });

    it('a releaser that is returned', () => {
      expectSilent(
        RULE,
        `${MUTEX}async function f() {\n  const release = await mutex.acquire();\n  console.log('taken');\n  return release;\n}`,
      );
    });

    it('a releaser that the handlers of a promise have', () => {
      expectSilent(
        RULE,
        `${MUTEX}declare const socket: { onopen: () => void; onerror: () => void };
export async function f() {
  const release = await mutex.acquire();
  return new Promise<void>((resolve, reject) => {
    socket.onopen = () => { release(); resolve(); };
    socket.onerror = () => { release(); reject(new Error('closed')); };
  });
}`,
      );
    });

    it('a callback that runs under the lock', () => {
      expectSilent(RULE, `${MUTEX}export const f = () => mutex.runExclusive(() => work());`);
    });

    it('where a lock of the project is asked by a name of its own', () => {
      const text = (question: string) => `class Mutex {
  private locked = false;
  private readonly waiting: (() => void)[] = [];
  async acquire(): Promise<void> {
    if (!this.locked) { this.locked = true; return; }
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
  release(): void { const next = this.waiting.shift(); if (next) next(); else this.locked = false; }
  get isLocked(): boolean { return this.locked; }
}
class IndexLock {
  private static instance: IndexLock | null = null;
  static getInstance(): IndexLock {
    if (!IndexLock.instance) IndexLock.instance = new IndexLock();
    return IndexLock.instance;
  }
  private readonly mutex = new Mutex();
  get isIndexing(): boolean { return this.mutex.isLocked; }
  async acquire(): Promise<void> { if (this.mutex.isLocked) throw new Error('busy'); await this.mutex.acquire(); }
  release(): void { this.mutex.release(); }
}
export async function f(quick: boolean) {
  const lock = IndexLock.getInstance();
  await lock.acquire();${question === 'quick' ? ' // reports' : ''}
  try {
    await fetch('x');
    if (quick) return 'quick';
  } finally {
    if (${question}) lock.release();
  }
  return 'whole';
}`;
      expectSilent(RULE, text('lock.isIndexing'));
      expectReports(RULE, text('quick'));
    });

    it('two chains, one inside the other, neither of which fails', () => {
      const told = findings(
        RULE,
        `const locks = new Map<string, Promise<void>>();
export class Store {
  private tail: Promise<void> = Promise.resolve();
  private async locked<T>(key: string, work: () => Promise<T>): Promise<T> {
    let release!: () => void;
    const next = new Promise<void>((resolve) => { release = resolve; });
    const before = this.tail;
    this.tail = before.then(() => next);
    await before;
    let open!: () => void;
    const all = new Promise<void>((resolve) => { open = resolve; });
    const other = locks.get(key) ?? Promise.resolve();
    locks.set(key, other.then(() => all));
    await other;
    try { return await work(); } finally { open(); release(); }
  }
  async save(key: string) { await this.locked(key, async () => { await fetch(key); }); }
}`,
        'recommended',
      );
      expect(told).toEqual([]);
    });

    it('where the lock is asked whether it is held', () => {
      const indexing = (asked: string) => `class Latch {
  private locked = false;
  get isLocked() { return this.locked; }
  async acquire() { while (this.locked) await new Promise((resolve) => setTimeout(resolve, 1)); this.locked = true; }
  release() { this.locked = false; }
}
class IndexLock {
  private readonly latch = new Latch();
  get isIndexing() { return this.latch.isLocked; }
  async acquire() { await this.latch.acquire(); }
  release() { this.latch.release(); }
}
const lock = new IndexLock();
declare function index(): Promise<void>;
export async function f(ready: boolean) {
  await lock.acquire();${asked === 'ready' ? ' // reports' : ''}
  try { return await index(); } finally { if (${asked}) lock.release(); }
}`;
      expectSilent(RULE, indexing('lock.isIndexing'));
      expectReports(RULE, indexing('ready'));
    });

    it('where the clock gives the places back', () => {
      const limiter = (recycles: string) => `class Mutex {
  private used = 0;
  private readonly waiting: (() => void)[] = [];
  async lock() {
    if (this.used > 9) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.used++;
  }
  unlock() { this.used--; this.waiting.shift()?.(); }
}
class Limiter {
  private readonly minute = new Mutex();
  private taken = 0;
  private last = 0;
  async take() {
    ${recycles}
    await this.minute.lock();
    this.taken++;
  }
  give() { this.minute.unlock(); }
  private reset() { while (this.taken > 0) { this.minute.unlock(); this.taken--; } this.last = Date.now(); }
}
const limiter = new Limiter();
declare function ask(): Promise<string>;
export async function f(quick: boolean) {
  await limiter.take();${recycles ? '' : ' // reports'}
  const answer = await ask();
  if (quick) return answer;
  limiter.give();
  return answer;
}`;
      expectSilent(RULE, limiter('if (this.last + 60_000 < Date.now()) this.reset();'));
      expectReports(RULE, limiter(''));
    });

    it('where a class only tells when it is free', () => {
      const channel = (free: string) => `class ChannelLock {
  private readonly locked = new Set<string>();
  private readonly waiting: (() => void)[] = [];
  async wait(key: string) {
    if (!this.locked.has(key)) ${free}
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
  release(key: string) { this.locked.delete(key); this.waiting.shift()?.(); }
}
const lock = new ChannelLock();
declare function send(): Promise<string>;
export async function f(key: string, quick: boolean) {
  await lock.wait(key);${free === 'return;' ? '' : ' // reports'}
  const sent = await send();
  if (quick) return sent;
  lock.release(key);
  return sent;
}`;
      expectSilent(RULE, channel('return;'));
      expectReports(RULE, channel('{ this.locked.add(key); return; }'));
    });

    it('where a helper lets others in for a while', () => {
      expectSilent(
        RULE,
        `import AwaitLock from 'await-lock';
const lock = new AwaitLock();
declare function ask(): Promise<string>;
async function yielding<T>(work: () => Promise<T>): Promise<T> {
  lock.release();
  try { return await work(); } finally { await lock.acquireAsync(); }
}
async function prove(early: boolean) {
  if (early) { await yielding(ask); return 1; }
  const proof = await yielding(ask);
  if (!proof) throw new Error('none');
  return 2;
}
const send = (early: boolean) => prove(early);
export async function f(early: boolean) {
  await lock.acquireAsync();
  try { return await send(early); } finally { lock.release(); }
}`,
      );
    });
  });

  describe('fixes', () => {
    it('puts the section into try and the release into finally', () => {
      expectFix(
        RULE,
        `${MUTEX}async function f() {
  const release = await mutex.acquire();
  await work();
  release();
}
`,
        `${MUTEX}async function f() {
  const release = await mutex.acquire();
  try {
    await work();
  } finally {
    release();
  }
}
`,
        { tier: 'unsafe', reason: 'a task that used to hang after an error now goes on' },
      );
    });

    it('refuses when a name of the section is used after the release', () => {
      expectRefusal(
        RULE,
        `${MUTEX}async function f() {
  const release = await mutex.acquire();
  const value = await work();
  release();
  return value;
}`,
        '`value` is declared in the section and used after it',
      );
    });
  });
});
