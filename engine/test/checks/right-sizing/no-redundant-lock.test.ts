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
    it('a section that ends with the promise which the function returns', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
export class Rates {
  private readonly mutex = new Mutex();
  low = 0;
  high = 0;
  async move(by: number) {
    const release = await this.mutex.acquire();
    return (async () => { this.low += by; await fetch('x'); this.high = this.low + by; })().finally(() => { release(); });
  }
}`,
      );
    });

    it('a lock that is a member of something else: what declares it holds more', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
export class Range {
  private low = 0;
  private readonly parts = { mutex: new Mutex(), used: 0 };
  set(low: number) { return this.parts.mutex.runExclusive(() => { this.low = low; }); }
  get() { return this.parts.mutex.runExclusive(() => this.low); }
}`,
      );
    });

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
        `declare function request(): Promise<number>;
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
        `export class Range {
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
        `export class Range {
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

    it('leaves the data of a lock that carries them, with its type alias', () => {
      expectFix(
        RULE,
        `import { AsyncMutex } from '@lockwise/runtime';

type Hosts = AsyncMutex<Map<string, number>>;

export class Cluster {
  private readonly hosts: Hosts = new AsyncMutex(new Map<string, number>());

  async add(host: string): Promise<number> {
    const guard = await this.hosts.acquire();
    try {
      return guard.value.set(host, 1).size;
    } finally {
      guard.release();
    }
  }

  async all(): Promise<{ value: ReadonlyMap<string, number> }> {
    return await this.hosts.withLock((guard) => ({ value: guard.value }));
  }
}
`,
        `type Hosts = Map<string, number>;

export class Cluster {
  private readonly hosts: Hosts = new Map<string, number>();

  async add(host: string): Promise<number> {
    return this.hosts.set(host, 1).size;
  }

  async all(): Promise<{ value: ReadonlyMap<string, number> }> {
    return { value: this.hosts };
  }
}
`,
        { tier: 'unsafe', reason: 'code outside that calls `add` can notice' },
      );
    });

    it('lets data be assigned that a section replaces', () => {
      expectFix(
        RULE,
        `import { AsyncMutex } from '@lockwise/runtime';

const names = new AsyncMutex<string[]>([]);

export async function rename(all: string[]): Promise<number> {
  return await names.withLock((guard) => {
    guard.value = all;
    return guard.value.length;
  });
}
`,
        `let names: string[] = [];

export async function rename(all: string[]): Promise<number> {
  names = all;
  return names.length;
}
`,
        { tier: 'unsafe' },
      );
    });

    it('keeps the copy that a section gives', () => {
      expectFix(
        RULE,
        `import { AsyncMutex, quickReadExtract } from '@lockwise/runtime';

const names = new AsyncMutex<string[]>([]);

export async function add(name: string): Promise<void> {
  await names.withLock((guard) => void guard.value.push(name));
}

export async function all(): Promise<readonly string[]> {
  return await quickReadExtract(names, (value) => value);
}
`,
        `const names: string[] = [];

export async function add(name: string): Promise<void> {
  void names.push(name);
}

export async function all(): Promise<readonly string[]> {
  return structuredClone(names);
}
`,
        { tier: 'unsafe' },
      );
    });

    it('takes a name once that a section gives as it calls it', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function tell(index: number): Promise<void>;
const mutex = new Mutex();
const log: string[] = [];
let last = '';

export async function append(entry: string): Promise<void> {
  const index = await mutex.runExclusive(() => {
    const index = log.push(entry);
    last = entry;
    return index;
  });
  await tell(index);
  void last;
}
`,
        `declare function tell(index: number): Promise<void>;
const log: string[] = [];
let last = '';

export async function append(entry: string): Promise<void> {
  const index = log.push(entry);
  last = entry;
  await tell(index);
  void last;
}
`,
        { tier: 'unsafe' },
      );
    });

    it('is refused where a name that a section declares means something else outside', () => {
      expectRefusal(
        RULE,
        `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
const log: string[] = [];
let last = '';
export async function append(entry: string): Promise<string> {
  const index = await mutex.runExclusive(() => {
    const before = last;
    last = entry;
    return log.push(before);
  });
  const before = index - 1;
  return \`\${before}\`;
}`,
        'names declared in a section are used outside of it as well',
      );
    });

    it('is refused where a function that may run later uses data that a section replaces', () => {
      expectRefusal(
        RULE,
        `import { AsyncMutex } from '@lockwise/runtime';
declare function later(task: () => number): void;
const names = new AsyncMutex<string[]>([]);
export async function rename(all: string[]): Promise<void> {
  await names.withLock((guard) => {
    const old = guard.value;
    later(() => old.length + guard.value.length);
    guard.value = all;
  });
}`,
        'data that a section replaces are used by a function that may run later',
      );
    });

    it('is refused where a guard is handed on', () => {
      expectRefusal(
        RULE,
        `import { AsyncMutex, type MutexGuard } from '@lockwise/runtime';
declare function add(guard: MutexGuard<string[]>): number;
const names = new AsyncMutex<string[]>([]);
export async function grow(): Promise<void> {
  const guard = await names.acquire();
  try {
    guard.value = guard.value.concat('x');
    add(guard);
  } finally {
    guard.release();
  }
}`,
        'a guard is used for more than its value',
      );
    });
  });
});
