import { MUTEX, NAMES, RUNTIME } from './snippets.js';
import { decorators } from '../../checks/check-rule.js';
import type { Told } from '../told.js';

const decorated = ['no-long-held-lock', 'no-delay-in-lock', 'no-callback-in-lock'].map((rule): Told => ({
  rule,
  says: 'a decorator holds the lock over the whole method',
  decorators: decorators({ name: 'Synchronized' }),
  sample: `
declare const Synchronized: (target: object, name: string) => void;
declare function sleep(ms: number): Promise<void>;
export class Client {
  private last = '';
  constructor(private readonly options: { onChange(last: string): Promise<void> }) {}
  @Synchronized async set(last: string): Promise<void> {
    this.last = last;
    await this.options.onChange(this.last);
  }
  @Synchronized async send(): Promise<void> {
    for (let tries = 0; tries < 3; tries++) {
      try {
        await fetch(this.last);
      } catch {
        await sleep(1000);
      }
    }
  }
}
`,
}));

const LOOP = `${MUTEX.replace('work(...args: unknown[])', 'load(key: string)')}const sizes = new Map<string, number>();
`;

export default [
  ...decorated,
  {
    rule: 'no-await-loop-in-lock',
    says: 'more than one thing is waited for in its loops',
    sample: `${LOOP}export async function fill(keys: string[]) {
  await mutex.runExclusive(async () => {
    for (const key of keys) sizes.set(key, await load(key));
    for (const key of keys) sizes.set(key, 1 + (await load(key)));
  });
}
`,
  },
  {
    rule: 'no-await-loop-in-lock',
    says: 'the function around the section is not `async`',
    sample: `${LOOP}export function fil(keys: string[]) {
  return mutex.runExclusive(async () => {
    for (const key of keys) sizes.set(key, await load(key));
  });
}
`,
  },
  {
    rule: 'no-await-loop-in-lock',
    says: 'the lock is taken neither by a callback nor before a `try`',
    sample: `${LOOP}export async function fill(keys: string[]) {
  const release = await mutex.acquire();
    for (const key of keys) sizes.set(key, await load(key));
  release();
}
`,
  },
  {
    rule: 'no-await-loop-in-lock',
    says: 'the section does not begin with the loop',
    sample: `${LOOP}export async function fill(keys: string[]) {
  await mutex.runExclusive(async () => {
    sizes.clear();
    for (const key of keys) sizes.set(key, await load(key));
  });
}
`,
  },
  {
    rule: 'no-await-loop-in-lock',
    says: 'a round does something before it waits',
    sample: `${LOOP}export async function fill(keys: string[]) {
  await mutex.runExclusive(async () => {
    for (const key of keys) sizes.set(key + sizes.size.toFixed(), await load(key));
  });
}
`,
  },
  {
    rule: 'no-await-loop-in-lock',
    says: 'nothing is done with what is waited for, so that its order may be what the lock is for',
    sample: `${LOOP}export async function fill(keys: string[]) {
  await mutex.runExclusive(async () => {
    for (const key of keys) await load(key);
  });
}
`,
  },
  {
    rule: 'no-await-loop-in-lock',
    says: '`key` is changed in the section, and the wait goes by it',
    sample: `${LOOP}export async function fill(keys: string[]) {
  await mutex.runExclusive(async () => {
    for (let key of keys) {
      sizes.set(key, await load(key));
      key = '';
    }
  });
}
`,
  },
  {
    rule: 'no-await-loop-in-lock',
    says: '`keys` is changed in the section, and the wait goes by it',
    sample: `${LOOP}export async function fill(keys: string[]) {
  await mutex.runExclusive(async () => {
    for (const key of keys) {
      const size = await load(key);
      if (size > sizes.size) keys.push(key + size);
      sizes.set(key, size);
    }
  });
}
`,
  },
  {
    rule: 'no-await-loop-in-lock',
    says: '`page` is changed in the section, and the wait goes by it',
    sample: `${LOOP}export async function fill(keys: string[]) {
  const page = { at: 0 };
  await mutex.runExclusive(async () => {
    for (const key of keys) {
      const size = await load(key + page.at);
      sizes.set(key, size);
      page.at = size;
    }
  });
}
`,
  },
  {
    rule: 'no-await-loop-in-lock',
    says: 'a section is part of a larger statement',
    sample: `${LOOP}export async function fill(keys: string[], isCold: boolean) {
  if (isCold)
    await mutex.runExclusive(async () => {
      for (const key of keys) sizes.set(key, await load(key));
    });
}
`,
  },
  {
    rule: 'no-await-loop-in-lock',
    says: '`names` touches `names`, as sections of the lock do',
    sample: `${LOOP}let names: string[] = [];
export async function fill(keys: string[]) {
  await mutex.runExclusive(async () => {
    for (const key of names) sizes.set(key, await load(key));
  });
}
`,
  },
  {
    rule: 'no-await-loop-in-lock',
    says: '`yield` would have to cross a function',
    sample: `${LOOP}export async function* fill(keys: string[]) {
  const release = await mutex.acquire();
  try {
    for (const key of keys) sizes.set(key, await load(yield key));
  } finally {
    release();
  }
}
`,
  },
  {
    rule: 'no-await-loop-in-lock',
    says: 'no name is free for what is waited for',
    sample: `${LOOP}export async function fill(keys: string[], results: 1, loaded: 1, found: 1) {
  await mutex.runExclusive(async () => {
    for (const key of keys) sizes.set(key, await load(key));
  });
}
`,
  },
  {
    rule: 'no-delay-in-lock',
    says: 'an attempt leaves the loop',
    sample: `
import { Mutex } from 'async-mutex';
declare function attempt(): Promise<number>;
declare function sleep(ms: number): Promise<void>;
export class Client {
  private readonly mutex = new Mutex();
  private readonly throttleLock = new Mutex();
  private ready = false;
  async request(): Promise<number> {
    return this.mutex.runExclusive(async () => {
      for (let tries = 0; ; tries++) {
        try {
          if (this.ready) continue;
          return await attempt();
        } catch (error) {
          if (tries === 3) throw error;
          await sleep(100); // reports: once a round
        }
      }
    });
  }
}
`,
  },
  {
    rule: 'no-delay-in-lock',
    says: 'the section does more than to retry',
    sample: `
import { Mutex } from 'async-mutex';
declare function attempt(): Promise<number>;
declare function sleep(ms: number): Promise<void>;
export class Client {
  private readonly mutex = new Mutex();
  private readonly throttleLock = new Mutex();
  private ready = false;
  async request(): Promise<number> {
    return this.mutex.runExclusive(async () => {
      this.ready = true;
      for (let tries = 0; ; tries++) {
        try {
          return await attempt();
        } catch (error) {
          if (tries === 3) throw error;
          await sleep(100); // reports: once a round
        }
      }
    });
  }
}
`,
  },
  {
    rule: 'no-delay-in-lock',
    says: 'the section is no callback whose body is a retry loop',
    sample: `
import { Mutex } from 'async-mutex';
declare function attempt(): Promise<number>;
declare function sleep(ms: number): Promise<void>;
export class Client {
  private readonly mutex = new Mutex();
  private readonly throttleLock = new Mutex();
  private ready = false;
  async settle(): Promise<void> {
    const release = await this.mutex.acquire();
    await sleep(1);
    release();
  }
}
`,
  },
  {
    rule: 'no-delay-in-lock',
    says: 'the section is not returned by an `async` function',
    sample: `
import { Mutex } from 'async-mutex';
declare function attempt(): Promise<number>;
declare function sleep(ms: number): Promise<void>;
export class Client {
  private readonly mutex = new Mutex();
  private readonly throttleLock = new Mutex();
  private ready = false;
  private pause(): Promise<void> { return new Promise((resolve) => setTimeout(resolve, 10)); }
  poll = () => this.mutex.runExclusive(async () => {
    while (!this.ready) await this.pause(); // reports
  });
}
`,
  },
  {
    rule: 'no-long-held-lock',
    says: '`body` is declared beside the section too',
    sample: `
import { Mutex } from 'async-mutex';
declare function prompt(text: string): Promise<string>;
export class Store {
  private readonly mutex = new Mutex();
  private members = new Map<string, number>();
  async save(): Promise<void> {
    const body = 1;
    void body;
    const release = await this.mutex.acquire();
    try {
      const body = JSON.stringify([...this.members]);
      await fetch('/members', { method: 'POST', body });
    } finally {
      release();
    }
  }
  async add(name: string): Promise<void> {
    await this.mutex.runExclusive(() => { this.members.set(name, 1); });
  }
}
`,
  },
  {
    rule: 'no-long-held-lock',
    says: '`body` is declared beside the section too',
    sample: `
import { Mutex } from 'async-mutex';
declare function prompt(text: string): Promise<string>;
export class Store {
  private readonly mutex = new Mutex();
  private members = new Map<string, number>();
  async save(): Promise<void> {
    const body = 1;
    void body;
    const release = await this.mutex.acquire();
    try {
      const body = JSON.stringify([...this.members]);
      await fetch('/members', { method: 'POST', body });
    } finally {
      release();
    }
  }
  async add(name: string): Promise<void> {
    await this.mutex.runExclusive(() => { this.members.set(name, 1); });
  }
}
`,
  },
  {
    rule: 'no-long-held-lock',
    says: '`guard` is used for more than what the call gets',
    sample: `${RUNTIME}const names = new AsyncMutex<string[]>([]);
export const add = (name: string) => names.withLock((guard) => { guard.value.push(name); });
export async function publish() {
  await names.withLock(async (guard) => {
    await fetch('/', { body: guard.value.join() });
    console.log(guard);
  });
}
`,
  },
  {
    rule: 'no-long-held-lock',
    says: '`lock` has no form that runs a function under the lock',
    sample: `import AwaitLock from 'await-lock';
declare function work(...args: unknown[]): Promise<number>;
const lock = new AwaitLock();
let names: string[] = [];
export const add = async (name: string) => {
  await lock.acquireAsync();
  try {
    names.push(name);
  } finally {
    lock.release();
  }
};
export async function publish() {
  await lock.acquireAsync();
  try {
    names = names.slice();
    await fetch('/');
  } finally {
    lock.release();
  }
}
`,
  },
  {
    rule: 'no-long-held-lock',
    says: '`names` is changed in an argument of the call',
    sample: `${MUTEX}${NAMES}export async function publish() {
  const release = await mutex.acquire();
  try {
    await fetch(String((names = ["x"])));
  } finally {
    release();
  }
}
`,
  },
  {
    rule: 'no-long-held-lock',
    says: '`next()` is evaluated before the call, with effects',
    sample: `declare function next(): string;
async function show(members: ReadonlyMap<string, number>, next: string): Promise<void> {
  await fetch('/' + next + members.size);
}

import { Mutex } from 'async-mutex';
declare function prompt(text: string): Promise<string>;
export class Store {
  private readonly mutex = new Mutex();
  private members = new Map<string, number>();
  async save(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      await show(this.members, next());
    } finally {
      release();
    }
  }
  async add(name: string): Promise<void> {
    await this.mutex.runExclusive(() => { this.members.set(name, 1); });
  }
}
`,
  },
  {
    rule: 'no-long-held-lock',
    says: '`show` changes `this.members`, and a copy would not do',
    sample: `async function show(members: Map<string, number>): Promise<void> {
  await fetch('/' + members.size);
  members.set('x', 1);
}

import { Mutex } from 'async-mutex';
declare function prompt(text: string): Promise<string>;
export class Store {
  private readonly mutex = new Mutex();
  private members = new Map<string, number>();
  async save(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      await show(this.members);
    } finally {
      release();
    }
  }
  async add(name: string): Promise<void> {
    await this.mutex.runExclusive(() => { this.members.set(name, 1); });
  }
}
`,
  },
  {
    rule: 'no-long-held-lock',
    says: '`this.members.size` is used by a function that the call gets',
    sample: `

import { Mutex } from 'async-mutex';
declare function prompt(text: string): Promise<string>;
export class Store {
  private readonly mutex = new Mutex();
  private members = new Map<string, number>();
  async save(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      await fetch(((get: () => number) => String(get()))(() => this.members.size));
    } finally {
      release();
    }
  }
  async add(name: string): Promise<void> {
    await this.mutex.runExclusive(() => { this.members.set(name, 1); });
  }
}
`,
  },
  {
    rule: 'no-long-held-lock',
    says: '`this.members` holds what `structuredClone` cannot copy',
    sample: `class Member { ping(): void {} }
async function show(members: ReadonlyMap<string, Member>): Promise<void> {
  await fetch('/' + members.size);
}

import { Mutex } from 'async-mutex';
declare function prompt(text: string): Promise<string>;
export class Store {
  private readonly mutex = new Mutex();
  private members = new Map<string, Member>();
  async save(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      await show(this.members);
    } finally {
      release();
    }
  }
  async add(name: string): Promise<void> {
    await this.mutex.runExclusive(() => { this.members.set(name, new Member()); });
  }
}
`,
  },
  {
    rule: 'no-long-held-lock',
    says: 'no name is free for a copy of `names`',
    sample: `${MUTEX}${NAMES}export async function publish(namesCopy: string) {
  const release = await mutex.acquire();
  try {
    await fetch(names);
    console.log(namesCopy);
  } finally {
    release();
  }
}
`,
  },
  {
    rule: 'no-long-held-lock',
    says: 'nothing that the lock guards is read in the section',
    sample: `
import { once, EventEmitter } from 'node:events';
import { Mutex } from 'async-mutex';
declare class Process extends EventEmitter { join(): Promise<void>; }
export class Pool {
  private readonly mutex = new Mutex();
  private readonly process = new Process();
  async run(): Promise<void> {
    const unlock = await this.mutex.acquire(); // reports: bound the wait
    try {
      await this.process.join();
    } finally {
      unlock();
    }
  }
}
`,
  },
  {
    rule: 'no-long-held-lock',
    says: 'the call that gets guarded state is part of a larger statement',
    sample: `async function show(members: ReadonlyMap<string, number>): Promise<void> {
  await fetch('/' + members.size);
}

import { Mutex } from 'async-mutex';
declare function prompt(text: string): Promise<string>;
export class Store {
  private readonly mutex = new Mutex();
  private members = new Map<string, number>();
  async save(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      if (this.members.size > 0) await show(this.members);
    } finally {
      release();
    }
  }
  async add(name: string): Promise<void> {
    await this.mutex.runExclusive(() => { this.members.set(name, 1); });
  }
}
`,
  },
  {
    rule: 'no-long-held-lock',
    says: 'the section is not written there as a function with a block',
    sample: `${MUTEX}${NAMES}export async function publish() {
  await mutex.runExclusive(async () => await fetch("/", { body: names.join() }));
}
`,
  },
  {
    rule: 'no-long-held-lock',
    says: 'the section returns early',
    sample: `
import { Mutex } from 'async-mutex';
declare function prompt(text: string): Promise<string>;
export class Store {
  private readonly mutex = new Mutex();
  private members = new Map<string, number>();
  async save(): Promise<void> {
    await this.mutex.runExclusive(async () => { // reports: never waits for anything
      if (this.members.size === 0) return;
      await fetch('/members');
      this.members.clear();
    });
  }
  async add(name: string): Promise<void> {
    await this.mutex.runExclusive(() => { this.members.set(name, 1); });
  }
}
`,
  },
  {
    rule: 'require-acquire-timeout',
    says: 'how long to wait is not for a tool to say: give the rule its option `timeout`',
    sample: `
import { AsyncMutex } from '@lockwise/runtime';
declare function work(): Promise<void>;
export const data = new AsyncMutex(0);
export class Api {
  never(): Promise<void> { return data.withLock(work, { timeout: Infinity }); }
}
`,
  },
  {
    rule: 'require-acquire-timeout',
    says: 'the request is neither awaited nor returned, and nobody would hear that it was given up',
    sample: `
import { AsyncMutex } from '@lockwise/runtime';
declare function work(): Promise<void>;
export const data = new AsyncMutex(0);
export class Api {
  never(): void { void data.withLock(work, { timeout: Infinity }); }
}
`,
  },
  {
    rule: 'require-acquire-timeout',
    says: 'the function and the options of the request are not written there',
    options: { entryPoints: ['Api.*'] },
    sample: `
import { AsyncMutex } from '@lockwise/runtime';
declare function work(): Promise<void>;
export const data = new AsyncMutex(0);
export class Api {
  never(): Promise<void> { return data.withLock(work); }
}
`,
  },
  {
    rule: 'require-acquire-timeout',
    says: 'the request is no call of a lock of the runtime with the function that it runs',
    sample: `
import { AsyncMutex } from '@lockwise/runtime';
declare function work(): Promise<void>;
export const data = new AsyncMutex(0);
export class Api {
  async never(): Promise<void> {
    const guard = await data.acquire({ timeout: Infinity });
    try { await work(); } finally { guard.release(); }
  }
}
`,
  },
  {
    rule: 'require-acquire-timeout',
    says: 'what the function does when the time is up is not for a tool to say',
    sample: `
import { AsyncMutex } from '@lockwise/runtime';
declare function work(): Promise<void>;
export const data = new AsyncMutex(0);
export class Api {
  private async locked(acquireTimeout: number): Promise<void> { void acquireTimeout; await work(); }
  never(): Promise<void> { return this.locked(-1); }
}
`,
  },
  {
    rule: 'no-callback-in-lock',
    says: 'the consumer of a generator runs wherever it yields',
    sample: `
import { EventEmitter } from 'node:events';
import { Mutex } from 'async-mutex';
export class Store extends EventEmitter {
  private readonly mutex = new Mutex();
  private count = 0;
  private readonly listeners_: ((count: number) => Promise<void>)[] = [];
  private readonly report?: (count: number) => Promise<void>;
  constructor(private readonly options: { onChange(count: number): Promise<void> }) { super(); }
  async *counts(): AsyncGenerator<number> {
    const release = await this.mutex.acquire();
    try { yield this.count; } finally { release(); }
  }
}
`,
  },
  {
    rule: 'no-callback-in-lock',
    says: 'the lock is taken in a helper, which may do more before it releases',
    sample: `
import { Mutex } from 'async-mutex';
type Listener = (count: number) => void | Promise<void>;
export class Client {
  private readonly mutex = new Mutex();
  private readonly subscriptions = new Map<number, { id: number; callback: Listener }>();
  private count = 0;
  
  onChange(callback: Listener): void {
    const id = this.subscriptions.size;
    const subscription = { id, callback };
    this.subscriptions.set(id, subscription);
  }
  read(): Promise<number> { return this.locked(async () => this.count); }
  private async locked<T>(work: () => Promise<T>): Promise<T> { return this.mutex.runExclusive(() => work()); }
  private async notify(): Promise<void> {
    const all = Array.from(this.subscriptions.values()).map(async (one) => { await one.callback(this.count); });
    await Promise.all(all);
  }
  async add(): Promise<void> { await this.locked(async () => { this.count += 1; await this.notify(); }); }
}
`,
  },
  {
    rule: 'no-callback-in-lock',
    says: 'others are told in a function of its own, and its callers are to tell them after the release',
    sample: `
import { Mutex } from 'async-mutex';
type Listener = (count: number) => void | Promise<void>;
export class Client {
  private readonly mutex = new Mutex();
  private readonly subscriptions = new Map<number, { id: number; callback: Listener }>();
  private count = 0;
  
  onChange(callback: Listener): void {
    const id = this.subscriptions.size;
    const subscription = { id, callback };
    this.subscriptions.set(id, subscription);
  }
  read(): Promise<number> { return this.locked(async () => this.count); }
  private async locked<T>(work: () => Promise<T>): Promise<T> { return this.mutex.runExclusive(() => work()); }
  private async notify(): Promise<void> {
    const all = Array.from(this.subscriptions.values()).map(async (one) => { await one.callback(this.count); });
    await Promise.all(all);
  }
  async add(): Promise<void> {
    const release = await this.mutex.acquire();
    try { await this.added(); } finally { release(); }
  }
  private async added(): Promise<void> { this.count += 1; await this.notify(); }
}
`,
  },
  {
    rule: 'no-callback-in-lock',
    says: 'the section does nothing else, so that its order is what it is for',
    sample: `
import { EventEmitter } from 'node:events';
import { Mutex } from 'async-mutex';
export class Store extends EventEmitter {
  private readonly mutex = new Mutex();
  private count = 0;
  private readonly listeners_: ((count: number) => Promise<void>)[] = [];
  private readonly report?: (count: number) => Promise<void>;
  constructor(private readonly options: { onChange(count: number): Promise<void> }) { super(); }
  async add(): Promise<void> {
    await this.mutex.runExclusive(async () => { await this.options.onChange(this.count); });
  }
}
`,
  },
  {
    rule: 'no-callback-in-lock',
    says: 'the section is not a statement of its own',
    sample: `
import { EventEmitter } from 'node:events';
import { Mutex } from 'async-mutex';
export class Store extends EventEmitter {
  private readonly mutex = new Mutex();
  private count = 0;
  private readonly listeners_: ((count: number) => Promise<void>)[] = [];
  private readonly report?: (count: number) => Promise<void>;
  constructor(private readonly options: { onChange(count: number): Promise<void> }) { super(); }
  async add(): Promise<void> {
    const done = this.mutex.runExclusive(async () => { this.count += 1; await this.options.onChange(this.count); }); await done;
  }
}
`,
  },
  {
    rule: 'no-callback-in-lock',
    says: 'what others are told is not a list of values',
    sample: `
import { EventEmitter } from 'node:events';
import { Mutex } from 'async-mutex';
export class Store extends EventEmitter {
  private readonly mutex = new Mutex();
  private count = 0;
  private readonly listeners_: ((count: number) => Promise<void>)[] = [];
  private readonly report?: (count: number) => Promise<void>;
  constructor(private readonly options: { onChange(count: number): Promise<void> }) { super(); }
  async add(): Promise<void> {
    await this.mutex.runExclusive(async () => { this.count += 1; await this.options.onChange(...([this.count] as const)); });
  }
}
`,
  },
  {
    rule: 'no-callback-in-lock',
    says: 'each of them is told something else',
    sample: `
import { EventEmitter } from 'node:events';
import { Mutex } from 'async-mutex';
export class Store extends EventEmitter {
  private readonly mutex = new Mutex();
  private count = 0;
  private readonly listeners_: ((count: number) => Promise<void>)[] = [];
  private readonly report?: (count: number) => Promise<void>;
  constructor(private readonly options: { onChange(count: number): Promise<void> }) { super(); }
  async add(): Promise<void> {
    await this.mutex.runExclusive(async () => { this.count += 1; for (const listener of this.listeners_) await listener(this.count + this.listeners_.indexOf(listener)); });
  }
}
`,
  },
  {
    rule: 'no-callback-in-lock',
    says: 'only the section has what is called',
    sample: `
import { EventEmitter } from 'node:events';
import { Mutex } from 'async-mutex';
export class Store extends EventEmitter {
  private readonly mutex = new Mutex();
  private count = 0;
  private readonly listeners_: ((count: number) => Promise<void>)[] = [];
  private readonly report?: (count: number) => Promise<void>;
  constructor(private readonly options: { onChange(count: number): Promise<void> }) { super(); }
  async add(): Promise<void> {
    await this.mutex.runExclusive(async () => { const listeners = [...this.listeners_]; this.count += 1; for (const listener of listeners) await listener(this.count); });
  }
}
`,
  },
  {
    rule: 'no-callback-in-lock',
    says: 'what others are told is declared in the section',
    sample: `
import { EventEmitter } from 'node:events';
import { Mutex } from 'async-mutex';
export class Store extends EventEmitter {
  private readonly mutex = new Mutex();
  private count = 0;
  private readonly listeners_: ((count: number) => Promise<void>)[] = [];
  private readonly report?: (count: number) => Promise<void>;
  constructor(private readonly options: { onChange(count: number): Promise<void> }) { super(); }
  async add(): Promise<void> {
    const release = await this.mutex.acquire(); try { const after = (this.count += 1); await this.options.onChange(after); } finally { release(); }
  }
}
`,
  },
  {
    rule: 'no-callback-in-lock',
    says: 'what the call gives is used in the section',
    sample: `import { Mutex } from 'async-mutex';
export class Store {
  private readonly mutex = new Mutex();
  private count = 0;
  constructor(private readonly options: { onChange(count: number): Promise<number> }) {}
  async add(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      this.count += 1;
      const told = await this.options.onChange(this.count);
    });
  }
}
`,
  },
  {
    rule: 'no-callback-in-lock',
    says: 'the section does not stand in an `async` function',
    sample: `import { Mutex } from 'async-mutex';
export class Store {
  private readonly mutex = new Mutex();
  private count = 0;
  constructor(private readonly options: { onChange(count: number): Promise<number> }) {}
  add(): Promise<void> {
    return this.mutex.runExclusive(async () => {
      this.count += 1;
      await this.options.onChange(this.count);
    });
  }
}
`,
  },
] satisfies readonly Told[];
