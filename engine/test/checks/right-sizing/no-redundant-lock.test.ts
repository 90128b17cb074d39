import { describe, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-redundant-lock';

describe(RULE, () => {
  describe('reports', () => {
    it('a lock none of whose sections waits', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
export class Range {
  private readonly mutex = new Mutex(); // reports: excludes nobody: its only section never waits
  private low = 0;
  private high = 0;
  async set(low: number, high: number) {
    await this.mutex.runExclusive(() => {
      this.low = low;
      this.high = high;
    });
  }
}`,
      );
    });
  });

  describe('allows', () => {
    it('a section without a wait beside one that waits', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function save(low: number): Promise<void>;
export class Range {
  private readonly mutex = new Mutex();
  private low = 0;
  private high = 0;
  async set(low: number, high: number) {
    await this.mutex.runExclusive(() => {
      this.low = low;
      this.high = high;
    });
  }
  async store() {
    await this.mutex.runExclusive(async () => {
      await save(this.low);
      await save(this.high);
    });
  }
}`,
      );
    });

    it('a section that calls what is not known', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function save(low: number): unknown;
const mutex = new Mutex();
let low = 0;
let high = 0;
export async function f() {
  await mutex.runExclusive(() => {
    low = high++;
    return save(low);
  });
}`,
      );
    });

    it('a barrier: an empty section that waits until nobody holds the lock', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export async function idle() {
  (await mutex.acquire())();
}`,
      );
    });

    it('a lock that is released by another function', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
let a = 0;
let b = 0;
export async function begin() {
  const release = await mutex.acquire();
  a = b++;
  return release;
}`,
      );
    });
  });

  describe('fixes', () => {
    it('is safe where every caller waits, up to a suspension', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';

declare function request(): Promise<number>;
const mutex = new Mutex();
let low = 0;
let high = 0;

async function move(by: number): Promise<number> {
  const release = await mutex.acquire();
  try {
    low += by;
    high = low + 1;
    return high;
  } finally {
    release();
  }
}

export async function handle(): Promise<number> {
  return await move(await request());
}
`,
        `
declare function request(): Promise<number>;
let low = 0;
let high = 0;

async function move(by: number): Promise<number> {
  low += by;
  high = low + 1;
  return high;
}

export async function handle(): Promise<number> {
  return await move(await request());
}
`,
        { tier: 'safe' },
      );
    });

    it('is unsafe where code outside may not wait', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';

export class Range {
  private readonly mutex = new Mutex();
  private low = 0;
  private high = 0;

  async set(low: number, high: number): Promise<boolean> {
    const changed = await this.mutex.runExclusive(() => {
      const before = this.low;
      this.low = low;
      this.high = high;
      return before !== low;
    });
    return changed;
  }
}
`,
        `
export class Range {
  private low = 0;
  private high = 0;

  async set(low: number, high: number): Promise<boolean> {
    const before = this.low;
    this.low = low;
    this.high = high;
    const changed = before !== low;
    return changed;
  }
}
`,
        { tier: 'unsafe', reason: 'code outside that calls `set` can notice' },
      );
    });

    it('is unsafe for a lock that is not private', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';

export class Range {
  readonly mutex = new Mutex();
  private low = 0;
  private high = 0;

  async set(low: number): Promise<void> {
    await this.mutex.runExclusive(() => {
      this.low = low;
      this.high = low;
    });
  }
}
`,
        `
export class Range {
  private low = 0;
  private high = 0;

  async set(low: number): Promise<void> {
    this.low = low;
    this.high = low;
  }
}
`,
        { tier: 'unsafe', reason: '`this.mutex` is not private' },
      );
    });

    it('is refused when a section returns early and code follows', () => {
      expectRefusal(
        RULE,
        `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
let low = 0;
let high = 0;
export async function set(value: number) {
  await mutex.runExclusive(() => {
    if (value < low) return;
    low = value;
    high = value;
  });
  return high;
}`,
        'a section returns early, and code follows it',
      );
    });
  });
});
