import { describe, it } from 'vitest';
import { expectRefusal, expectReports, expectSilent } from '../check-rule.js';

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

describe('fixes', () => {
  it('offers none: which steps of a round need the lock is for a person to say', () => {
    expectRefusal(RULE, fill, 'which steps of a round need the lock');
  });
});
