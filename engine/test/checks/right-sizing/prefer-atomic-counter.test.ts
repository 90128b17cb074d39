import { describe, expect, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent, findings } from '../check-rule.js';

const RULE = 'prefer-atomic-counter';

describe(RULE, () => {
  describe('reports', () => {
    it('a readers-writer lock around a flag, through a type alias', () => {
      expectReports(
        RULE,
        `import { AsyncRwLock } from '@lockwise/runtime';
type InitializedFlag = AsyncRwLock<boolean>;
export class Node {
  private readonly initialized: InitializedFlag = new AsyncRwLock(false); // reports: a lock around one boolean
  async ready() {
    return await this.initialized.withRead((value) => value);
  }
}`,
      );
    });

    it('a mutex of another library beside one number', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
export class Stats {
  private readonly mutex = new Mutex(); // reports: guards \`this.hits\`, one number
  private hits = 0;
  async hit() {
    await this.mutex.runExclusive(() => {
      this.hits++;
    });
  }
}`,
      );
    });
  });

  describe('allows', () => {
    it('a number that is held across a suspension: that is a wait, not a flag', () => {
      expectSilent(
        RULE,
        `import { AsyncMutex } from '@lockwise/runtime';
const total = new AsyncMutex(0);
export async function add(read: () => Promise<number>) {
  await total.withLock(async (guard) => {
    guard.value += await read();
  });
}`,
      );
    });

    it('a section that returns the promise of work', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function send(): Promise<void>;
const mutex = new Mutex();
let sent = 0;
export async function f() {
  await mutex.runExclusive(() => {
    sent++;
    return send();
  });
}`,
      );
    });

    it('a lock about two fields', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
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
}`,
      );
    });

    it('a lock that somebody waits for', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
let ready = false;
export async function set() {
  await mutex.runExclusive(() => {
    ready = true;
  });
}
export async function idle() {
  await mutex.waitForUnlock();
  return ready;
}`,
      );
    });

    it('a lock that is passed on', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function watch(mutex: Mutex): void;
const mutex = new Mutex();
let ready = false;
export async function set() {
  watch(mutex);
  await mutex.runExclusive(() => {
    ready = true;
  });
}`,
      );
    });

    it('a lock that is wider than the process', () => {
      expectSilent(
        RULE,
        `let ready = false;
export async function set() {
  await navigator.locks.request('ready', () => {
    ready = true;
  });
}`,
      );
    });

    it('an object', () => {
      expectSilent(
        RULE,
        `import { AsyncMutex } from '@lockwise/runtime';
const state = new AsyncMutex({ total: 0 });
export async function add(n: number) {
  await state.withLock((guard) => {
    guard.value.total += n;
  });
}`,
      );
    });
  });

  describe('fixes', () => {
    it('every form of taking a lock that owns a flag, with the alias and the other locks of that alias', () => {
      expectFix(
        RULE,
        `import { AsyncRwLock, quickRead } from '@lockwise/runtime';

type Flag = AsyncRwLock<boolean>;

export class Node {
  private readonly initialized: Flag = new AsyncRwLock(false);
  private readonly leader: Flag = new AsyncRwLock<boolean>(true);

  async start(): Promise<void> {
    const guard = await this.initialized.write();
    try {
      guard.value = true;
    } finally {
      guard.release();
    }
  }

  async lead(on: boolean): Promise<boolean> {
    using guard = await this.leader.write();
    const before = guard.value;
    guard.value = on;
    return before;
  }

  ready(): Promise<boolean> {
    return this.initialized.withRead((value) => value);
  }

  async idle(): Promise<boolean> {
    return !(await quickRead(this.leader, (value) => value));
  }
}
`,
        `import { AtomicCounter } from '@lockwise/runtime';

type Flag = AtomicCounter;

export class Node {
  private readonly initialized: Flag = new AtomicCounter();
  private readonly leader: Flag = new AtomicCounter(1);

  async start(): Promise<void> {
    this.initialized.set(1);
  }

  async lead(on: boolean): Promise<boolean> {
    const before = this.leader.get() > 0;
    this.leader.set(on ? 1 : 0);
    return before;
  }

  async ready(): Promise<boolean> {
    return this.initialized.get() > 0;
  }

  async idle(): Promise<boolean> {
    return this.leader.get() === 0;
  }
}
`,
        { tier: 'unsafe', reason: 'can notice' },
      );
    });

    it('an alias in another file', () => {
      expectFix(
        RULE,
        {
          'types.ts': `import type { AsyncMutex } from '@lockwise/runtime';

export type Term = AsyncMutex<number>;
`,
          'node.ts': `import { AsyncMutex } from '@lockwise/runtime';
import type { Term } from './types.js';

const term: Term = new AsyncMutex(0);

export async function next(): Promise<number> {
  return await term.withLock((guard) => ++guard.value);
}
`,
        },
        {
          'types.ts': `import { AtomicCounter } from '@lockwise/runtime';

export type Term = AtomicCounter;
`,
          'node.ts': `import { AtomicCounter } from '@lockwise/runtime';
import type { Term } from './types.js';

const term: Term = new AtomicCounter();

export async function next(): Promise<number> {
  return term.increment();
}
`,
        },
        { tier: 'unsafe', reason: 'code outside that calls `next` can notice' },
      );
    });

    it('is safe where every caller waits at once, up to a suspension', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';

declare function request(): Promise<void>;
const mutex = new Mutex();
let hits = 0;

async function hit(): Promise<number> {
  return await mutex.runExclusive(() => {
    hits += 1;
    return hits;
  });
}

export async function handle(): Promise<number> {
  await request();
  return await hit();
}
`,
        `import { AtomicCounter } from '@lockwise/runtime';

declare function request(): Promise<void>;
const hits = new AtomicCounter();

async function hit(): Promise<number> {
  hits.add(1);
  return hits.get();
}

export async function handle(): Promise<number> {
  await request();
  return await hit();
}
`,
        { tier: 'safe' },
      );
    });

    it('is unsafe where a caller goes on without waiting', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';

declare function request(): Promise<void>;
const mutex = new Mutex();
let hits = 0;

async function hit(): Promise<void> {
  await mutex.runExclusive(() => {
    hits++;
  });
}

export async function handle(): Promise<void> {
  await request();
  void hit();
}
`,
        `import { AtomicCounter } from '@lockwise/runtime';

declare function request(): Promise<void>;
const hits = new AtomicCounter();

async function hit(): Promise<void> {
  hits.increment();
}

export async function handle(): Promise<void> {
  await request();
  void hit();
}
`,
        { tier: 'unsafe', reason: '`handle`, which calls `hit` and does not wait' },
      );
    });

    it('names a number that may be no integer', () => {
      expectFix(
        RULE,
        `import { AsyncMutex } from '@lockwise/runtime';

declare function request(): Promise<void>;
const total = new AsyncMutex(0);

async function add(amount: number): Promise<void> {
  await total.withLock((guard) => {
    guard.value -= amount;
  });
}

export async function handle(): Promise<void> {
  await request();
  await add(1);
}
`,
        `import { AtomicCounter } from '@lockwise/runtime';

declare function request(): Promise<void>;
const total = new AtomicCounter();

async function add(amount: number): Promise<void> {
  total.add(-amount);
}

export async function handle(): Promise<void> {
  await request();
  await add(1);
}
`,
        { tier: 'unsafe', reason: '`amount` is not provably an integer' },
      );
    });

    it('offers the plain field as well, for it is enough', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';

export class Job {
  private readonly mutex = new Mutex();
  private running = false;

  async start(): Promise<boolean> {
    return this.mutex.runExclusive(() => {
      if (this.running) return false;
      this.running = true;
      return true;
    });
  }

  async stop(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      this.running = false;
    } finally {
      release();
    }
  }
}
`,
        `export class Job {
  private running = false;

  async start(): Promise<boolean> {
    if (this.running) return false;
    this.running = true;
    return true;
  }

  async stop(): Promise<void> {
    this.running = false;
  }
}
`,
        { tier: 'unsafe', reason: 'can notice', index: 1 },
      );
    });

    it('is refused when the guard is used for more', () => {
      expectRefusal(
        RULE,
        `import { AsyncMutex, type MutexGuard } from '@lockwise/runtime';
declare function bump(guard: MutexGuard<number>): void;
const total = new AsyncMutex(0);
export async function add() {
  await total.withLock((guard) => {
    bump(guard);
  });
}`,
        'a guard is used for more than its value',
      );
    });

    it('says why there is no counter where the lock may still go', () => {
      const [found] = findings(
        RULE,
        `import { Mutex } from 'async-mutex';
export class Meter {
  private readonly mutex = new Mutex();
  private count = 0;
  async add(): Promise<void> {
    await this.mutex.runExclusive(() => {
      this.count++;
    });
  }
  isAhead(other: Meter): boolean {
    return this.count > other.count;
  }
}`,
      );
      expect(found?.message).toMatch(/ That has no automatic fix: .*may be the same field of another object\.$/);
      expect(found?.fixes.map(({ title }) => title)).toEqual([
        'Remove `this.mutex`: its sections cannot be interrupted',
      ]);
    });

    it('leaves a field as it is that another object of the class reads', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';

export class Meter {
  private readonly mutex = new Mutex();
  private count = 0;

  async add(): Promise<void> {
    await this.mutex.runExclusive(() => {
      this.count++;
    });
  }

  isAbove(other: Meter): boolean {
    return this.count > other.count;
  }
}
`,
        `export class Meter {
  private count = 0;

  async add(): Promise<void> {
    this.count++;
  }

  isAbove(other: Meter): boolean {
    return this.count > other.count;
  }
}
`,
        { tier: 'unsafe', reason: 'can notice' },
      );
    });
  });
});
