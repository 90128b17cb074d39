import { describe, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'prefer-batch-processor';

describe(RULE, () => {
  describe('reports', () => {
    it('a lock that is taken once for every item', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
const sums = new Map<string, number>();
export async function record(names: string[]) {
  for (const name of names) {
    await mutex.runExclusive(() => { // reports: once for every item of this loop
      sums.set(name, (sums.get(name) ?? 0) + 1);
    });
  }
}`,
      );
    });
  });

  describe('allows', () => {
    it('a round that also waits for something else', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function load(name: string): Promise<number>;
const mutex = new Mutex();
const sums = new Map<string, number>();
export async function record(names: string[]) {
  for (const name of names) {
    const value = await load(name);
    await mutex.runExclusive(() => {
      sums.set(name, value);
    });
  }
}`,
      );
    });
  });

  describe('fixes', () => {
    it('the items go to a field that takes the lock once for a batch', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';

export class Metrics {
  private readonly mutex = new Mutex();
  private readonly sums = new Map<string, number>();

  async record(samples: readonly { name: string; value: number }[]): Promise<void> {
    for (const { name, value } of samples) {
      await this.mutex.runExclusive(() => {
        this.sums.set(name, (this.sums.get(name) ?? 0) + value);
      });
    }
  }
}
`,
        `import { Mutex } from 'async-mutex';
import { BatchProcessor } from '@lockwise/runtime';

export class Metrics {
  private readonly mutex = new Mutex();
  private readonly sums = new Map<string, number>();

  private readonly recordBatch = new BatchProcessor<{ name: string; value: number }>(
    async (items) => {
      await this.mutex.runExclusive(() => {
        for (const { name, value } of items) {
          this.sums.set(name, (this.sums.get(name) ?? 0) + value);
        }
      });
    },
    { maxSize: 100, maxDelay: 0 },
  );

  async record(samples: readonly { name: string; value: number }[]): Promise<void> {
    await Promise.all(samples.map((item) => this.recordBatch.add(item)));
  }
}
`,
        { tier: 'unsafe', reason: 'code outside that calls `record` can notice' },
      );
    });

    it('is refused when the section uses other variables of the method', () => {
      expectRefusal(
        RULE,
        `import { Mutex } from 'async-mutex';
export class Metrics {
  private readonly mutex = new Mutex();
  private readonly sums = new Map<string, number>();
  async record(names: string[], by: number) {
    for (const name of names) {
      await this.mutex.runExclusive(() => {
        this.sums.set(name, by);
      });
    }
  }
}`,
        'uses variables of the method',
      );
    });
  });
});
