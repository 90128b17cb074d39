import { MUTEX, NAMES, RUNTIME } from './snippets.js';
import type { Told } from '../told.js';

export default [
  {
    rule: 'no-nested-lock-type',
    says: '`db` is changed by more than an assignment',
    sample: `${RUNTIME}interface Db { query(sql: string): Promise<string>; close(): void; name: string }
declare function open(): Promise<Db>;
const db = new AsyncMutex<Db | undefined>(undefined);
export const f = () => db.withLock((guard) => { guard.value ??= { query: async () => '', close() {}, name: 'x' }; });
`,
  },
  {
    rule: 'no-nested-lock-type',
    says: '`db` may be `null` or `undefined` before it is made',
    sample: `${RUNTIME}interface Db { query(sql: string): Promise<string>; close(): void; name: string }
declare function open(): Promise<Db>;
const db = new AsyncMutex<Db | null | undefined>(undefined);
export const f = () => db.withLock(async (guard) => { if (!guard.value) guard.value = await open(); });
`,
  },
  {
    rule: 'no-nested-lock-type',
    says: '`db` may be `null` or `undefined`, and a use may tell them apart',
    sample: `${RUNTIME}interface Db { query(sql: string): Promise<string>; close(): void; name: string }
declare function open(): Promise<Db>;
const db = new AsyncMutex<Db | null | undefined>(undefined);
export const f = () => db.withLock((guard) => guard.value === null);
`,
  },
  {
    rule: 'no-nested-lock-type',
    says: '`two` is declared with the same type alias and is more than an optional value',
    sample: `${RUNTIME}interface Db { a: 1 }
type Handle = AsyncMutex<Db | undefined>;
const one: Handle = new AsyncMutex(undefined);
const two: Handle = new AsyncMutex(undefined);
export const f = () => one.withLock((guard) => { guard.value = undefined; });
export const g = async () => { for (const x of [1, 2]) await work(two, x); };
export const h = () => two.withLock((guard) => { guard.value = undefined; });
`,
  },
  {
    rule: 'no-nested-lock-type',
    says: 'a section reads the value after it wrote it',
    sample: `${RUNTIME}interface Db { query(sql: string): Promise<string>; close(): void; name: string }
declare function open(): Promise<Db>;
const db = new AsyncMutex<Db | undefined>(undefined);
export const f = () => db.withLock((guard) => { guard.value = { query: async () => '', close() {}, name: 'x' }; return guard.value.name; });
`,
  },
  {
    rule: 'no-nested-lock-type',
    says: 'a section that relies on a test is an expression',
    sample: `${RUNTIME}interface Db { query(sql: string): Promise<string>; close(): void; name: string }
declare function open(): Promise<Db>;
const db = new AsyncMutex<Db | undefined>(undefined);
export const f = () => db.withLock((guard) => guard.value!.name);
`,
  },
  {
    rule: 'no-nested-lock-type',
    says: 'the value leaves a section that waits',
    sample: `${RUNTIME}interface Db { query(sql: string): Promise<string>; close(): void; name: string }
declare function open(): Promise<Db>;
const db = new AsyncMutex<Db | undefined>(undefined);
export const f = () => db.withLock(async (guard) => { await work(); return guard.value; });
`,
  },
  {
    rule: 'no-redundant-lock',
    says: '`index.ts` exports `mutex` on',
    sample: {
      'sample.ts': `import { Mutex } from 'async-mutex';
export const mutex = new Mutex();
let low = 0;
let high = 0;
export const move = () => mutex.runExclusive(() => { low++; high++; });
`,
      'index.ts': `export { mutex } from './sample.js';
`,
    },
  },
  {
    rule: 'no-redundant-lock',
    says: '`mutex` is declared in an unusual way',
    sample: `import { Mutex } from 'async-mutex';
let low = 0;
let high = 0;
export class Pair {
  accessor mutex = new Mutex();
  move() { return this.mutex.runExclusive(() => { low++; high++; }); }
}
`,
  },
  {
    rule: 'no-redundant-lock',
    says: '`mutex` is declared together with others',
    sample: `import { Mutex } from 'async-mutex';
const mutex = new Mutex(), by = 1;
let low = 0;
let high = 0;
export const move = () => mutex.runExclusive(() => {
  low += by;
  high++;
});
`,
  },
  {
    rule: 'no-redundant-lock',
    says: '`mutex` is exported in another place than its declaration',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
let low = 0;
let high = 0;
export const move = () => mutex.runExclusive(() => {
  low++;
  high++;
});
export { mutex };
`,
  },
  {
    rule: 'no-redundant-lock',
    says: '`own` is made without its data, or elsewhere',
    sample: `${RUNTIME}class Pair {
  private readonly own: AsyncMutex<{ low: number; high: number }>;
  constructor(low: number) {
    this.own = new AsyncMutex({ low, high: 0 });
    if (low > 3) this.own = new AsyncMutex({ low, high: 1 });
  }
  move() { return this.own.withLock((guard) => { guard.value.low++; guard.value.high++; }); }
}
export const pair = new Pair(1);
`,
  },
  {
    rule: 'no-redundant-lock',
    says: '`this.mutex` is no variable and no field of its own',
    sample: `import { Mutex } from 'async-mutex';
let low = 0;
let high = 0;
export class Pair {
  readonly #own = new Mutex();
  get mutex() {
    return this.#own;
  }
  move() { return this.mutex.runExclusive(() => { low++; high++; }); }
}
`,
  },
  {
    rule: 'no-redundant-lock',
    says: 'a comment beside the release would be lost',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
let low = 0;
let high = 0;
export async function move() {
  const release = await mutex.acquire();
  try {
    low++;
    high++;
  } finally {
    // whatever happens
    release();
  }
}
`,
  },
  {
    rule: 'no-redundant-lock',
    says: 'a comment beside the result of a section would be lost',
    sample: `${MUTEX}let low = 0;
let high = 0;
export async function f() {
  const both = await mutex.runExclusive(() => {
    const both = low + high;
    // what it was
    return both;
  });
  return both;
}
`,
  },
  {
    rule: 'no-redundant-lock',
    says: 'a comment in the call would be lost',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
let low = 0;
let high = 0;
export const move = () => mutex.runExclusive(/* both */ () => {
  low++;
  high++;
});
`,
  },
  {
    rule: 'no-redundant-lock',
    says: 'a function in a section has a `this` of its own',
    sample: `${RUNTIME}class Pair {
  private readonly own = new AsyncMutex({ low: 0, high: 0 });
  move() { return this.own.withLock((guard) => { [1].forEach(function () { guard.value.low++; guard.value.high++; }); }); }
}
export const pair = new Pair();
`,
  },
  {
    rule: 'no-redundant-lock',
    says: 'a getter returns the promise of a section',
    sample: `${MUTEX}let low = 0;
let high = 0;
export class Pair {
  get move() {
    return mutex.runExclusive(() => { low++; high++; });
  }
}
`,
  },
  {
    rule: 'no-redundant-lock',
    says: 'a release is part of a larger statement',
    sample: `${MUTEX}let low = 0;
let high = 0;
export async function f(list: unknown[]) {
  const release = await mutex.acquire();
  low++;
  high++;
  list.push(release());
}
`,
  },
  {
    rule: 'no-redundant-lock',
    says: 'a section copies what it gives in a way of its own',
    sample: `${RUNTIME}const pair = new AsyncMutex({ low: 0, high: 0 });
export const f = async () => await quickReadExtract(pair, (value) => {
  return { low: value.low };
});
export const g = () => pair.withLock((guard) => { guard.value.low++; guard.value.high++; });
`,
  },
  {
    rule: 'no-redundant-lock',
    says: 'a section is part of a larger statement',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
let low = 0;
let high = 0;
export async function move(by: number) {
  return [by, await mutex.runExclusive(() => {
    low += by;
    high++;
    return low;
  })];
}
`,
  },
  {
    rule: 'no-redundant-lock',
    says: 'a section that returns in several places is part of a larger statement',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
let low = 0;
let high = 0;
export async function move() {
  const moved = await mutex.runExclusive(() => {
    if (low > 9) return false;
    low++;
    high++;
    return true;
  });
  return moved;
}
`,
  },
  {
    rule: 'no-redundant-lock',
    says: 'data that a section replaces are used by a function that may run later',
    sample: `import { AsyncMutex } from '@lockwise/runtime';
declare function later(task: () => number): void;
const names = new AsyncMutex<string[]>([]);
export async function rename(all: string[]): Promise<void> {
  await names.withLock((guard) => {
    const old = guard.value;
    later(() => old.length + guard.value.length);
    guard.value = all;
  });
}`,
  },
  {
    rule: 'no-redundant-lock',
    says: 'names declared in a section are used outside of it as well',
    sample: `import { Mutex } from 'async-mutex';
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
  },
  {
    rule: 'no-redundant-lock',
    says: 'other locks are declared with the type of `one`',
    sample: `${RUNTIME}type Pair = AsyncMutex<{ low: number; high: number }>;
const one: Pair = new AsyncMutex({ low: 0, high: 0 });
const two: Pair = new AsyncMutex({ low: 0, high: 0 });
export const f = () => one.withLock((guard) => { guard.value.low++; guard.value.high++; });
export const g = () => two.withLock((guard) => { guard.value.low++; guard.value.high++; });
`,
  },
  {
    rule: 'no-redundant-lock',
    says: 'the promise of a section is neither awaited nor returned at once',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
let low = 0;
let high = 0;
export async function move() {
  const moving = mutex.runExclusive(() => {
    low++;
    high++;
  });
  await moving;
}
`,
  },
  {
    rule: 'no-redundant-lock',
    says: 'the section is not an arrow function',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
let low = 0;
let high = 0;
export const move = () => mutex.runExclusive(function () {
  low++;
  high++;
});
`,
  },
  {
    rule: 'no-redundant-lock',
    says: 'the type of `one` is built of others',
    sample: `${RUNTIME}const one: AsyncMutex<{ low: number; high: number }> & { name?: string } = new AsyncMutex({ low: 0, high: 0 });
export const f = () => one.withLock((guard) => { guard.value.low++; guard.value.high++; });
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: '`*=` has no counterpart in a counter',
    sample: `import { AsyncMutex } from '@lockwise/runtime';
const count = new AsyncMutex<number>(0);
export const double = () => count.withLock((guard) => {
  guard.value *= 2;
});
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: '`count` has no value where it is declared',
    sample: `import { Mutex } from 'async-mutex';
const mutex = new Mutex(), other = 1;
class Counts {
  private count: number;
  constructor(from: number) {
    this.count = from;
  }
  reset() {
    this.count = 0;
  }
  add() { return mutex.runExclusive(() => { this.count += other; }); }
}
export const counts = new Counts(1);
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: '`count` is exported: code that was not analysed may use it',
    sample: `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export let count = 0;
export const add = () => mutex.runExclusive(/* one */ () => { count += 1; });
`,
  },
  {
    rule: 'no-redundant-lock',
    says: '`other.ts` imports `mutex`, and does not use it',
    sample: {
      'package.json': '{ "private": true }',
      'sample.ts': `import { Mutex } from 'async-mutex';
export const mutex = new Mutex();
let count = 0;
let last = 0;
export const add = () => mutex.runExclusive(() => { last = count; count += 1; });
`,
      'other.ts': "import { mutex } from './sample.js';\n",
    },
  },
  {
    rule: 'prefer-atomic-counter',
    says: '`get().count` is more than a path of names',
    sample: {
      'package.json': '{ "private": true }',
      'sample.ts': `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export class Counts {
  count = 0;
  add() { return mutex.runExclusive(/* one */ () => { this.count += 1; }); }
}
`,
      'other.ts': `import { Counts } from './sample.js';
const get = () => new Counts();
export const read = () => get().count;
`,
    },
  },
  {
    rule: 'prefer-atomic-counter',
    says: '`count` is not private: who copies or writes out a whole object of the class gets something else for it',
    sample: {
      'package.json': '{ "private": true }',
      'sample.ts': `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export class Counts {
  count = 0;
  async add() { await mutex.runExclusive(() => { this.count += 1; }); }
}
await new Counts().add();
`,
    },
  },
  {
    rule: 'prefer-atomic-counter',
    says: '`count` is used in a type',
    sample: `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
let count = 0;
export const add = () => mutex.runExclusive(/* one */ () => { count += 1; });
export const most: typeof count = 9;
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: '`count` is taken out in a pattern',
    sample: `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export class Counts {
  count = 0;
  add() { return mutex.runExclusive(/* one */ () => { this.count += 1; }); }
  get() {
    const { count } = this;
    return count;
  }
}
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: '`other.count` may be the same field of another object',
    sample: `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export class Counts {
  count = 0;
  add() { return mutex.runExclusive(/* one */ () => { this.count += 1; }); }
  same(other: Counts) { return this.count === other.count; }
}
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: '`two` is declared with the same type alias and is more than a number',
    sample: `${RUNTIME}type Count = AsyncMutex<number>;
const one: Count = new AsyncMutex(0);
const two: Count = new AsyncMutex(0);
export const f = () => one.withLock((guard) => { guard.value += 1; });
export const g = () => two.withLock(async (guard) => { await work(); guard.value += 1; });
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: 'a boolean is computed with',
    sample: `${RUNTIME}const flag = new AsyncMutex<boolean>(false);
export const f = () => flag.withLock((guard) => { guard.value += true; });
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: 'a guard is taken apart in a pattern',
    sample: `import { AsyncMutex } from '@lockwise/runtime';
const count = new AsyncMutex<number>(0);
export const get = () => count.withLock(({ value }) => value);
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: 'a guard is used for more than its value',
    sample: `import { AsyncMutex } from '@lockwise/runtime';
const count = new AsyncMutex<number>(0);
export const log = () => count.withLock((guard) => {
  console.log(guard);
});
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: 'a section is not one function that is written there',
    sample: `${RUNTIME}const count = new AsyncRwLock<number>(0);
import { conditionalUpdate } from '@lockwise/runtime';
export const f = () => conditionalUpdate(count, (value) => value < 3, (guard) => { guard.value += 1; });
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: 'an acquire is not a statement of its own',
    sample: `${RUNTIME}const count = new AsyncMutex<number>(0);
export class A {
  guard: { value: number; release(): void } | undefined;
  async add() {
    this.guard = await count.acquire();
    this.guard.value += 1;
    this.guard.release();
  }
}
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: 'another file may use `count`',
    sample: {
      'sample.ts': `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export class Counts {
  count = 0;
  add() { return mutex.runExclusive(/* one */ () => { this.count += 1; }); }
}
`,
      'other.ts': `import { Counts } from './sample.js';
export const counts = new Counts();
export const get = () => counts.count;
`,
    },
  },
  {
    rule: 'prefer-atomic-counter',
    says: 'the lock and what it guards are declared in two files',
    sample: {
      'sample.ts': `import { mutex } from './locks.js';
let count = 0;
export const add = () => mutex.runExclusive(/* one */ () => { count += 1; });
`,
      'locks.ts': `import { Mutex } from 'async-mutex';
export const mutex = new Mutex();
`,
    },
  },
  {
    rule: 'prefer-atomic-counter',
    says: 'the lock of a section is computed',
    sample: `${RUNTIME}class Counts {
  private readonly own = new AsyncMutex<number>(0);
  self() { return this; }
  add() { return this.self().own.withLock((guard) => { guard.value += 1; }); }
}
export const counts = new Counts();
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: 'the result of a write is used',
    sample: `import { AsyncMutex } from '@lockwise/runtime';
const count = new AsyncMutex<number>(0);
export async function reset() {
  return await count.withLock((guard) => (guard.value = 1));
}
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: 'the type `Count` is used for more than locks',
    sample: `${RUNTIME}type Count = AsyncMutex<number>;
const one: Count = new AsyncMutex(0);
export const take = (count: Count) => count;
export const f = () => one.withLock((guard) => { guard.value += 1; });
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: 'the value is deleted',
    sample: `${RUNTIME}const count = new AsyncMutex<number>(0);
export const f = () => count.withLock((guard) => { delete guard.value; });
`,
  },
  {
    rule: 'prefer-atomic-counter',
    says: 'the value is written in a pattern',
    sample: `import { AsyncMutex } from '@lockwise/runtime';
const count = new AsyncMutex<number>(0);
export const set = (list: number[]) => count.withLock((guard) => {
  [guard.value = 0] = list;
});
`,
  },
  {
    rule: 'prefer-batch-processor',
    says: 'the `finally` does more for each item than to release',
    sample: `import { Mutex } from 'async-mutex';
declare function work(item: number): void;
export class Box {
  private readonly mutex = new Mutex();
  async f(items: readonly number[]) {
    for (const item of items) {
      const release = await this.mutex.acquire();
      try {
        work(item);
      } finally {
        console.log(item);
        release();
      }
    }
  }
}
`,
  },
  {
    rule: 'prefer-batch-processor',
    says: 'the loop does more than to take the lock',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
export class Metrics {
  private readonly sums = new Map<string, number>();
  async record(names: readonly string[]): Promise<void> {
    for (const name of names) {
      console.log(name);
      await mutex.runExclusive(() => {
        this.sums.set(name, 1);
      });
    }
  }
}
`,
  },
  {
    rule: 'prefer-batch-processor',
    says: 'the loop is not in a method',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
const sums = new Map<string, number>();
export async function record(names: string[]) {
  for (const name of names) {
    await mutex.runExclusive(() => {
      sums.set(name, 1);
    });
  }
}
`,
  },
  {
    rule: 'prefer-batch-processor',
    says: 'the type of the items is not written at a parameter',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
export class Metrics {
  private readonly sums = new Map<string, number>();
  async record(names: Iterable<string>): Promise<void> {
    for (const name of names) {
      await mutex.runExclusive(() => {
        this.sums.set(name, 1);
      });
    }
  }
}
`,
  },
  {
    rule: 'prefer-concurrent-map',
    says: 'the function uses the list that it is called for',
    sample: `export const f = (urls: string[]) => Promise.all(urls.map(async (url, index, all) => (await fetch(url + index + all.length)).ok));
`,
  },
  {
    rule: 'prefer-concurrent-map',
    says: 'the list is not mapped with one function',
    sample: `export const f = (urls: string[]) => Promise.all(urls.map(async function (url) { return (await fetch(url + this)).ok; }, 1));
`,
  },
  {
    rule: 'prefer-conditional-update',
    says: 'the result of the section is used, or it is not a statement of its own',
    sample: `import { AsyncRwLock } from '@lockwise/runtime';
const state = new AsyncRwLock({ version: 0 });
export const bump = (version: number) => state.withWrite((guard) => {
  if (guard.value.version < version) guard.value.version = version;
});
`,
  },
  {
    rule: 'prefer-conditional-update',
    says: 'the test has a variable that is named `value` already',
    sample: `import { AsyncRwLock } from '@lockwise/runtime';
const state = new AsyncRwLock({ version: 0 });
export async function bump(value: number) {
  await state.withWrite((guard) => {
    if (guard.value.version < value) guard.value.version = value;
  });
}
`,
  },
  {
    rule: 'prefer-keyed-lock',
    says: '`this.mutex` is made elsewhere',
    sample: `import { Mutex } from 'async-mutex';
declare function work(...args: unknown[]): Promise<number>;
declare const ready: boolean;

const sums = new Map<string, number>();
export class Store {
  constructor(private readonly mutex: Mutex) {}
  async count(key: string) {
    await this.mutex.runExclusive(async () => {
      const before = sums.get(key) ?? 0;
      sums.set(key, before + (await work()));
    });
  }
}
`,
  },
  {
    rule: 'prefer-keyed-lock',
    says: 'a section is not a callback of the lock',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
const sums = new Map<string, number>();
export async function count(key: string) {
  const release = await mutex.acquire();
  try {
    const before = sums.get(key) ?? 0;
    sums.set(key, before + (await work()));
  } finally {
    release();
  }
}
`,
  },
  {
    rule: 'prefer-keyed-lock',
    says: 'the keys have several types',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
const sums = new Map<string | number, number>();
export const one = async (key: string) => await mutex.runExclusive(async () => {
  sums.set(key, await work());
});
export const other = async (key: number) => await mutex.runExclusive(async () => {
  sums.set(key, await work());
});
`,
  },
  {
    rule: 'prefer-keyed-lock',
    says: 'the type of a key is not written',
    sample: `${MUTEX}const sums = new Map<string, number>();
export const count = async (key = 'x') => await mutex.runExclusive(async () => {
  const before = sums.get(key) ?? 0;
  sums.set(key, before + (await work()));
});
`,
  },
  {
    rule: 'prefer-quick-read',
    says: '`copy` is assigned again after the reading',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
let names: string[] = [];
export async function add(name: string): Promise<void> {
  await mutex.runExclusive(() => {
    names.push(name);
  });
}
export async function publish() {
  const release = await mutex.acquire();
  try {
    let copy = [...names];
    copy = [String(await work())];
    console.log(copy);
  } finally {
    release();
  }
}
`,
  },
  {
    rule: 'prefer-quick-read',
    says: '`guard` is used after the reading',
    sample: `${RUNTIME}const names = new AsyncMutex<string[]>([]);
export const add = (name: string) => names.withLock((guard) => { guard.value.push(name); });
export async function publish() {
  await names.withLock(async (guard) => {
    const copy = [...guard.value];
    await work(copy);
    console.log(guard);
  });
}
`,
  },
  {
    rule: 'prefer-quick-read',
    says: 'nothing that is read is used afterwards',
    sample: `${MUTEX}${NAMES}export async function publish() {
  const release = await mutex.acquire();
  try {
    const copy = [...names];
    await work();
  } finally {
    release();
  }
}
`,
  },
  {
    rule: 'prefer-quick-read',
    says: 'the `finally` does more than release',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
let names: string[] = [];
export async function add(name: string): Promise<void> {
  await mutex.runExclusive(() => {
    names.push(name);
  });
}
export async function publish() {
  const release = await mutex.acquire();
  try {
    const copy = [...names];
    await work();
    console.log(copy);
  } finally {
    console.log('done');
    release();
  }
}
`,
  },
  {
    rule: 'prefer-quick-read',
    says: 'the acquire is not followed by `try` and `finally`',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
let names: string[] = [];
export async function add(name: string): Promise<void> {
  await mutex.runExclusive(() => {
    names.push(name);
  });
}
export async function publish() {
  const release = await mutex.acquire();
  const copy = [...names];
  await work();
  console.log(copy);
  release();
}
`,
  },
  {
    rule: 'prefer-quick-read',
    says: 'the enclosing function is not async',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
let names: string[] = [];
export async function add(name: string): Promise<void> {
  await mutex.runExclusive(() => {
    names.push(name);
  });
}
export function publish() {
  return mutex.runExclusive(async () => {
    const copy = [...names];
    await work();
    return copy.length;
  });
}
`,
  },
  {
    rule: 'prefer-quick-read',
    says: 'the lock is taken inside a helper',
    sample: `${MUTEX}${NAMES}const locked = <T>(work: () => T) => mutex.runExclusive(work);
export async function publish() {
  await locked(async () => {
    const copy = [...names];
    await work(copy);
  });
}
`,
  },
  {
    rule: 'prefer-quick-read',
    says: 'the result of the section is used where it is taken',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
let names: string[] = [];
export async function add(name: string): Promise<void> {
  await mutex.runExclusive(() => {
    names.push(name);
  });
}
export async function publish() {
  const sent = await mutex.runExclusive(async () => {
    const copy = [...names];
    await work();
    return copy.length;
  });
  return sent;
}
`,
  },
  {
    rule: 'prefer-quick-read',
    says: 'the section is not awaited',
    sample: `${MUTEX}${NAMES}export async function publish() {
  mutex.runExclusive(async () => {
    const copy = [...names];
    await work(copy);
  });
}
`,
  },
  {
    rule: 'prefer-quick-read',
    says: 'the section may return before it waits',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
let names: string[] = [];
export async function add(name: string): Promise<void> {
  await mutex.runExclusive(() => {
    names.push(name);
  });
}
export async function publish() {
  const release = await mutex.acquire();
  try {
    if (names.length === 0) return;
    await work();
  } finally {
    release();
  }
}
`,
  },
  {
    rule: 'prefer-read-lock',
    says: 'the lock is not taken by a method',
    sample: `${RUNTIME}const state = new AsyncRwLock({ version: 0 });
import { conditionalUpdate } from '@lockwise/runtime';
export const f = () => conditionalUpdate(state, (value) => value.version < 3, (guard) => {
  const before = guard.value.version;
});
`,
  },
  {
    rule: 'prefer-read-lock',
    says: 'the read side has no method of the same form',
    sample: `import { RWLockWriter } from '@matrixai/async-locks';
const lock = new RWLockWriter();
const names = new Map<string, number>();
export const f = () => lock.withF('write', async () => names.get('x'));
export const g = () => lock.withF('write', async () => { names.set('x', 1); });
`,
  },
  {
    rule: 'prefer-retry-with-backoff',
    says: 'the loop counts its attempts outside of a `for`',
    sample: `${MUTEX}export async function f() {
  let attempt = 0;
  while (true) {
    try {
      return await work();
    } catch (error) {
      if (++attempt >= 4) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
`,
  },
  {
    rule: 'prefer-retry-with-backoff',
    says: 'the loop does more than to try, to count and to wait',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
export async function f() {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      console.log(error);
      if (attempt >= 4) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
`,
  },
  {
    rule: 'prefer-scoped-lock',
    says: 'a comment between acquire and release would be lost',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
export async function f() {
  const release = await mutex.acquire();
  // from here on alone
  try {
    await work();
  } finally {
    release();
  }
}
`,
  },
  {
    rule: 'prefer-scoped-lock',
    says: 'the section is not a plain acquire with `try` and `finally`',
    sample: `${MUTEX}export async function f() {
  const release = await mutex.acquire();
  try {
    await work();
  } catch {
    await work();
  } finally {
    release();
  }
}
`,
  },
  {
    rule: 'prefer-scoped-lock',
    says: 'what is known of `name` would be lost in a function',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
export async function f(name: string | undefined) {
  name ??= 'x';
  const release = await mutex.acquire();
  try {
    await work();
    console.log(name.length);
  } finally {
    release();
  }
}
`,
  },
  {
    rule: 'prefer-try-acquire',
    says: '`mutex` is not private: code that was not analysed may ask for it',
    sample: `import { Mutex } from 'async-mutex';
export const mutex = new Mutex();
declare function work(): Promise<number>;
export async function f() {
  await mutex.waitForUnlock();
  await mutex.runExclusive(() => work());
}
`,
  },
  {
    rule: 'prefer-try-acquire',
    says: 'the library has no try that says no without an exception',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
const mutex = new Mutex();
export async function f() {
  if (mutex.isLocked()) return;
  await mutex.runExclusive(() => work());
}`,
  },
  {
    rule: 'prefer-try-acquire',
    says: 'the wait is part of a larger statement',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
export async function f() {
  if (ready) console.log(await mutex.waitForUnlock());
  await mutex.runExclusive(() => work());
}
`,
  },
  {
    rule: 'prefer-with-timeout',
    says: 'a comment in the race would be lost',
    sample: `${MUTEX}export const f = () => Promise.race([work(), /* late */ new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 9))]);
`,
  },
  {
    rule: 'prefer-with-timeout',
    says: 'more than one thing races the timer',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
export const f = () => Promise.race([work(), work(), new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 9))]);
`,
  },
  {
    rule: 'prefer-with-timeout',
    says: 'the timer does more than to reject with an error',
    sample: `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
export const f = () => Promise.race([work(), new Promise((resolve) => setTimeout(() => resolve(1), 9))]);
`,
  },
] satisfies readonly Told[];
