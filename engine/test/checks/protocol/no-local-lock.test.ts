import { describe, it } from 'vitest';
import { expectFix, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-local-lock';

describe(RULE, () => {
  describe('reports', () => {
    it('a lock made at each call', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
export async function save() {
  const mutex = new Mutex(); // reports: is made anew at each call of \`save\`
  await mutex.runExclusive(() => work());
}`,
      );
    });

    it('a limiter of which each job is waited for before the next is added', () => {
      const text = (adding: string) => `import PQueue from 'p-queue';
declare function work(id: string): Promise<void>;
export async function all(ids: string[]) {
  const queue = new PQueue({ concurrency: 4 });${adding.includes('await') ? ' // reports: one runs at a time whatever its limit' : ''}
  for (const id of ids) ${adding}
  await queue.onIdle();
}`;
      expectReports(RULE, text('await queue.add(() => work(id));'));
      expectSilent(RULE, text('void queue.add(() => work(id));'));
    });
  });
  describe('allows', () => {
    it('a lock that closures of one call share', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(id: string): Promise<void>;
export async function saveAll(ids: string[]) {
  const mutex = new Mutex();
  await Promise.all(ids.map((id) => mutex.runExclusive(() => work(id))));
}`,
      );
    });

    it('a limiter that the rounds of a loop queue up at', () => {
      expectSilent(
        RULE,
        `import PQueue from 'p-queue';
declare function work(id: string): Promise<void>;
export async function saveAll(ids: string[]) {
  const queue = new PQueue({ concurrency: 1 });
  for (const id of ids) void queue.add(() => work(id));
  await queue.onIdle();
}`,
      );
    });

    it('a lock that is handed on', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function use(mutex: Mutex): void;
export async function make() {
  const mutex = new Mutex();
  use(mutex);
  await mutex.runExclusive(() => 1);
}`,
      );
    });

    it('a lock of the module', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
declare function work(): Promise<void>;
export const f = () => mutex.runExclusive(() => work());`,
      );
    });
  });

  describe('fixes', () => {
    it('in the module, before what is said of the function', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;

/** Saves. */
export async function save() {
  const mutex = new Mutex();
  await mutex.runExclusive(() => work());
}`,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;

const mutex = new Mutex();

/** Saves. */
export async function save() {
  await mutex.runExclusive(() => work());
}`,
        { tier: 'unsafe', reason: 'calls of `save` now wait for each other' },
      );
    });

    it('in a private field, written as the others of the file are', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
export class Store {
  #count = 0;

  async save() {
    const mutex = new Mutex();
    await mutex.runExclusive(async () => {
      await work();
      this.#count++;
    });
  }
}`,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
export class Store {
  readonly #mutex = new Mutex();

  #count = 0;

  async save() {
    await this.#mutex.runExclusive(async () => {
      await work();
      this.#count++;
    });
  }
}`,
        { tier: 'unsafe', reason: 'those of one object' },
      );
    });
  });
});
