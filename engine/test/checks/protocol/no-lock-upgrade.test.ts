import { describe, it } from 'vitest';
import { expectFix, expectReports, expectSilent } from '../check-rule.js';

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
    it('by taking the write side from the start, and writing by the same guard', () => {
      expectFix(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
const table = new AsyncRwLock(new Map<string, number>());
export const touch = (key: string) => table.withRead(async (map) => {
  const found = map.get(key);
  if (found !== undefined) return found;
  await table.withWrite((guard) => {
    guard.value.set(key, map.size);
  });
  await table.withWrite(async (guard) => guard.value.delete('first'));
  return { map };
});`,
        `import { AsyncRwLock } from '@lockwise/runtime';
const table = new AsyncRwLock(new Map<string, number>());
export const touch = (key: string) => table.withWrite(async (guard) => {
  const found = guard.value.get(key);
  if (found !== undefined) return found;
  await ((guard) => {
    guard.value.set(key, guard.value.size);
  })(guard);
  await (async (guard) => guard.value.delete('first'))(guard);
  return { map: guard.value };
});`,
        { tier: 'unsafe', reason: 'readers wait for its whole section' },
      );
    });

    it('through a method that is nothing but a section', () => {
      expectFix(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
declare function work(): Promise<void>;
export class Table {
  private readonly lock = new AsyncRwLock(0);
  store() {
    return this.lock.withWrite(() => this.write());
  }
  touch() {
    return this.lock.withRead(async () => {
      await this.store();
    });
  }
  private write() {
    return work();
  }
}`,
        `import { AsyncRwLock } from '@lockwise/runtime';
declare function work(): Promise<void>;
export class Table {
  private readonly lock = new AsyncRwLock(0);
  store() {
    return this.lock.withWrite(() => this.write());
  }
  touch() {
    return this.lock.withWrite(async () => {
      await this.write();
    });
  }
  private write() {
    return work();
  }
}`,
        { tier: 'unsafe' },
      );
    });
  });
});
