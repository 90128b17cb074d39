import { describe, expect, it } from 'vitest';
import type { Sample } from '../checks/check-rule.js';
import { expectHeld, link } from './held.js';

const asyncMutex = `import { Mutex, Semaphore } from 'async-mutex'; const m = new Mutex();`;

/** Each form in which locks are written, with what is held where. */
const forms: Readonly<Record<string, Sample>> = {
  'a releaser with try and finally': `${asyncMutex}
    async function f() { await outside(); const release = await m.acquire(); try { await inside(); } finally { release(); } await outside(); }`,
  'unlock = await m.lock()': `import { Mutex } from '@livekit/mutex'; const m = new Mutex();
    async function f() { const unlock = await m.lock(); await inside(); unlock(); await outside(); }`,
  'an ownerless pair acquire and release': `import { Sema } from 'async-sema'; const s = new Sema(1);
    async function f() { await s.acquire(); try { await inside(); } finally { s.release(); } await outside(); }`,
  'an ownerless pair lock and unlock of the project': `
    class Lock { lock(): Promise<void> { return Promise.resolve(); } unlock(): void {} }
    const l = new Lock();
    async function f() { await l.lock(); try { await inside(); } finally { l.unlock(); } await outside(); }`,
  'a method of the project that takes its lock for a callback': `
    class AsyncMutex { #taken = false; readonly #queue: (() => void)[] = [];
      async exclusiveRun<T>(f: () => T) { const release = await this.#acquire(); try { return await f(); } finally { await release(); } }
      async #acquire(): Promise<() => Promise<void>> {
        if (!this.#taken) { this.#taken = true; return async () => { this.#taken = false; this.#queue.shift()?.(); }; }
        return await new Promise<() => Promise<void>>((resolve) => { this.#queue.push(() => { resolve(this.#acquire()); }); }); } }
    const l = new AsyncMutex();
    async function f() { await l.exclusiveRun(async () => { await inside(); }); await outside(); }`,
  'an ownerless pair wait and release': `
    class Semaphore { async wait(): Promise<void> {} release(): void {} }
    const s = new Semaphore();
    async function f() { await s.wait(); try { await inside(); } finally { s.release(); } await outside(); }`,
  'wait and shift': `import { AsyncQueue } from '@sapphire/async-queue'; const q = new AsyncQueue();
    async function f() { await q.wait(); try { await inside(); } finally { q.shift(); } await outside(); }`,
  'acquireLock and releaseLock of a key': `import Lock from 'browser-tabs-lock'; const l = new Lock();
    async function f() { if (await l.acquireLock('k', 5000)) { try { await inside(); } finally { await l.releaseLock('k'); } } await outside(); }`,
  'acquireLock and releaseLock of a class of the project': `
    class KeyLock { async acquireLock(key: string): Promise<void> {} releaseLock(key: string): void {} }
    const l = new KeyLock();
    async function f(key: string) { await l.acquireLock(key); try { await inside(); } finally { l.releaseLock(key); } await outside(); }`,
  'a releaser that is destructured': `${asyncMutex} const s = new Semaphore(1);
    async function f() { const [value, release] = await s.acquire(); try { await inside(); } finally { release(); } await outside(); }`,
  'a releaser in a field': `${asyncMutex}
    class A { private release?: () => void;
      async open() { this.release = await m.acquire(); await inside(); }
      async run() { this.release = await m.acquire(); try { await inside(); } finally { this.release(); } await outside(); } }`,
  'a releaser handed to a constructor': `${asyncMutex}
    class Transaction { constructor(private readonly release: () => void) {} }
    async function begin() { const release = await m.acquire(); await inside(); return new Transaction(release); }`,
  'a releaser that is returned': `${asyncMutex}
    async function take() { const release = await m.acquire(); return release; }
    async function f() { const release = await take(); try { await inside(); } finally { release(); } await outside(); }`,
  'a lease that is returned': `${asyncMutex}
    async function lease() { const release = await m.acquire(); return { release }; }
    async function f() { const held = await lease(); try { await inside(); } finally { held.release(); } await outside(); }`,
  'a lock of the elements of typed collections': `${asyncMutex}
    class Room { readonly mutex = new Mutex(); }
    class Hotel { private readonly list: Room[] = []; private readonly named = new Map<string, Room>();
      async f(name: string) {
        for (const room of this.list) await room.mutex.runExclusive(async () => { await inside(); });
        for (const [, room] of this.named) await room.mutex.runExclusive(async () => { await inside(); });
        for (const room of this.named.values()) await room.mutex.runExclusive(async () => { await inside(); });
        await this.named.get(name)!.mutex.runExclusive(async () => { await inside(); });
        await this.list[0]!.mutex.runExclusive(async () => { await inside(); });
        const [first] = this.list.slice(1);
        await first!.mutex.runExclusive(async () => { await inside(); });
        await outside(); } }`,
  'then with the releaser': `${asyncMutex}
    function f() { return m.acquire().then(async (release) => { try { await inside(); } finally { release(); } await outside(); }); }`,
  'finally with the releaser': `${asyncMutex}
    async function f() { const release = await m.acquire(); await inside().finally(release); await outside(); }`,
  'runExclusive with an inline callback': `${asyncMutex}
    const f = async () => { await m.runExclusive(async () => { await inside(); }); await outside(); };`,
  'async-lock with a key and a callback': `import AsyncLock from 'async-lock'; const l = new AsyncLock();
    const f = async () => { await l.acquire('k', async () => { await inside(); }); await outside(); };`,
  'async-lock with done and a callback of its own': `import AsyncLock from 'async-lock'; const l = new AsyncLock();
    const f = () => { l.acquire('k', (done) => { inside(); done(); }, () => { outside(); }); };`,
  'Web Locks by name': `
    const f = async () => { await navigator.locks.request('k', async () => { await inside(); }); await outside(); };`,
  'Web Locks with options': `
    const f = async () => { await navigator.locks.request('k', { mode: 'shared' }, async () => { await inside(); }); await outside(); };`,
  'a wrapper of one step': `${asyncMutex}
    async function withLock<T>(fn: () => Promise<T>): Promise<T> { const release = await m.acquire(); try { return await fn(); } finally { release(); } }
    const f = async () => { await withLock(async () => { await inside(); }); await outside(); };`,
  'a generic wrapper over the lock that it is given': `${asyncMutex}
    async function withLock<T>(mutex: Mutex, fn: () => Promise<T>): Promise<T> { return mutex.runExclusive(fn); }
    const f = async () => { await withLock(m, async () => { await inside(); }); await outside(); };`,
  'a wrapper through three private methods': `${asyncMutex}
    class C { readonly #lock = new Mutex();
      async save() { await this.#persist(async () => { await inside(); }); await outside(); }
      #persist<T>(fn: () => Promise<T>) { return this.#withRollback(async () => { const result = await fn(); return result; }); }
      #withRollback<T>(fn: () => Promise<T>) { return this.#withControllerLock(async () => { try { return await fn(); } finally { } }); }
      #withControllerLock<T>(fn: () => Promise<T>) { return withLock(this.#lock, fn); } }
    async function withLock<T>(mutex: Mutex, fn: () => Promise<T>): Promise<T> { const release = await mutex.acquire(); try { return await fn(); } finally { release(); } }`,
  'a wrapper over Web Locks with a time limit': `
    class Client {
      async _acquireLock<R>(timeout: number, fn: () => Promise<R>): Promise<R> { return await navigator.locks.request('client', async () => await fn()); }
      async read() { await this._acquireLock(-1, async () => { await inside(); }); await outside(); } }`,
  'a lock function in a field, chosen in the constructor': `
    type LockFunction = <R>(name: string, timeout: number, fn: () => Promise<R>) => Promise<R>;
    async function navigatorLock<R>(name: string, timeout: number, fn: () => Promise<R>): Promise<R> { return await navigator.locks.request(name, async () => await fn()); }
    async function noLock<R>(name: string, timeout: number, fn: () => Promise<R>): Promise<R> { return await fn(); }
    class Client {
      protected lock: LockFunction;
      constructor(settings: { lock?: LockFunction }) { if (settings.lock) this.lock = settings.lock; else if (navigator.locks) this.lock = navigatorLock; else this.lock = noLock; }
      async _acquireLock<R>(timeout: number, fn: () => Promise<R>): Promise<R> { return await this.lock('client', timeout, async () => await fn()); }
      async read() { await this._acquireLock(-1, async () => { await inside(); }); await outside(); } }`,
  'a lock of the module that is made when it is first needed': `
    import AsyncLock from 'async-lock';
    let lock;
    function getLock() { if (lock === undefined) lock = new AsyncLock({ maxPending: 9 }); return lock; }
    function locked(key, callback) { return getLock().acquire(key, callback); }
    async function read() { await locked('index', async () => { await inside(); }); await outside(); }`,
  'an entry of an object, or what stands for it where there is no key': `
    import { Mutex } from 'async-mutex';
    class Models {
      static mutexes: any = {};
      static mutexOf(id: any) { const none = { acquire: (): any => null }; if (!id) return none;
        let mutex = Models.mutexes[id]; if (mutex) return mutex; mutex = new Mutex(); Models.mutexes[id] = mutex; return mutex; }
      static async save(id: string) { const release = await this.mutexOf(id).acquire(); try { await inside(); } finally { release(); } await outside(); } }`,
  'an entry of a map that says nothing of its entries': `
    import { Mutex } from 'async-mutex';
    const mutexes = new Map();
    async function save(id) { if (!mutexes.has(id)) mutexes.set(id, new Mutex()); await mutexes.get(id).runExclusive(async () => { await inside(); }); await outside(); }`,
  'a lock function in a field, where another function comes first': `
    type LockFunction = <R>(name: string, fn: () => Promise<R>) => Promise<R>;
    async function webLock<R>(name: string, fn: () => Promise<R>): Promise<R> { return await globalThis.navigator.locks.request(name, async () => await fn()); }
    async function noLock<R>(name: string, fn: () => Promise<R>): Promise<R> { return await fn(); }
    class Client {
      protected lock: LockFunction;
      constructor(settings: { lock?: LockFunction }) { this.lock = settings.lock || noLock; if (!settings.lock && globalThis.navigator?.locks) this.lock = webLock; }
      async read() { await this.lock('client', async () => { await inside(); }); await outside(); } }`,
  'a lock function that only its type tells of': {
    'types.ts': 'export type LockFunc = <R>(name: string, acquireTimeout: number, fn: () => Promise<R>) => Promise<R>;',
    'client.ts': `import type { LockFunc } from './types';
      export class Client {
        protected lock: LockFunc | null = null;
        constructor(settings: { lock?: LockFunc }) { if (settings.lock) this.lock = settings.lock; }
        private async locked<R>(timeout: number, fn: () => Promise<R>): Promise<R> { return await this.lock!('client', timeout, async () => { const result = fn(); await result; return await result; }); }
        async read() { await this.locked(-1, async () => { await inside(); }); await outside(); } }`,
  },
  'a wrapper that gives its callback a context': `${asyncMutex}
    async function withContext<T>(fn: (context: { id: number; releaseLock: () => void }) => Promise<T>): Promise<T> {
      const releaseLock = await m.acquire(); try { return await fn({ id: 1, releaseLock }); } finally { releaseLock(); } }
    const f = async () => { await withContext(async ({ releaseLock }) => { await inside(); releaseLock(); await outside(); }); };`,
  'using of a disposable guard': `import { AsyncMutex } from '@lockwise/runtime'; const m = new AsyncMutex();
    async function f() { { using guard = await m.acquire(); await inside(); } await outside(); }`,
  'await using': `import { Lock } from '@matrixai/async-locks'; const l = new Lock();
    import { LockManager } from 'async-mutex';
    import { AsyncMutex } from '@lockwise/runtime'; const m = new AsyncMutex();
    async function f() { { await using guard = await m.acquire(); await inside(); } await outside(); }`,
  'a read/write lock': `import { RWLockWriter } from '@matrixai/async-locks'; const l = new RWLockWriter();
    async function f() { await l.withReadF(async () => { await inside(); }); await l.withWriteF(async () => { await inside(); }); await outside(); }`,
  'a lock of the type that a library gives it': `import type { MutexInterface } from 'async-mutex';
    async function f(m: MutexInterface) { const release = await m.acquire(); try { await inside(); } finally { release(); } await outside(); }`,
  'a semaphore for one': `${asyncMutex} const s = new Semaphore(1);
    async function f() { await s.runExclusive(async () => { await inside(); }); await outside(); }`,
  'p-limit for one': `import pLimit from 'p-limit'; const limit = pLimit(1);
    const f = async () => { await limit(async () => { await inside(); }); await outside(); };`,
  'p-limit for one, in a field': `import pLimit from 'p-limit';
    class A { readonly #limit = pLimit(1); async f() { await this.#limit(async () => { await inside(); }); await outside(); } }`,
  'p-queue with concurrency 1': `import PQueue from 'p-queue'; const q = new PQueue({ concurrency: 1 });
    const f = async () => { await q.add(async () => { await inside(); }); await outside(); };`,
  "VS Code's Sequencer": {
    'src/vs/platform/x.ts': `import { Sequencer } from '../../base/common/async.js';
    class S { private readonly sequencer = new Sequencer();
      async f() { await this.sequencer.queue(async () => { await inside(); }); await outside(); } }`,
  },
  'a map of locks, made on demand': `${asyncMutex} const locks = new Map<string, Mutex>();
    function lockOf(key: string): Mutex { let lock = locks.get(key); if (!lock) { lock = new Mutex(); locks.set(key, lock); } return lock; }
    const f = async (key: string) => { await lockOf(key).runExclusive(async () => { await inside(); }); await outside(); };`,
  'a keyed mutex': `import { KeyedMutex } from '@lockwise/runtime'; const k = new KeyedMutex<string>();
    const f = async (key: string) => { await k.withLock(key, async () => { await inside(); }); await outside(); };`,
  'a class that looks like a lock, with a scoped method': `
    class AsyncMutex { async acquire(): Promise<void> {} release(): void {} async runExclusive<T>(fn: () => Promise<T>): Promise<T> { await this.acquire(); try { return await fn(); } finally { this.release(); } } }
    const m = new AsyncMutex();
    const f = async () => { await m.runExclusive(async () => { await inside(); }); await outside(); };`,
  'a class whose lock() promises a function': `
    class Mutex { private locking: Promise<void> = Promise.resolve();
      lock(): Promise<() => void> { let unlock!: () => void; const next = new Promise<void>((resolve) => { unlock = resolve; }); const mine = this.locking.then(() => unlock); this.locking = this.locking.then(() => next); return mine; } }
    const m = new Mutex();
    async function f() { const unlock = await m.lock(); try { await inside(); } finally { unlock(); } await outside(); }`,
  'a closure that is a mutex': `${asyncMutex}
    const makeMutex = () => { const mutex = new Mutex(); return { mutex<T>(code: () => Promise<T>) { return mutex.runExclusive(code); } }; };
    const own = makeMutex();
    const f = async () => { await own.mutex(async () => { await inside(); }); await outside(); };`,
  'a promise chain': `
    class Q { private tail: Promise<unknown> = Promise.resolve();
      run<T>(job: () => Promise<T>): Promise<T> { const result = this.tail.then(job); this.tail = result.catch(() => {}); return result; }
      async f() { await this.run(async () => { await inside(); }); await outside(); } }`,
  'a promise chain with the job inline': `
    class Q { private tail: Promise<unknown> = Promise.resolve();
      f() { this.tail = this.tail.then(async () => { await inside(); }, () => {}); return this.tail; } }`,
  'a tail that is awaited and replaced': `
    let tail: Promise<void> = Promise.resolve();
    async function f() { const before = tail; let done!: () => void; tail = new Promise((resolve) => { done = resolve; }); await before; try { await inside(); } finally { done(); } await outside(); }`,
};

describe('a lock is recognised, and held exactly where it is', () => {
  for (const [name, sample] of Object.entries(forms))
    it(name, () => {
      expect(expectHeld(sample).length).toBeGreaterThan(0);
    });

  it('runExclusive with a reference', () => {
    const linked = link(`${asyncMutex}
      async function body() {}
      export const f = () => m.runExclusive(body);`);
    const [section] = linked.sections(linked.units[0]!);
    const [reference] = section!.trace.references;
    expect(reference?.hold).toBe(section!.hold);
    expect(linked.entities.of(section!.unit, reference!.fn, reference!.callee)?.k).toBe('function');
  });
});
