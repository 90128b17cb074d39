import { describe, it } from 'vitest';
import { expectReports, expectSilent } from '../check-rule.js';

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
});
