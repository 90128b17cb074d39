import { describe, it } from 'vitest';
import { expectFix, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-optional-lock';

describe(RULE, () => {
  describe('reports', () => {
    it('a section that is skipped', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
export class Store {
  private mutex?: Mutex;
  open() { this.mutex = new Mutex(); }
  save() {
    return this.mutex?.runExclusive(async () => 1); // reports: does nothing at all
  }
}`,
      );
    });

    it('work that runs unguarded', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
let mutex: Mutex | undefined;
export function init() { mutex = new Mutex(); }
export async function save() {
  if (mutex) await mutex.acquire(); // reports: runs unguarded
}`,
      );
    });
  });
  describe('allows', () => {
    it('a lock that is always there', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
declare function work(): Promise<void>;
export const f = (quick: boolean) => { if (quick) return work(); return mutex.runExclusive(() => work()); };`,
      );
    });
  });

  describe('fixes', () => {
    it('a variable that a function makes, and every test of it', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
let mutex: Mutex | undefined;
export function init() {
  if (!mutex) {
    mutex = new Mutex();
  }
}
export async function save() {
  if (mutex) await mutex.acquire();
  try {
    await work();
  } finally {
    if (mutex) {
      mutex.release();
    }
  }
}
export const load = async () => (mutex ? await mutex.runExclusive(() => work()) : await work());
export const drop = async () => mutex && (await mutex.runExclusive(() => work()));
export const sum = () => 1 + (mutex && (init(), 2) || 3);`,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
const mutex = new Mutex();
export function init() {
}
export async function save() {
  await mutex.acquire();
  try {
    await work();
  } finally {
    mutex.release();
  }
}
export const load = async () => (await mutex.runExclusive(() => work()));
export const drop = async () => await mutex.runExclusive(() => work());
export const sum = () => 1 + ((init(), 2) || 3);`,
        { tier: 'unsafe', reason: 'what used to be skipped' },
      );
    });

    it('a lock that is made where it is declared already, by a type that allows for none', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
export class Store {
  private mutex?: Mutex = new Mutex();
  async save() {
    await this.mutex?.runExclusive(() => work());
  }
}`,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
export class Store {
  private mutex = new Mutex();
  async save() {
    await this.mutex.runExclusive(() => work());
  }
}`,
        { tier: 'unsafe' },
      );
    });

    it('a parameter of the constructor: whoever gives no lock gets one', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
export class Store {
  constructor(private readonly lock?: Mutex) {}
  async save() {
    await this.lock?.runExclusive(() => work());
  }
}`,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
export class Store {
  constructor(private readonly lock: Mutex = new Mutex()) {}
  async save() {
    await this.lock.runExclusive(() => work());
  }
}`,
        { tier: 'unsafe' },
      );
    });
  });
});
