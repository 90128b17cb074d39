import { describe, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-mutable-lock';

describe(RULE, () => {
  describe('reports', () => {
    it('a variable that nobody writes again', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
let mutex = new Mutex(); // reports: Declare it \`const\`
export const f = () => mutex.runExclusive(() => 1);`,
      );
    });

    it('a field that is given another lock', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
export class Store {
  private mutex = new Mutex(); // reports: is given another lock later
  reset() { this.mutex = new Mutex(); }
  save() { return this.mutex.runExclusive(() => 1); }
}`,
      );
    });
  });
  describe('allows', () => {
    it('const and readonly', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
declare function work(): Promise<void>;
export class Store {
  private readonly mutex = new Mutex();
  save() { return this.mutex.runExclusive(() => 1); }
}
export const f = () => mutex.runExclusive(() => 1);`,
      );
    });

    it('a variable for one of several things that have a lock', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
class Entry { readonly mutex = new Mutex(); users = 0; }
const make = () => ({ mutex: new Mutex(), users: 0 });
export async function f(): Promise<number> {
  let entry = make();
  if (entry.users > 0) entry = make();
  return entry.mutex.runExclusive(() => 1);
}`,
      );
    });
  });
  describe('fixes', () => {
    it('makes a variable const', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';
let mutex = new Mutex();
export const f = () => mutex.runExclusive(() => 1);
`,
        `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export const f = () => mutex.runExclusive(() => 1);
`,
        { tier: 'safe' },
      );
    });

    it('makes a field readonly', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';
export class Store {
  private mutex = new Mutex();
  save() { return this.mutex.runExclusive(() => 1); }
}
`,
        `import { Mutex } from 'async-mutex';
export class Store {
  private readonly mutex = new Mutex();
  save() { return this.mutex.runExclusive(() => 1); }
}
`,
        { tier: 'safe' },
      );
    });

    it('refuses where it is written again', () => {
      expectRefusal(
        RULE,
        `import { Mutex } from 'async-mutex';
let mutex = new Mutex();
export const reset = () => { mutex = new Mutex(); };
export const f = () => mutex.runExclusive(() => 1);`,
        'it is written again',
      );
    });
  });
});
