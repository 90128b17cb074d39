import { describe, it } from 'vitest';
import { expectFix, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'prefer-keyed-lock';

describe(RULE, () => {
  const ENTRIES = (lock: string, take: string, first: string, imports: string) => `${imports}
declare function load(key: string): Promise<string>;
export class Entries {
  private readonly mutex = ${lock};
  private readonly entries = new Map<string, string>();

  async get(key: string): Promise<string> {
    return this.mutex.${take}(${first}async () => {
      const known = this.entries.get(key);
      if (known !== undefined) return known;
      const made = await load(key);
      this.entries.set(key, made);
      return made;
    });
  }
}
`;
  const BEFORE = ENTRIES('new Mutex()', 'runExclusive', '', `import { Mutex } from 'async-mutex';\n`);

  describe('reports', () => {
    it('one lock for the entries of all keys', () => {
      expectReports(RULE, BEFORE.replace('new Mutex();', 'new Mutex(); // reports: one lock for all keys'));
    });
  });

  describe('allows', () => {
    it('a section that looks at the whole', () => {
      expectSilent(
        RULE,
        BEFORE.replace('if (known', 'if (this.entries.size > 9) this.entries.clear();\n      if (known'),
      );
    });

    it('two keys in one section', () => {
      expectSilent(
        RULE,
        BEFORE.replace('get(key: string)', 'get(key: string, other: string)').replace('.set(key', '.set(other'),
      );
    });
  });

  describe('fixes', () => {
    it('each section passes its key', () => {
      expectFix(
        RULE,
        BEFORE,
        ENTRIES('new KeyedMutex<string>()', 'withLock', 'key, ', `import { KeyedMutex } from '@lockwise/runtime';\n`),
        {
          tier: 'unsafe',
          reason: 'beyond the entries of their keys',
        },
      );
    });
  });
});
