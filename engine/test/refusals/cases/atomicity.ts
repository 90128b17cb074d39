import { MUTEX } from './snippets.js';
import type { Told } from '../told.js';

const SPLIT = `${MUTEX.replace('{ Mutex }', '{ Mutex, Semaphore }')}let count = 0;
`;

const GUARDED = `${MUTEX}export class Room {
  private readonly mutex = new Mutex();
  /** @guardedBy mutex */
  private names: string[] = [];
  join(name: string) {
    return this.mutex.runExclusive(async () => {
      await work();
      this.names.push(name);
    });
  }
`;

const BY_HAND = `${MUTEX}export class Room {
  private readonly mutex = new Mutex();
  /** @guardedBy mutex */
  private names: string[] = [];
  async join(name: string) {
    const release = await this.mutex.acquire();
    try {
      this.names.push(name);
    } finally {
      release();
    }
  }
`;

const USUAL = `${MUTEX}export class Room {
  private readonly mutex = new Mutex();
  private others: string[] = [];
  async join(name: string) {
    await this.mutex.runExclusive(async () => {
      if (this.others.length > 0) await work();
      this.others.push(name);
      this.others.sort();
      this.others.reverse();
      this.others.fill(name);
    });
  }
  async clear() {
    await this.mutex.runExclusive(() => {
      this.others.push('');
      this.others.sort();
      this.others.reverse();
      this.others.fill('');
    });
  }
`;

