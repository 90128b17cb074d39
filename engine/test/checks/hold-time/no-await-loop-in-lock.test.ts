import { describe, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-await-loop-in-lock';

const cache = (body: string) => `
import { Mutex } from 'async-mutex';
declare function load(key: string): Promise<number>;
export class Cache {
  private readonly mutex = new Mutex();
  private readonly other = new Mutex();
  private sizes = new Map<string, number>();
${body}
}
`;

const fill = cache(`  async fill(keys: readonly string[]): Promise<void> {
    await this.mutex.runExclusive(async () => {
      for (const key of keys) this.sizes.set(key, await load(key)); // reports: pay for the sum
    });
  }`);

describe('reports', () => {
  it('a wait in each round of a loop inside a section', () => {
    expectReports(RULE, fill);
    expectReports(
      RULE,
      cache(`  async fill(keys: readonly string[]): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      for (const key of keys) {
        const size = await load(key); // reports
        this.sizes.set(key, size);
      }
    } finally {
      release();
    }
  }`),
    );
  });
});

describe('allows', () => {
  it('a section in each round of a loop', () => {
    expectSilent(
      RULE,
      cache(`  async fill(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const size = await load(key);
      await this.mutex.runExclusive(() => { this.sizes.set(key, size); });
    }
  }`),
    );
  });

  it('all at once, another lock in each round, and a wait after the loop', () => {
    expectSilent(
      RULE,
      cache(`  all = (keys: readonly string[]) => this.mutex.runExclusive(async () => {
    const sizes = await Promise.all(keys.map((key) => load(key)));
    for (const size of sizes) this.sizes.set(String(size), size);
    await load('last');
  });
  nested = (keys: readonly string[]) => this.mutex.runExclusive(async () => {
    for (const key of keys) await this.other.runExclusive(() => { this.sizes.delete(key); });
  });`),
    );
  });
});

const IMPORT = "import { concurrentMap } from '@lockwise/runtime';\n";

const imported = (text: string) => text.replace("'async-mutex';\n", `'async-mutex';\n${IMPORT}`);

const UNSAFE = { tier: 'unsafe', reason: 'no longer runs under the lock but before it, for 8 at once' } as const;

describe('fixes', () => {
  it('by waiting before the lock is taken, and applying in the section', () => {
    expectFix(
      RULE,
      fill,
      imported(
        cache(`  async fill(keys: readonly string[]): Promise<void> {
    const results = await concurrentMap(keys, async (key) => ({ key, result: await load(key) }), { concurrency: 8 });
    await this.mutex.runExclusive(() => {
      for (const { key, result } of results) this.sizes.set(key, result); // reports: pay for the sum
    });
  }`),
      ),
      UNSAFE,
    );
  });

  it('with the name that a round gives to it, in a section by hand', () => {
    const sized = (loop: string, first = '') =>
      cache(`  async fill(keys: Map<string, number>): Promise<number> {
${first}    const release = await this.mutex.acquire();
    try {
      ${loop}
        if (size > old) this.sizes.set(key, size); // larger
      }
      return this.sizes.size;
    } finally {
      release();
    }
  }`);
    expectFix(
      RULE,
      sized('for (const [key, old] of keys.entries()) {\n        const size = await load(key);'),
      imported(
        sized(
          'for (const { key, old, size } of results) {',
          '    const results = await concurrentMap(keys.entries(), async ([key, old]) => ({ key, old, size: await load(key) }), { concurrency: 8 });\n',
        ),
      ),
      UNSAFE,
    );
  });

  it('without the item where the rest of the round has no use for it; other waits stay in the section', () => {
    const total = (loop: string, first = '') =>
      cache(`  private total = 0;
  async sum(keys: readonly string[]): Promise<number> {
${first}    return await this.mutex.runExclusive(async () => {
      ${loop}
      return this.total + (await load('all'));
    });
  }`);
    expectFix(
      RULE,
      total(
        'for (const key of keys) this.total = this.total + (await load(key));'.replace(
          'this.total + (await load(key))',
          'await load(key)',
        ),
      ),
      imported(
        total(
          'for (const result of results) this.total = result;',
          '    const results = await concurrentMap(keys, (key) => load(key), { concurrency: 8 });\n',
        ),
      ),
      UNSAFE,
    );
  });

  it('refuses where the wait is for what the lock guards', () => {
    const store = (load: string) =>
      cache(`  constructor(private readonly store: { get(key: string): Promise<number>; set(key: string): Promise<void> }) {}
  put = (key: string) => this.mutex.runExclusive(() => this.store.set(key));
  async fill(keys: readonly string[]): Promise<void> {
    await this.mutex.runExclusive(async () => {
      for (const key of keys) this.sizes.set(key, await ${load});
    });
  }`);
    expectRefusal(
      RULE,
      store('this.store.get(key)'),
      '`this.store.get(key)` touches `this.store`, as sections of the lock do',
    );
    expectRefusal(RULE, store('load(`${this.sizes.size}`)'), 'touches `this.sizes.size`');
  });
});
