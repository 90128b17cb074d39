import { describe, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'prefer-conditional-update';

describe(RULE, () => {
  describe('reports', () => {
    it('a write access that is nothing but a test and its consequence', () => {
      expectReports(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
const state = new AsyncRwLock({ version: 0 });
export async function bump(version: number) {
  await state.withWrite((guard) => { // reports: to find out whether
    if (guard.value.version < version) guard.value.version = version;
  });
}`,
      );
    });
  });

  describe('allows', () => {
    it('a section that does something in any case', () => {
      expectSilent(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
const state = new AsyncRwLock({ version: 0, asked: 0 });
export async function bump(version: number) {
  await state.withWrite((guard) => {
    guard.value.asked++;
    if (guard.value.version < version) guard.value.version = version;
  });
}`,
      );
    });

    it('a test with an effect', () => {
      expectSilent(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
declare function allow(version: number): boolean;
const state = new AsyncRwLock({ version: 0 });
export async function bump(version: number) {
  await state.withWrite((guard) => {
    if (allow(guard.value.version)) guard.value.version = version;
  });
}`,
      );
    });

    it('a mutex that owns its data: the test needs the lock', () => {
      expectSilent(
        RULE,
        `import { AsyncMutex } from '@lockwise/runtime';
const state = new AsyncMutex({ version: 0 });
export async function bump(version: number) {
  await state.withLock((guard) => {
    if (guard.value.version < version) guard.value.version = version;
  });
}`,
      );
    });
  });

  describe('fixes', () => {
    it('is safe where every caller waits, up to a suspension', () => {
      expectFix(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';

declare function request(): Promise<number>;
const state = new AsyncRwLock({ version: 0 });

async function bump(version: number): Promise<void> {
  const guard = await state.write();
  try {
    if (guard.value.version < version) {
      guard.value.version = version;
    }
  } finally {
    guard.release();
  }
}

export async function handle(): Promise<void> {
  await bump(await request());
}
`,
        `import { AsyncRwLock, conditionalUpdate } from '@lockwise/runtime';

declare function request(): Promise<number>;
const state = new AsyncRwLock({ version: 0 });

async function bump(version: number): Promise<void> {
  await conditionalUpdate(state, (value) => value.version < version, (guard) => {
    guard.value.version = version;
  });
}

export async function handle(): Promise<void> {
  await bump(await request());
}
`,
        { tier: 'safe' },
      );
    });

    it('beside plain fields it tests before the lock is asked for, and again', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';

declare function load(): Promise<string>;

export class Cache {
  private readonly mutex = new Mutex();
  private stale = true;
  private value = '';

  async refresh(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      if (this.stale) {
        this.value = await load();
        this.stale = false;
      }
    });
  }
}
`,
        `import { Mutex } from 'async-mutex';

declare function load(): Promise<string>;

export class Cache {
  private readonly mutex = new Mutex();
  private stale = true;
  private value = '';

  async refresh(): Promise<void> {
    if (this.stale) {
      await this.mutex.runExclusive(async () => {
        if (this.stale) {
          this.value = await load();
          this.stale = false;
        }
      });
    }
  }
}
`,
        { tier: 'unsafe', reason: 'code outside that calls `refresh` can notice' },
      );
    });

    it('names a writer that waits after it changed what is tested', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';

declare function load(): Promise<string>;

export class Cache {
  private readonly mutex = new Mutex();
  private stale = true;
  private value = '';

  async refresh(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      if (this.stale) {
        this.stale = false;
        this.value = await load();
      }
    });
  }
}
`,
        `import { Mutex } from 'async-mutex';

declare function load(): Promise<string>;

export class Cache {
  private readonly mutex = new Mutex();
  private stale = true;
  private value = '';

  async refresh(): Promise<void> {
    if (this.stale) {
      await this.mutex.runExclusive(async () => {
        if (this.stale) {
          this.stale = false;
          this.value = await load();
        }
      });
    }
  }
}
`,
        { tier: 'unsafe', reason: 'a test without the lock may see it half-way' },
      );
    });

    it('is refused when the update returns from the function', () => {
      expectRefusal(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
const state = new AsyncRwLock({ version: 0 });
export async function bump(version: number) {
  const guard = await state.write();
  try {
    if (guard.value.version < version) {
      guard.value.version = version;
      return true;
    }
  } finally {
    guard.release();
  }
  return false;
}`,
        'the update returns from the function',
      );
    });
  });
});