export default [
  {
    rule: 'no-check-then-act',
    says: '`this.c` is declared in another file',
    sample: {
      'sample.js': `export class Pool {
  async get(connect) {
    if (!this.c) this.c = await connect();
    return this.c;
  }
}`,
    },
  },
  {
    rule: 'no-check-then-act',
    says: '`this.client` is also written elsewhere, and used after it is made',
    sample: `
declare class Client { send(text: string): Promise<void>; }
declare function connect(): Promise<Client>;
declare function load(key: string): Promise<number>;
declare function sleep(ms: number): Promise<void>;
declare const lock: unknown;
export class Pool {
  private client: Client | undefined;
  async send(text: string): Promise<void> {
    if (!this.client) this.client = await connect();
    await this.client.send(text);
  }
  close(): void { this.client = undefined; }
}
`,
  },
  {
    rule: 'no-check-then-act',
    says: 'the assignment is a part of a larger expression',
    sample: `declare function make(): Promise<{ a: 1 }>;
export class A {
  private value: { a: 1 } | undefined;
  async f() {
    return this.value ?? (this.value = await make());
  }
}
`,
  },
  {
    rule: 'no-check-then-act',
    says: 'the making waits for more than one thing',
    sample: `
declare class Client { send(text: string): Promise<void>; }
declare function connect(): Promise<Client>;
declare function load(key: string): Promise<number>;
declare function sleep(ms: number): Promise<void>;
declare const lock: unknown;
export class Pool {
  private client: Client | undefined;
  private clientPromise: Promise<Client> | undefined;
  async send(text: string): Promise<void> {
    if (!this.client) this.client = await (this.clientPromise ??= (async () => (this.client = await connect()))().finally(() => {
      this.clientPromise = undefined;
    }));
    await this.client.send(text);
  }
}
`,
  },
  {
    rule: 'no-check-then-act',
    says: 'the type of `handle` is not written',
    sample: `declare function acquireHandle(): Promise<number>;
let handle;
export async function get() {
  if (handle === undefined) handle = await acquireHandle();
  return handle;
}`,
  },
  {
    rule: 'no-check-then-act',
    says: 'the value is not made in the statement that sets it',
    sample: `
declare class Client { send(text: string): Promise<void>; }
declare function connect(): Promise<Client>;
declare function load(key: string): Promise<number>;
declare function sleep(ms: number): Promise<void>;
declare const lock: unknown;
export class Pool {
  private client: Client | undefined;
  async get(): Promise<void> {
    if (!this.client) {
      const client = await connect();
      this.client = client;
    }
  }
}
`,
  },
  {
    rule: 'no-split-lock',
    says: 'the two sections do not stand in one function',
    sample: `${SPLIT}export async function add(numbers: number[]) {
  const before = await mutex.runExclusive(() => count);
  numbers.forEach((more) => void mutex.runExclusive(() => void (count = before + more)));
}
`,
  },
  {
    rule: 'no-split-lock',
    says: 'the sections are not callbacks that the lock runs',
    sample: `${SPLIT}export async function add(numbers: number[]) {
  let release = await mutex.acquire();
  const before = count;
  release();
  release = await mutex.acquire();
  count = before + 1;
  release();
}
`,
  },
  {
    rule: 'no-split-lock',
    says: '`continue` would have to cross a function',
    sample: `${SPLIT}export async function add(numbers: number[]) {
  for (const more of numbers) {
    const before = await mutex.runExclusive(() => count);
    if (more === 0) continue;
    await mutex.runExclusive(() => void (count = before + 1));
  }
}
`,
  },
  {
    rule: 'no-split-lock',
    says: 'what is known of `given.text` would be lost in a function',
    sample: `${SPLIT}declare const given: { text?: string };
export async function add(numbers: number[]) {
  if (!given.text) return;
  const before = await mutex.runExclusive(() => count);
  console.log(given.text.length);
  await mutex.runExclusive(() => void (count = before + 1));
}
`,
  },
  {
    rule: 'no-split-lock',
    says: 'the function may return in the midst of it',
    sample: `${SPLIT}export async function add(numbers: number[]) {
  if (ready) {
    const before = await mutex.runExclusive(() => count);
    const more = await work();
    if (more === 0) return;
    await mutex.runExclusive(() => void (count = before + 1));
  }
  await work();
}
`,
  },
  {
    rule: 'no-split-lock',
    says: '`before` is declared in it and changed after it',
    sample: `${SPLIT}export async function add(numbers: number[]) {
  let before = await mutex.runExclusive(() => count);
  await mutex.runExclusive(() => void (count = before + 1));
  before += 1;
  return before;
}
`,
  },
  {
    rule: 'no-split-lock',
    says: 'the sections take the lock in different ways',
    sample: `${SPLIT}export async function add(numbers: number[]) {
  const before = await mutex.runExclusive(() => count);
  await mutex.runExclusive(() => void (count = before + 1), 1);
}
`,
  },
  {
    rule: 'no-split-lock',
    says: 'the lock gives the sections different things',
    sample: `${SPLIT}const semaphore = new Semaphore(1);
export async function add(numbers: number[]) {
  const before = await semaphore.runExclusive((first) => count + first);
  await semaphore.runExclusive((second) => void (count = before + second));
}
`,
  },
  {
    rule: 'no-split-lock',
    says: '`value` is something else outside of the sections',
    sample: `${SPLIT}const semaphore = new Semaphore(1);
export async function add(numbers: number[]) {
  const before = await semaphore.runExclusive((value) => count + value);
  const value = 1;
  await semaphore.runExclusive(() => void (count = before + value));
}
`,
  },
  {
    rule: 'no-stale-write-after-await',
    says: '`balance` decides more than what is written',
    sample: `
import { Mutex } from 'async-mutex';
declare function fee(): Promise<number>;
export class Account {
  private balance = 0;
  private readonly mutex = new Mutex();
  async three(): Promise<number> {
    const balance = this.balance;
    const due = await fee();
    this.balance = balance - due;
    return balance;
  }
}
`,
  },
  {
    rule: 'no-stale-write-after-await',
    says: 'no name is free for what is waited for',
    sample: `declare function work(): Promise<number>;
let sum = 0;
export async function f(awaited: number, result: number, received: number) {
  sum += await work();
  return awaited + result + received;
}
`,
  },
  {
    rule: 'no-stale-write-after-await',
    says: 'the old value goes through more than one constant',
    sample: `declare function name(): Promise<string>;
declare const mutex: unknown;
let state = { title: '', count: 0 };
export async function rename(): Promise<void> {
  const { count } = state;
  const next = { title: await name(), count: count + 1 };
  state = next; // reports
}`,
  },
  {
    rule: 'no-stale-write-after-await',
    says: 'the old value goes through more than one constant',
    sample: `declare function name(): Promise<string>;
declare const mutex: unknown;
let state = { title: '', count: 0 };
export async function rename(): Promise<void> {
  const { count } = state;
  const next = { title: await name(), count: count + 1 };
  state = next; // reports
}`,
  },
  {
    rule: 'no-stale-write-after-await',
    says: 'the statement waits for more than one thing',
    sample: `
import { Mutex } from 'async-mutex';
declare function fee(): Promise<number>;
export class Account {
  private balance = 0;
  private readonly mutex = new Mutex();
  async one(): Promise<void> {
    this.balance = this.balance - (await fee()) - (await fee());
  }
}
`,
  },
  {
    rule: 'no-stale-write-after-await',
    says: 'the write is no assignment that stands as a statement of its own',
    sample: `
import { Mutex } from 'async-mutex';
declare function fee(): Promise<number>;
export class Account {
  private balance = 0;
  private readonly mutex = new Mutex();
  async settle(): Promise<void> {
    const owes = this.balance < 0;
    await fee();
    if (owes) this.balance = 0; // reports: decision
  }
}
`,
  },
  {
    rule: 'no-unguarded-access',
    says: '`open` is not `async`, and whoever calls it goes on at once',
    sample: `${USUAL}  open(): void {
    this.others.push('');
  }
}
`,
  },
  {
    rule: 'no-unguarded-access',
    says: '`size` gives its result at once, and its callers would have to wait for it',
    sample: `${GUARDED}  size() { return this.names.length; }
}
`,
  },
  {
    rule: 'no-unguarded-access',
    says: '`last` cannot be made `async`',
    sample: `${GUARDED}  get last() { return this.names.at(-1); }
}
`,
  },
  {
    rule: 'no-unguarded-access',
    says: 'no section of `this.mutex` in this file shows how to take it here',
    sample: `${GUARDED}  static async clear(room: Room) { room.names = []; }
}
`,
  },
  {
    rule: 'no-unguarded-access',
    says: '`room.names = []` is of another object, which has a `this.mutex` of its own',
    sample: `${GUARDED}  async clear(room: Room) { room.names = []; }
}
`,
  },
  {
    rule: 'no-unguarded-access',
    says: 'the access stands in no statement of the function',
    sample: `${BY_HAND}  clear = async () => void (this.names = []);
}
`,
  },
  {
    rule: 'no-unguarded-access',
    says: '`feed` is not `async`, and more than what it returns has to come under the lock',
    sample: `
import { Mutex } from 'async-mutex';
interface Device { send(line: string): Promise<void> }
export class Printer {
  private readonly mutex = new Mutex();
  constructor(private readonly device: Device) {}
  async print(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      await this.device.send('print');
      await this.device.send('cut');
    } finally {
      release();
    }
  }
  feed(): Promise<void> {
    return this.device.send('feed');
  }
}
`,
  },
  {
    rule: 'no-unguarded-access',
    says: '`release` is in use already',
    sample: `${BY_HAND}  async clear(release: () => void) {
    this.names = [];
    release();
  }
}
`,
  },
  {
    rule: 'require-recheck-in-lock',
    says: '`before` is used outside of the section too',
    sample: `
import { Mutex } from 'async-mutex';
declare function save(items: readonly string[]): Promise<void>;
export class Store {
  private readonly mutex = new Mutex();
  private items: readonly string[] = [];
  private open = true;
  private name = 'store';
  async add(item: string): Promise<void> {
    const before = this.items;
    console.log(before);
    const release = await this.mutex.acquire();
    try {
      this.items = [...before, item];
      await save(this.items);
    } finally {
      release();
    }
  }
  async close(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      await save(this.items);
      this.open = false;
    });
  }
}
`,
  },
  {
    rule: 'require-recheck-in-lock',
    says: 'a comment stands after the reading',
    sample: {
      'base.ts': `export class Base<S> {
  #state: S;
  constructor(state: S) { this.#state = state; }
  get state(): S { return this.#state; }
  protected update(state: S): void { this.#state = state; }
}`,
      'store.ts': `import { Mutex } from 'async-mutex';
import { Base } from './base.js';
export class Store extends Base<{ items: readonly string[] }> {
  private readonly mutex = new Mutex();
  async add(item: string): Promise<void> {
    const { items } = this.state; // reports: this.state
    await this.mutex.runExclusive(() => {
      this.update({ items: [...items, item] });
    });
  }
}`,
    },
  },
  {
    rule: 'require-recheck-in-lock',
    says: 'the lock is chosen by what is read',
    sample: `${MUTEX}const locks = [mutex];
let state: { open: boolean } | undefined = { open: true };
export const close = () => mutex.runExclusive(() => {
  state = undefined;
});
export async function f(of: { run: typeof mutex.runExclusive }[]) {
  const was = state ? 1 : 0;
  await locks[was % 2]!.runExclusive(async () => {
    if (was) state = { open: false };
  });
}
`,
  },
  {
    rule: 'require-recheck-in-lock',
    says: 'the lock is taken in a helper',
    sample: `${MUTEX}let state: { open: boolean } | undefined = { open: true };
export const close = () => mutex.runExclusive(() => {
  state = undefined;
});
const locked = <T>(work: () => T) => mutex.runExclusive(work);
export async function f() {
  const was = state;
  const release = await take();
  try {
    if (was) state = { open: false };
  } finally {
    release();
  }
}
async function take() {
  return await mutex.acquire();
}
`,
  },
  {
    rule: 'require-recheck-in-lock',
    says: 'the reading does not stand beside the acquire',
    sample: `${MUTEX}let state: { open: boolean } | undefined = { open: true };
export const close = () => mutex.runExclusive(() => {
  state = undefined;
});
export async function f() {
  if (ready) {
    const was = state;
    if (was) {
      await mutex.runExclusive(async () => {
        if (was) state = { open: false };
      });
    }
  }
}
`,
  },
  {
    rule: 'require-recheck-in-lock',
    says: 'the reading is a part of a larger statement',
    sample: `${MUTEX}let state: { open: boolean } | undefined = { open: true };
export const close = () => mutex.runExclusive(() => {
  state = undefined;
});
export async function f() {
  while (!state) return;
  await mutex.runExclusive(async () => {
    state = { open: false };
  });
}
`,
  },
  {
    rule: 'require-recheck-in-lock',
    says: 'the reading itself waits',
    sample: `${MUTEX}let state: { open: boolean } | undefined = { open: true };
export const close = () => mutex.runExclusive(() => {
  state = undefined;
});
export async function f() {
  const was = (await work(), state);
  await mutex.runExclusive(async () => {
    if (was) state = { open: false };
  });
}
`,
  },
  {
    rule: 'require-recheck-in-lock',
    says: 'the section has no block that a statement can be moved into',
    sample: `${MUTEX}let state: { open: boolean } | undefined = { open: true };
export const close = () => mutex.runExclusive(() => {
  state = undefined;
});
export async function f() {
  const was = state;
  await mutex.runExclusive(() => (was ? (state = { open: false }) : undefined));
}
`,
  },
  {
    rule: 'require-recheck-in-lock',
    says: 'the test does more than leave the function',
    sample: `${MUTEX}let state: { open: boolean } | undefined = { open: true };
export const close = () => mutex.runExclusive(() => {
  state = undefined;
});
export async function f() {
  if (state) {
    console.log(1);
    return;
  }
  await mutex.runExclusive(async () => {
    state = { open: false };
  });
}
`,
  },
  {
    rule: 'require-recheck-in-lock',
    says: 'the test returns from the function, not from the section',
    sample: `
import { Mutex } from 'async-mutex';
declare function save(items: readonly string[]): Promise<void>;
export class Store {
  private readonly mutex = new Mutex();
  private items: readonly string[] = [];
  private open = true;
  private name = 'store';
  async add(item: string): Promise<void> {
    if (!this.open) return;
    await this.mutex.runExclusive(async () => { this.open = false; await save([item]); });
  }
  async close(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      await save(this.items);
      this.open = false;
    });
  }
}
`,
  },
] satisfies readonly Told[];
