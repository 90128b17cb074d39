import { LOCKS, MUTEX, RUNTIME, TWO } from './snippets.js';
import type { Told } from '../told.js';

export default [
  {
    rule: 'acquire-before-try',
    says: 'the acquire declares a variable',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
export async function f() {
  try {
    var release = await mutex.acquire();
    await work();
  } finally {
    release!();
  }
}
`,
  },
  {
    rule: 'acquire-before-try',
    says: 'the acquire does not stand directly in the `try`',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
export async function f() {
  try {
    {
      await mutex.acquire();
    }
    await work();
  } finally {
    mutex.release();
  }
}
`,
  },
  {
    rule: 'no-await-before-release',
    says: 'the release stands in another block',
    sample: `${MUTEX}export async function f() {
  const release = await mutex.acquire();
  try {
    await work();
  } finally {
    await work(), release();
  }
}
`,
  },
  {
    rule: 'no-early-release',
    says: 'the call is not the last statement of the callback',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
async function load() { await fetch('/'); }
export const f = () => mutex.runExclusive(() => {
  load();
  console.log('loading');
});
`,
  },
  {
    rule: 'no-early-release',
    says: 'the call stands in a block inside the callback',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
async function load() { await fetch('/'); }
export const f = () => mutex.runExclusive(() => {
  if (ready) {
    load();
  }
});
`,
  },
  {
    rule: 'no-foreign-release',
    says: '`release` is in use already',
    sample: `${MUTEX}export async function f(wanted: boolean) {
  const release = 1;
  if (wanted) await mutex.acquire();
  await work(release).catch(() => 0);
  mutex.release();
}
`,
  },
  {
    rule: 'no-foreign-release',
    says: 'the acquire is not a statement of its own',
    sample: `${MUTEX}export async function f(wanted: boolean) {
  if (wanted) work(await mutex.acquire());
  await work().catch(() => 0);
  mutex.release();
}
`,
  },
  {
    rule: 'no-foreign-release',
    says: 'the function that takes the lock has the releaser, and would have to hand it over',
    sample: `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
declare function work(): Promise<boolean>;
export async function f() {
  const release = await mutex.acquire();
  try { await work(); } finally { release(); }
}
export function reset() {
  mutex.release(); // reports: where nobody took it
}`,
  },
  {
    rule: 'no-foreign-release',
    says: 'the lock is taken and released in different functions',
    sample: `${MUTEX}export async function f(list: number[]) {
  await Promise.all(list.map(async () => {
    await mutex.acquire();
  }));
  mutex.release();
}
`,
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: '`locks` is taken out in a pattern',
    sample: `import { Mutex } from 'async-mutex';
export class Store {
  private readonly locks = new Map<string, Mutex>();
  async save(key: string, work: () => Promise<void>): Promise<void> {
    let lock = this.locks.get(key);
    if (!lock) {
      lock = new Mutex();
      this.locks.set(key, lock);
    }
    await lock.runExclusive(work);
  }
  drop(key: string): void {
    this.locks.delete(key);
  }
  keys(): string[] {
    const { locks } = this;
    return [...locks.keys()];
  }
}
`,
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: '`acquire` has no counterpart in a `KeyedMutex`',
    sample: `${LOCKS}export async function drop(key: string) {
  const lock = locks.get(key)!;
  const release = await lock.acquire();
  release();
  locks.delete(key);
}
`,
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: '`locks.delete` is part of a larger statement',
    sample: `${LOCKS}export const drop = (key: string) => locks.delete(key);
`,
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: '`locks` holds locks that are more than a mutex',
    sample: `import { Semaphore } from 'async-mutex';
const locks = new Map<string, Semaphore>();
export function drop(key: string) {
  locks.delete(key);
}
`,
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: '`locks` is made elsewhere, or with entries',
    sample: `import { Mutex } from 'async-mutex';
const locks = new Map<string, Mutex>([['a', new Mutex()]]);
export function drop(key: string) {
  locks.delete(key);
}
`,
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: 'a comment would be lost',
    sample: `${LOCKS}export function drop(key: string) {
  if (key) {
    // gone
    locks.delete(key);
  }
}
`,
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: 'a lock is looked up in an unusual way',
    sample: `${LOCKS}export function drop(...key: [string]) {
  locks.delete(key[0]);
}
export const f = (k: [string]) => locks.get(...k)!.runExclusive(() => 1);
`,
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: 'the function that gives the lock of a key can be called from other files',
    sample: `${LOCKS}export function lockOf(key: string) {
  const lock = locks.get(key) ?? new Mutex();
  locks.set(key, lock);
  return lock;
}
export async function drop(key: string) {
  await lockOf(key).runExclusive(() => 1);
  locks.delete(key);
}
`,
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: 'the function that gives the lock of a key does more than that',
    sample: `${LOCKS}function lockOf(key: string) {
  const lock = locks.get(key) ?? new Mutex();
  locks.set(key, lock);
  console.log(key);
  return lock;
}
export async function drop(key: string) {
  await lockOf(key).runExclusive(() => 1);
  locks.delete(key);
}
`,
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: 'the function that gives the lock of a key is handed on',
    sample: `${LOCKS}function lockOf(key: string) {
  const lock = locks.get(key) ?? new Mutex();
  locks.set(key, lock);
  return lock;
}
export async function drop(key: string) {
  work(lockOf);
  locks.delete(key);
}
`,
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: 'the lock of a key is declared together with others',
    sample: `${LOCKS}export async function drop(key: string) {
  const lock = locks.get(key)!, other = 1;
  await lock.runExclusive(() => other);
  locks.delete(key);
}
`,
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: 'the lock of a key is handed on',
    sample: `${LOCKS}export function drop(key: string) {
  work(locks.get(key));
  locks.delete(key);
}
`,
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: 'the map is declared in another file, or holds locks of the project itself',
    sample: {
      'locks.ts': `import { Mutex } from 'async-mutex';
export const locks = new Map<string, Mutex>();
`,
      'sample.ts': `import { Mutex } from 'async-mutex';
import { locks } from './locks.js';
export const drop = (key: string) => {
  const lock = locks.get(key) ?? new Mutex();
  locks.delete(key);
  return lock.runExclusive(() => 1);
};
`,
    },
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: '`locks` is not private: code that was not analysed may use it',
    sample: `import { Mutex } from 'async-mutex';
export const locks = new Map<string, Mutex>();
export function drop(key: string) {
  locks.delete(key);
}
`,
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: '`main.ts` uses `locks` as well',
    sample: {
      'package.json': '{ "private": true }',
      'sample.ts': `import { Mutex } from 'async-mutex';
export const locks = new Map<string, Mutex>();
export function drop(key: string) {
  locks.delete(key);
}
`,
      'main.ts': `import { locks } from './sample.js';
console.log(locks.size);
`,
    },
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: 'the map is declared nowhere',
    sample: `import { Mutex } from 'async-mutex';
export class Doors {
  constructor() {
    this.locks = new Map<string, Mutex>();
  }
  drop(key: string) {
    this.locks.delete(key);
  }
}
`,
  },
  {
    rule: 'no-leaky-keyed-lock',
    says: 'the type of the keys of `locks` is not written',
    sample: `import { Mutex } from 'async-mutex';
type Locks = Map<string, Mutex>;
const locks: Locks = new Map();
export function drop(key: string) {
  locks.delete(key);
}
`,
  },
  {
    rule: 'no-local-lock',
    says: 'whether the jobs may run at the same time is not to be told',
    sample: `import PQueue from 'p-queue';
declare function work(id: string): Promise<void>;
export async function all(ids: string[]) {
  const queue = new PQueue({ concurrency: 4 });
  for (const id of ids) await queue.add(() => work(id));
}`,
  },
  {
    rule: 'no-local-lock',
    says: '`mutex` is in use already where the lock would be declared',
    sample: `import { Mutex } from 'async-mutex';
declare function work(...args: unknown[]): Promise<number>;
declare const ready: boolean;
export async function one() {
  const mutex = new Mutex();
  await mutex.runExclusive(() => work());
}
export async function two() {
  const mutex = new Mutex();
  await mutex.runExclusive(() => work());
}
`,
  },
  {
    rule: 'no-lock-callback-mode',
    says: 'the callback has more parameters',
    sample: `import AsyncLock from 'async-lock';
const lock = new AsyncLock();
declare function work(): Promise<number>;
export const f = () => lock.acquire('k', async (done, other) => {
  await work();
});
`,
  },
  {
    rule: 'no-lock-order-cycle',
    says: '`accounts` is held already when the function that takes `audit` is called',
    sample: `${TWO}/** @requiresLock accounts */
export async function b() {
  await audit.runExclusive(() => 1);
}
export const d = () => audit.runExclusive(async () => {
  await work();
  await accounts.runExclusive(async () => { await work(); });
});
`,
  },
  {
    rule: 'no-lock-order-cycle',
    says: '`audit` is taken in a function that is called with `accounts` held',
    sample: `${TWO}const note = () => audit.runExclusive(() => 1);
const pay = () => accounts.runExclusive(() => 1);
export const a = () => accounts.runExclusive(() => note());
export const b = () => audit.runExclusive(() => pay());
`,
  },
  {
    rule: 'no-lock-order-cycle',
    says: 'something stands between the requests for `accounts` and `audit`',
    sample: `${TWO}export async function a() {
  const one = await accounts.acquire();
  await work().catch(() => 0);
  const two = await audit.acquire();
  two();
  one();
}
export const b = () => audit.runExclusive(async () => {
  await work();
  await accounts.runExclusive(() => 1);
});
`,
  },
  {
    rule: 'no-lock-upgrade',
    says: '`table` has no method that takes the write side in the same form',
    sample: `${RUNTIME}const table = new AsyncRwLock({ sum: 0 });
export const f = () => quickRead(table, async (value) => {
  await table.withWrite((guard) => (guard.value.sum = value.sum + 1));
});
`,
  },
  {
    rule: 'no-lock-upgrade',
    says: 'the parameter of the section is more than a name',
    sample: `${RUNTIME}const table = new AsyncRwLock({ sum: 0 });
export const f = () => table.withRead(async ({ sum }) => {
  await table.withWrite((guard) => (guard.value.sum = sum + 1));
});
`,
  },
  {
    rule: 'no-mutable-lock',
    says: 'other variables are declared with it',
    sample: `import { Mutex } from 'async-mutex';
let mutex = new Mutex(), other = 1;
export const f = () => mutex.runExclusive(() => other);
`,
  },
  {
    rule: 'no-optional-lock',
    says: '`other.lock` may be the same field of another object',
    sample: `import { Mutex } from 'async-mutex';
export class Store {
  private lock?: Mutex;
  open(): void {
    this.lock = new Mutex();
  }
  async save(work: () => Promise<void>): Promise<void> {
    await (this.lock ? this.lock.runExclusive(work) : work());
  }
  isLike(other: Store): boolean {
    return other.lock === undefined;
  }
}
`,
  },
  {
    rule: 'no-optional-lock',
    says: '`Mutex` is imported as a type only',
    sample: `import type { Mutex } from 'async-mutex';
declare function work(...args: unknown[]): Promise<number>;
export class Store {
  constructor(private readonly mutex?: Mutex) {}
  async save() {
    await this.mutex?.runExclusive(() => work());
  }
}
`,
  },
  {
    rule: 'no-optional-lock',
    says: '`mutex` is made in the middle of a statement',
    sample: `import { Mutex } from 'async-mutex';
declare function work(...args: unknown[]): Promise<number>;
export class Store {
  private mutex: Mutex | undefined;
  async save() {
    await this.mutex?.runExclusive(() => work());
  }
  one() {
    return (this.mutex ??= new Mutex());
  }
}
`,
  },
  {
    rule: 'no-optional-lock',
    says: '`mutex` is made with `by`',
    sample: `import { Mutex } from 'async-mutex';
declare function work(...args: unknown[]): Promise<number>;
export class Store {
  private mutex: Mutex | undefined;
  async save() {
    await this.mutex?.runExclusive(() => work());
  }
  one(by: new () => Mutex) {
    this.mutex = new by();
  }
}
`,
  },
  {
    rule: 'no-optional-lock',
    says: '`mutex` is set in several places',
    sample: `import { Mutex } from 'async-mutex';
declare function work(...args: unknown[]): Promise<number>;
export class Store {
  private mutex: Mutex | undefined;
  async save() {
    await this.mutex?.runExclusive(() => work());
  }
  one() {
    this.mutex = new Mutex();
  }
  two() {
    this.mutex = new Mutex();
  }
}
`,
  },
  {
    rule: 'no-optional-lock',
    says: 'nothing in this file makes `mutex`',
    sample: `import { Mutex } from 'async-mutex';
declare function work(...args: unknown[]): Promise<number>;
export class Store {
  private mutex: Mutex | undefined;
  async save() {
    await this.mutex?.runExclusive(() => work());
  }
}
`,
  },
  {
    rule: 'no-optional-lock',
    says: 'the lock is no variable and no field of its own',
    sample: `export const f = () => navigator.locks?.request('x', async () => 1);
`,
  },
  {
    rule: 'no-optional-lock',
    says: 'the type of `places` does not say how to make one',
    sample: `import { Semaphore } from 'async-mutex';
declare function work(...args: unknown[]): Promise<number>;
export class Store {
  constructor(private readonly places?: Semaphore) {}
  async save() {
    await this.places?.runExclusive(() => work());
  }
}
`,
  },
  {
    rule: 'no-reentrant-acquire',
    says: 'the called function has no body of its own that expects the lock to be held',
    sample: `export async function outer() {
  await navigator.locks.request('session', async () => {
    await inner(); // reports
  });
}
async function inner() {
  await navigator.locks.request('session', async () => 1);
}`,
  },
  {
    rule: 'no-reentrant-acquire',
    says: 'the lock is taken again several calls further in',
    sample: {
      'lock.ts': `import { Mutex } from 'async-mutex';
export const mutex = new Mutex();
export const locked = <T>(body: () => Promise<T>) => mutex.runExclusive(body);
`,
      'save.ts': `import { locked } from './lock.js';
export async function save() {
  await flush();
}
async function flush() {
  await locked(async () => 1);
}
`,
      'main.ts': `import { locked } from './lock.js';
import { save } from './save.js';
export async function main() {
  await locked(async () => {
    await save(); // reports: \`save()\` waits for \`mutex\`
  });
}
`,
    },
  },
  {
    rule: 'no-reentrant-acquire',
    says: 'the nested callback is given arguments by the lock',
    sample: `${MUTEX}export const f = () => mutex.runExclusive(async () => {
  await mutex.runExclusive((...args: unknown[]) => work(args));
});
`,
  },
  {
    rule: 'no-reentrant-acquire',
    says: 'the nested request has no callback to call instead',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
export const f = () => mutex.runExclusive(async () => {
  const release = await mutex.acquire();
  release();
});
`,
  },
  {
    rule: 'require-await-acquire',
    says: 'the call stands at the top of a module',
    sample: `${MUTEX}await work();
mutex.acquire();
export {};
`,
  },
  {
    rule: 'require-await-acquire',
    says: 'the function around it is not `async`',
    sample: `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
declare function work(): Promise<void>;
function f() {
  mutex.acquire();
  work();
  mutex.release();
}`,
  },
  {
    rule: 'require-release',
    says: 'nothing stands between the acquire and the release',
    sample: `${MUTEX}export async function f() {
  const release = await mutex.acquire(), x = work();
  release();
  await x;
}
`,
  },
  {
    rule: 'require-release',
    says: 'the lock is taken in a chain of promises',
    sample: `${MUTEX}export const f = () => mutex.acquire().then(async (release) => {
  await work();
  release();
});
`,
  },
  {
    rule: 'require-release',
    says: 'the release is part of a larger statement',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
export async function f() {
  const release = await mutex.acquire();
  await work();
  if (ready) release();
}
`,
  },
  {
    rule: 'no-reentrant-acquire',
    says: 'which part of the work is to be done again is not for a tool to say',
    sample: `declare function load(): Promise<void>;
export const makeLoader = () => {
  let loading: Promise<void> | undefined;
  return async (): Promise<void> => {
    if (loading) await loading;
    loading = (async () => {
      await load();
      await loading; // reports: this waits for \`loading\`
    })();
    await loading;
  };
};`,
  },
  {
    rule: 'require-release',
    says: 'the lock is to stay held where nothing throws',
    sample: `import AwaitLock from 'await-lock';
declare const db: { exec(sql: string): Promise<void> };
export class Session {
  private readonly lock = new AwaitLock();
  async begin() {
    await this.lock.acquireAsync();
    await db.exec('BEGIN');
  }
  async commit() {
    try {
      await db.exec('COMMIT');
    } finally {
      this.lock.release();
    }
  }
}
`,
  },
] satisfies readonly Told[];
