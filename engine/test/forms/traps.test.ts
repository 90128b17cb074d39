import { describe, expect, it } from 'vitest';
import { rules } from '@lockwise/engine';
import { projectOf, type Sample } from '../checks/check-rule.js';

const head = `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
const m = new Mutex();
`;

/** What looks like a mistake with a lock and is none. */
const traps: Readonly<Record<string, Sample>> = {
  'a parameter that tells not to lock': `${head}
    class C { readonly #lock = new Mutex();
      async save(params: { skipLock?: boolean }) { return params.skipLock ? this.#save() : this.#lock.runExclusive(() => this.#save()); }
      async #save() { await work(); }
      async flush() { await this.#lock.runExclusive(async () => { await work(); await this.save({ skipLock: true }); }); } }`,
  'a twin that expects the lock to be held': `${head}
    class C { private readonly lock = new Mutex();
      async add() { await this.lock.runExclusive(() => this.addUnlocked()); }
      async addAll() { await this.lock.runExclusive(async () => { await this.addUnlocked(); await this.addUnlocked(); }); }
      private async addUnlocked() { await work(); } }`,
  'the lock of another instance': `${head}
    class Account { private readonly lock = new Mutex(); amount = 0;
      async transfer(to: Account) { await this.lock.runExclusive(async () => { await to.deposit(); }); }
      async deposit() { await this.lock.runExclusive(async () => { await work(); this.amount++; }); } }`,
  'the lock of the parent in a tree': `${head}
    class Entry { private readonly lock = new Mutex(); constructor(private readonly parent: Entry | undefined) {}
      async touch(): Promise<void> { await this.lock.runExclusive(async () => { await work(); await this.parent?.touch(); }); } }`,
  'a lock of one call, shared by closures that run at the same time': `${head}
    export async function all(urls: string[]) { const lock = new Mutex(); const found: string[] = [];
      await Promise.all(urls.map(async (url) => { await work(); await lock.runExclusive(async () => { await work(); found.push(url); }); }));
      return found; }`,
  'a releaser handed to a returned object': `${head}
    class Lease { constructor(private readonly free: () => void) {} end() { this.free(); } }
    export async function lease() { const release = await m.acquire(); return new Lease(release); }
    export async function plain() { const release = await m.acquire(); return { close: () => release() }; }`,
  'a class that acquires and does not release, because it is the lock': `${head}
    export class FileLock { private readonly inner = new Mutex(); private free?: () => void;
      async lock(): Promise<void> { this.free = await this.inner.acquire(); }
      unlock(): void { this.free?.(); } }`,
  'a lock that is a condition variable': `${head}
    export class Gate { private readonly lock = new Mutex(); private release?: () => void;
      async close() { this.release = await this.lock.acquire(); }
      open() { this.release?.(); this.release = undefined; }
      async wait() { await this.lock.waitForUnlock(); } }`,
  'an empty section that is a barrier': `${head}
    export async function idle() { (await m.acquire())(); }
    export async function settled() { await m.runExclusive(() => {}); }
    export async function busy() { await m.runExclusive(async () => { await work(); }); }`,
  'a then that nobody waits for, deliberately': `${head}
    export class Track { constructor() { void m.acquire().then(async (release) => { try { await work(); } finally { release(); } }).catch(() => {}); } }`,
  'a synchronous acquire': `
    class SyncLock { private held = false; acquire(): boolean { if (this.held) return false; this.held = true; return true; } release(): void { this.held = false; } }
    const lock = new SyncLock();
    declare function work(): Promise<void>;
    export async function f() { if (!lock.acquire()) return; try { await work(); } finally { lock.release(); } }`,
  'a release before the await': `${head}
    let pending: string[] = [];
    export async function flush() { const release = await m.acquire(); let batch: string[]; try { batch = pending; pending = []; } finally { release(); } await work(); return batch; }
    export async function fill() { await m.runExclusive(async () => { await work(); pending.push('x'); }); }`,
  'a lock that is a gate, shut by an acquire that nobody waits for': `${head}
    export class Provider { readonly #gate = new Mutex(); constructor(source: EventTarget) {
        source.addEventListener('ready', () => { this.#gate.release(); }); this.#gate.acquire(); }
      async call() { await this.#gate.waitForUnlock(); await work(); } }`,
  'a flag that is computed from what the caller gives': `${head}
    export class Tokens { readonly #lock = new Mutex();
      async token(renew = true, force = false): Promise<string> {
        const expired = renew && isExpired(); if (force || expired) { await this.refresh(force); return await this.token(false, false); } return 'token'; }
      async refresh(force: boolean) { await this.#lock.runExclusive(async () => { const token = await this.token(false, false); if (force) await work(); return token; }); } }
    declare function isExpired(): boolean;`,
  'callbacks that are only scheduled': `${head}
    declare const emitter: { on(name: string, listener: () => void): void }; const jobs: (() => Promise<void>)[] = [];
    export async function f() { await m.runExclusive(async () => { await work();
      setTimeout(() => { void m.runExclusive(work); }, 10);
      emitter.on('x', () => { void m.runExclusive(work); });
      jobs.push(async () => { await m.runExclusive(work); }); }); }`,
  'a release that is chosen by the test which chose the acquire': `${head}
    export async function f(exclusive: boolean) { const release = exclusive ? await m.acquire() : undefined; try { await work(); } finally { release?.(); } }`,
  'a releaser that is called once on each path': `${head}
    export async function f() { const release = await m.acquire(); let done = false;
      try { await work(); done = true; release(); } finally { if (!done) release(); } }`,
  'a lock that is handed on from section to section': `${head}
    const n = new Mutex();
    export async function f() { const first = await m.acquire(); let second: () => void; try { second = await n.acquire(); } finally { first(); } try { await work(); } finally { second(); } }`,
  'a chain whose job adds another one without waiting': `
    declare function work(): Promise<void>;
    export class Log { private tail: Promise<unknown> = Promise.resolve();
      run(job: () => Promise<void>) { const result = this.tail.then(job); this.tail = result.catch(() => {}); return result; }
      append() { return this.run(async () => { await work(); void this.run(work); }); } }`,
  'an attempt that tells whether it took the lock': `import Lock from 'browser-tabs-lock';
    declare function work(): Promise<void>; const lock = new Lock();
    export async function f() { const taken = await lock.acquireLock('k', 5000); if (!taken) throw new Error('busy'); try { await work(); } finally { await lock.releaseLock('k'); } }`,
  'a promise of an async body that releases in the end': `${head}
    export async function f() { const release = await m.acquire(); return (async () => { await work(); })().finally(() => { release(); }); }
    export async function g() { const jobs: Promise<void>[] = []; const release = await m.acquire(); jobs.push((async () => work())().finally(async () => { await work(); release(); })); await Promise.all(jobs); }`,
  'an attempt that is repeated until it succeeds': `import Lock from 'browser-tabs-lock';
    declare function work(): Promise<void>; const lock = new Lock();
    export async function f(key: string) { let taken = false; for (let i = 0; i < 10 && !taken; i++) { taken = await lock.acquireLock(key, 100); } if (!taken) throw new Error('busy'); try { await work(); } finally { await lock.releaseLock(key); } }`,
  'a tail with a releaser that the types call optional': `
    declare function work(): Promise<void>; const tails = new Map<string, Promise<unknown>>();
    async function exclusive(key: string, job: () => Promise<void>) { const before = tails.get(key) ?? Promise.resolve(); let done: (() => void) | undefined;
      const mine = new Promise<void>((resolve) => { done = resolve; }); tails.set(key, before.catch(() => undefined).then(() => mine));
      await before.catch(() => undefined); try { return await job(); } finally { done?.(); } }
    export async function f() { await exclusive('a', work); await work(); }`,
  'a function of the project before the release that cannot throw': `${head}
    let env: string | undefined; function restore(value: string | undefined) { if (value === undefined) env = undefined; else env = value; }
    export async function f() { const release = await m.acquire(); const before = env; try { await work(); } finally { restore(before); release(); } }`,
  'a word of a lock that is none': `
    declare function work(): Promise<void>;
    class LockScreen { async lock(): Promise<void> {} unlock(): void {} }
    class Blocker { private readonly locked = new Set<string>(); async acquireLicense(): Promise<void> {} release(): void {} }
    const screen = new LockScreen(); const blocker = new Blocker();
    export async function f() { await screen.lock(); await work(); await blocker.acquireLicense(); await work(); }`,
  'a lock of other machines that the program counts its holders of': `${head}
    declare function remote(what: string): Promise<void>;
    class Lock { private readonly inner = new Mutex(); private holders = 0;
      async acquire(): Promise<void> { const release = await this.inner.acquire(); try { this.holders++; if (this.holders > 1) return; await remote('take'); } finally { release(); } }
      async release(): Promise<void> { await this.inner.runExclusive(async () => { this.holders--; if (this.holders === 0) await remote('give'); }); } }
    const drive = new Lock();
    export async function exists() { await drive.acquire(); try { await work(); return true; } finally { await drive.release(); } }
    export async function rename() { await drive.acquire(); try { if (await exists()) throw new Error('taken'); await work(); } finally { await drive.release(); } }`,
  'an attempt of a lock of the project that tells whether it took it': `
    declare function work(): Promise<void>; declare function store(key: string, value: string): Promise<string | null>;
    class CacheLocks { async acquireLock(key: string): Promise<string | null> { return await store(key, 'mine'); } async releaseLock(key: string): Promise<void> { await work(); } }
    class Cache { private readonly locks = new CacheLocks();
      async get(key: string): Promise<string | undefined> { const owner = await this.locks.acquireLock(key); if (!owner) { await work(); return 'other'; } return undefined; }
      async set(key: string, value: string): Promise<void> { await work(); await this.locks.releaseLock(key); } }
    const cache = new Cache();
    export async function warm(key: string) { const known = await cache.get(key); if (known !== undefined) await cache.set(key, known); await work(); }`,
  'a gate that one call shuts and another opens': `
    declare function work(): Promise<void>;
    class RefreshLock { private shut?: { promise: Promise<void>; open: () => void };
      wait() { return this.shut?.promise ?? Promise.resolve(); }
      lock() { let open!: () => void; const promise = new Promise<void>((resolve) => { open = resolve; }); this.shut = { promise, open }; }
      unlock() { this.shut?.open(); this.shut = undefined; } }
    export class Session { private readonly refreshing = new RefreshLock();
      async refresh() { this.refreshing.lock(); try { await work(); } finally { this.refreshing.unlock(); } }
      async send() { await this.refreshing.wait(); await work(); } }`,
  'an answer that only says whether somebody cancelled, and that nobody looks at': `
    declare function work(): Promise<void>;
    class Lock { private held = false; private readonly waiting: ((taken: boolean) => void)[] = [];
      acquire(first?: boolean): Promise<boolean> { return new Promise<boolean>((resolve) => { if (!this.held) { this.held = true; resolve(true); } else if (first) this.waiting.unshift(resolve); else this.waiting.push(resolve); }); }
      release(): void { const next = this.waiting.shift(); if (next) next(true); else this.held = false; } }
    const lock = new Lock();
    export async function f() { await lock.acquire(); try { await work(); } finally { lock.release(); } }
    export async function g() { const taken = await lock.acquire(true); if (!taken) return; try { await work(); } finally { lock.release(); } }`,
  'a releaser of which is asked whether it is a function': `${head}
    export async function f() { let release: (() => void) | undefined;
      try { release = await m.acquire(); await work(); } finally { if (typeof release === 'function') release(); } }
    export async function g() { let release: (() => void) | undefined;
      try { release = await m.acquire(); await work(); } finally { if (typeof release !== 'undefined') release(); } }`,
  'a place that goes with an object which is kept': `
    declare function make(): Promise<{ run(): Promise<string>; exit(): void }>;
    class Semaphore { private left = 2; private readonly waiting: (() => void)[] = [];
      async acquire(): Promise<() => void> { if (this.left === 0) await new Promise<void>((resolve) => this.waiting.push(resolve)); else this.left--; return () => { const next = this.waiting.shift(); if (next) next(); else this.left++; }; } }
    export class Pool { private readonly places = new Semaphore(); private first: { run(): Promise<string> } | undefined;
      private async spawn() { const release = await this.places.acquire(); try { const made = await make(); return { made, reap: () => { made.exit(); release(); } }; } catch (error) { release(); throw error; } }
      async primary() { if (!this.first) { const spawned = await this.spawn(); this.first = spawned.made; } return this.first; }
      async request(path: string) { const primary = await this.primary(); if (path === '') return undefined; const other = await this.spawn(); try { return await primary.run(); } finally { other.reap(); } } }`,
  'two chains that one maker has made, each in the function that it returns': `
    declare function work(): Promise<void>;
    function makeSerializer(): <T>(job: () => Promise<T>) => Promise<T> { let tail: Promise<unknown> = Promise.resolve();
      return <T>(job: () => Promise<T>): Promise<T> => { const run = tail.then(job, job); tail = run.then(() => undefined, () => undefined); return run; }; }
    export class Driver { private readonly starting = makeSerializer(); private readonly closing = makeSerializer();
      start() { return this.starting(() => this.startNow()); }
      private async startNow() { await work(); await this.close(); }
      close() { return this.closing(() => work()); } }`,
  'a door that locks itself again': `
    declare const camera: { open(): Promise<void> }; enum LockState { Locked, Unlocked }
    export class DoorLock { private state = LockState.Locked; private timer: unknown;
      lock(): Promise<void> { if (!this.timer) this.timer = setTimeout(() => { this.state = LockState.Locked; this.timer = undefined; }, 3000); return Promise.resolve(); }
      unlock(): Promise<void> { this.state = LockState.Unlocked; this.lock(); return camera.open(); } }`,
  'a release in the releaser that a lock of the project gives': `
    declare const disk: { create(path: string): Promise<void>; remove(path: string): Promise<void> }; declare function work(): Promise<void>;
    export class FileLocks { private held = 0;
      async acquireLock(path: string): Promise<() => Promise<void>> { await disk.create(path); this.held++; return async () => { await this.releaseLock(path); }; }
      async releaseLock(path: string): Promise<void> { this.held--; await disk.remove(path); }
      async withLock<T>(path: string, job: () => Promise<T>): Promise<T> { const release = await this.acquireLock(path); try { return await job(); } finally { await release(); } } }
    const locks = new FileLocks();
    export async function f() { const release = await locks.acquireLock('a'); try { await work(); } finally { await release(); } }`,
  'an answer that stands for a lock that was not taken': `import { Semaphore } from 'async-mutex';
    declare function work(): Promise<void>; const places = new Semaphore(2);
    async function take(signal: AbortSignal) { return await Promise.race([places.acquire(), new Promise<'aborted'>((resolve) => signal.addEventListener('abort', () => resolve('aborted')))]); }
    export async function open(signal?: AbortSignal) { const taken = signal ? await take(signal) : await places.acquire();
      if (taken === 'aborted') { signal!.throwIfAborted(); throw new Error('aborted'); }
      const [, release] = taken; return { end: () => { release(); } }; }`,
  'a lock of a file that is taken by a synchronous call': `
    import type * as Lockfile from 'proper-lockfile'; declare function work(): void;
    function library(): typeof Lockfile { return require('proper-lockfile') as typeof Lockfile; }
    function lockSync(file: string): () => void { return library().lockSync(file); }
    function take(file: string): () => void { for (;;) { try { return lockSync(file); } catch { work(); } } }
    export function write(file: string) { const release = take(file); try { work(); } finally { release(); } }`,
  'a wait until the lock is free, of a lock of the project': `
    declare function work(): Promise<void>;
    class Mutex { private readonly queue: Promise<void>[] = []; async acquire(): Promise<void> { await this.queue.at(-1); } release(): void { this.queue.shift(); } async wait(): Promise<void> { await this.queue[0]; } }
    export class Store { private readonly syncing = new Mutex();
      async sync() { await this.syncing.acquire(); try { await work(); } finally { this.syncing.release(); } }
      async write() { await this.syncing.wait(); await work(); await this.sync(); } }`,
  'a lock of the project whose releaser calls what is its own': `
    export class Mutex { private readonly queue: (() => void)[] = []; private locked = false;
      async lock(): Promise<() => void> { return new Promise((resolve) => { const attempt = () => { if (!this.locked) { this.locked = true; resolve(() => this.unlock()); } }; this.queue.push(attempt); if (this.queue.length === 1) attempt(); }); }
      private unlock(): void { this.locked = false; this.queue.shift(); this.queue[0]?.(); } }`,
  'a parameter that overrides a setting, and so tells not to lock': `${head}
    export class Channels { private readonly lock = new Mutex(); asks = true;
      async get(name: string, install?: boolean): Promise<string> {
        await work();
        if (install ?? this.asks) { await this.lock.acquire(); try { return await this.get(name, false); } finally { this.lock.release(); } }
        return name; } }`,
  'a file that is removed at once, under a lock': `${head}import { rmSync } from 'node:fs';
    export function clear(path: string) { return m.runExclusive(() => { if (path === '') return; rmSync(path); }); }
    export async function other() { await m.runExclusive(async () => { await work(); }); }`,
  'a lock of each file, in a map': `${head}
    const locks = new Map<string, Mutex>();
    const lockOf = (path: string) => { let lock = locks.get(path); if (!lock) { lock = new Mutex(); locks.set(path, lock); } return lock; };
    export async function copy(from: string, to: string) { await lockOf(from).runExclusive(async () => { await work(); }); await lockOf(to).runExclusive(async () => { await work(); }); }`,
};

describe('the protocol rules are silent, in the strict preset too,', () => {
  const protocol = new Set(rules.filter((rule) => rule.category === 'protocol').map((rule) => rule.name));
  for (const [name, sample] of Object.entries(traps))
    it(`about ${name}`, () => {
      const { findings } = projectOf(sample).check();
      const told = findings.filter((finding) => protocol.has(finding.rule));
      expect(told.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
    });
});
