import { describe, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-nested-lock-type';

const DATABASE = `export class Database {
  readonly rows: string[] = [];
  async query(sql: string): Promise<string[]> {
    await fetch(sql);
    return this.rows;
  }
}
export declare function openDatabase(): Promise<Database>;
`;

describe(RULE, () => {
  describe('reports', () => {
    it('a lock around an optional value', () => {
      expectReports(RULE, {
        'database.ts': DATABASE,
        'node.ts': `import { AsyncMutex } from '@lockwise/runtime';
import type { Database } from './database.js';
const handle = new AsyncMutex<Database | undefined>(undefined); // reports: a lock around a value that may be absent
export async function close() {
  await handle.withLock((guard) => {
    guard.value = undefined;
  });
}`,
      });
    });

    it('a lock around a lock, a promise of a lock, a map of optional locks', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
import { AsyncMutex } from '@lockwise/runtime';
export type Twice = AsyncMutex<AsyncMutex<number>>; // reports: a lock around a lock
export class Room {
  lock?: Promise<Mutex>; // reports: has to be waited for
  readonly locks = new Map<string, Mutex | undefined>(); // reports: may be absent
}`,
      );
    });
  });

  describe('allows', () => {
    it('a map that tells «none wanted», which is null, from «none yet»', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
export const locks = new Map<string, Mutex | null>();`,
      );
    });

    it('a keyed lock whose type argument names the locks that it keeps', () => {
      expectSilent(
        RULE,
        `import { LockBox, RWLockWriter } from '@matrixai/async-locks';
export const locks: LockBox<RWLockWriter> = new LockBox();`,
      );
    });

    it('an optional field that is one of two things the lock guards', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
export class Session {
  private readonly mutex = new Mutex();
  private user: { id: string } | undefined;
  private count = 0;
  async sign(user: { id: string }) {
    await this.mutex.runExclusive(() => {
      this.user = user;
      this.count++;
    });
  }
}`,
      );
    });

    it('several waits on the value in one section: a transaction', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
export class Store {
  private readonly mutex = new Mutex();
  private connection: { begin(): Promise<void>; commit(): Promise<void> } | undefined;
  async save() {
    await this.mutex.runExclusive(async () => {
      await this.connection?.begin();
      await this.connection?.commit();
    });
  }
  async close() {
    await this.mutex.runExclusive(() => {
      this.connection = undefined;
    });
  }
}`,
      );
    });

    it('a lock around a value that is always there, and a map of locks', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
import { AsyncMutex } from '@lockwise/runtime';
export const state = new AsyncMutex<{ total: number }>({ total: 0 });
export const locks = new Map<string, Mutex>();`,
      );
    });
  });

  describe('fixes', () => {
    it('the declaration, the alias in another file, and every use', () => {
      const types = (alias: string, module: string) => `import type { ${module} } from '@lockwise/runtime';
import type { Database } from './database.js';

export type DatabaseHandle = ${alias};
`;
      expectFix(
        RULE,
        {
          'database.ts': DATABASE,
          'types.ts': types('AsyncMutex<Database | undefined>', 'AsyncMutex'),
          'node.ts': `import { AsyncMutex } from '@lockwise/runtime';
import { openDatabase, type Database } from './database.js';
import type { DatabaseHandle } from './types.js';

export class Access {
  private readonly handle: DatabaseHandle = new AsyncMutex<Database | undefined>(undefined);

  async open(): Promise<void> {
    const database = await openDatabase();
    const guard = await this.handle.acquire();
    try {
      guard.value = database;
    } finally {
      guard.release();
    }
  }

  async close(): Promise<void> {
    await this.handle.withLock((guard) => {
      guard.value = undefined;
    });
  }

  async isOpen(): Promise<boolean> {
    return this.handle.withLock((guard) => guard.value !== undefined);
  }

  async query(sql: string): Promise<string[] | undefined> {
    return await this.handle.withLock(async (guard) => guard.value?.query(sql));
  }

  async rows(): Promise<number> {
    using guard = await this.handle.acquire();
    if (!guard.value) return 0;
    return guard.value.rows.length;
  }
}
`,
        },
        {
          'database.ts': DATABASE,
          'types.ts': `import type { Database } from './database.js';
import { OptionalArc } from '@lockwise/runtime';

export type DatabaseHandle = OptionalArc<Database>;
`,
          'node.ts': `import { OptionalArc } from '@lockwise/runtime';
import { openDatabase, type Database } from './database.js';
import type { DatabaseHandle } from './types.js';

export class Access {
  private readonly handle: DatabaseHandle = new OptionalArc<Database>();

  async open(): Promise<void> {
    const database = await openDatabase();
    this.handle.set(database);
  }

  async close(): Promise<void> {
    this.handle.clear();
  }

  async isOpen(): Promise<boolean> {
    return this.handle.isSet;
  }

  async query(sql: string): Promise<string[] | undefined> {
    return await this.handle.with((database) => database.query(sql));
  }

  async rows(): Promise<number> {
    const database = this.handle.get();
    if (!database) return 0;
    return database.rows.length;
  }
}
`,
        },
        { tier: 'unsafe', reason: 'uses of the value may overlap' },
      );
    });

    it('lazy initialisation under the lock becomes getOrInit', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';

declare function connect(url: string): Promise<{ end(): void }>;

export class Client {
  private readonly mutex = new Mutex();
  private connection?: { end(): void };

  constructor(private readonly url: string) {}

  async get(): Promise<{ end(): void }> {
    return this.mutex.runExclusive(async () => {
      if (this.connection === undefined) {
        this.connection = await connect(this.url);
      }
      return this.connection;
    });
  }

  async reset(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      this.connection = undefined;
    } finally {
      release();
    }
  }
}
`,
        `import { OptionalArc } from '@lockwise/runtime';

declare function connect(url: string): Promise<{ end(): void }>;

export class Client {
  private readonly connection = new OptionalArc<{ end(): void }>();

  constructor(private readonly url: string) {}

  async get(): Promise<{ end(): void }> {
    return this.connection.getOrInit(() => connect(this.url));
  }

  async reset(): Promise<void> {
    this.connection.clear();
  }
}
`,
        { tier: 'unsafe', reason: 'the value is made outside of any lock' },
      );
    });

    it('is safe where no section waits and every caller does', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';

declare function request(): Promise<void>;
const mutex = new Mutex();
let session: { user: string } | undefined;

async function sign(user: string): Promise<void> {
  await mutex.runExclusive(() => {
    session = { user };
  });
}

async function isSigned(): Promise<boolean> {
  return await mutex.runExclusive(() => session !== undefined);
}

export async function handle(): Promise<boolean> {
  await request();
  await sign('a');
  return await isSigned();
}
`,
        `import { OptionalArc } from '@lockwise/runtime';

declare function request(): Promise<void>;
const session = new OptionalArc<{ user: string }>();

async function sign(user: string): Promise<void> {
  session.set({ user });
}

async function isSigned(): Promise<boolean> {
  return session.isSet;
}

export async function handle(): Promise<boolean> {
  await request();
  await sign('a');
  return await isSigned();
}
`,
        { tier: 'safe' },
      );
    });

    it('names a value that may be absent itself', () => {
      expectFix(
        RULE,
        `import { AsyncMutex } from '@lockwise/runtime';

declare function request(): Promise<void>;
const slot = new AsyncMutex<Date | undefined>(undefined);

async function put(dates: Date[]): Promise<void> {
  await slot.withLock((guard) => {
    guard.value = dates[0];
  });
}

export async function handle(): Promise<void> {
  await request();
  await put([new Date()]);
}
`,
        `import { OptionalArc } from '@lockwise/runtime';

declare function request(): Promise<void>;
const slot = new OptionalArc<Date>();

async function put(dates: Date[]): Promise<void> {
  slot.set(dates[0]);
}

export async function handle(): Promise<void> {
  await request();
  await put([new Date()]);
}
`,
        { tier: 'unsafe', reason: '`dates[0]` is not provably a value' },
      );
    });

    it('takes the written type of a value for it', () => {
      expectFix(
        RULE,
        `import { AsyncMutex } from '@lockwise/runtime';

declare function request(): Promise<void>;
const slot = new AsyncMutex<Date | undefined>(undefined);

async function put(date: Date): Promise<void> {
  await slot.withLock((guard) => {
    guard.value = date;
  });
}

export async function handle(): Promise<void> {
  await request();
  await put(new Date());
}
`,
        `import { OptionalArc } from '@lockwise/runtime';

declare function request(): Promise<void>;
const slot = new OptionalArc<Date>();

async function put(date: Date): Promise<void> {
  slot.set(date);
}

export async function handle(): Promise<void> {
  await request();
  await put(new Date());
}
`,
        { tier: 'safe' },
      );
    });

    it('clears where the value may be absent by its type', () => {
      expectFix(
        RULE,
        `import { AsyncMutex } from '@lockwise/runtime';

declare function request(): Promise<void>;
const slot = new AsyncMutex<Date | undefined>(undefined);

async function put(date?: Date): Promise<void> {
  await slot.withLock((guard) => {
    guard.value = date;
  });
}

export async function handle(): Promise<void> {
  await request();
  await put(new Date());
}
`,
        `import { OptionalArc } from '@lockwise/runtime';

declare function request(): Promise<void>;
const slot = new OptionalArc<Date>();

async function put(date?: Date): Promise<void> {
  if (date === undefined) slot.clear(); else slot.set(date);
}

export async function handle(): Promise<void> {
  await request();
  await put(new Date());
}
`,
        { tier: 'safe' },
      );
    });

    it('is refused for a lock that owns its value and holds it across several waits', () => {
      expectRefusal(
        RULE,
        `import { AsyncMutex } from '@lockwise/runtime';
interface Connection {
  begin(): Promise<void>;
  commit(): Promise<void>;
}
const handle = new AsyncMutex<Connection | undefined>(undefined);
export async function save() {
  await handle.withLock(async (guard) => {
    await guard.value?.begin();
    await guard.value?.commit();
  });
}`,
        'a section holds `handle` across several waits',
      );
    });

    it('leaves out an absent entry', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';
export const locks = new Map<string, Mutex | undefined>();
`,
        `import { Mutex } from 'async-mutex';
export const locks = new Map<string, Mutex>();
`,
        { tier: 'unsafe', reason: 'delete it instead' },
      );
    });
  });
});
