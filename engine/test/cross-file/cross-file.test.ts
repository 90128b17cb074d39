import { describe, expect, it } from 'vitest';
import { findings } from '../checks/check-rule.js';

const lock = `import { Mutex } from 'async-mutex'; export const mutex = new Mutex();`;
const work = 'declare function work(): Promise<void>;';
const withLock = `import { mutex } from './lock.js'; export async function withLock<T>(fn: () => Promise<T>): Promise<T> { const release = await mutex.acquire(); try { return await fn(); } finally { release(); } }`;
const generic = `import type { Mutex } from 'async-mutex'; export const guarded = <T>(m: Mutex, fn: () => Promise<T>): Promise<T> => m.runExclusive(fn);`;
const take = `import { mutex } from './lock.js'; export async function takeLock() { const release = await mutex.acquire(); return release; }`;

interface Case {
  readonly rule: string;
  /** The files beside `main.ts`, which has the bug, and has it no more. */
  readonly files: Readonly<Record<string, string>>;
  readonly bug: string;
  readonly fixed: string;
}

/** What is wrong only in the light of another file, and its fixed twin. */
const cases: Readonly<Record<string, Case>> = {
  'a function of another file takes the lock that is held': {
    rule: 'no-reentrant-acquire',
    files: {
      'lock.ts': lock,
      'save.ts': `import { mutex } from './lock.js'; ${work} export const save = () => mutex.runExclusive(work);`,
    },
    bug: `import { mutex } from './lock.js'; import { save } from './save.js'; export const f = () => mutex.runExclusive(async () => { await save(); });`,
    fixed: `import { mutex } from './lock.js'; import { save } from './save.js'; export const f = async () => { await mutex.runExclusive(async () => {}); await save(); };`,
  },
  'through a re-export under another name': {
    rule: 'no-reentrant-acquire',
    files: { 'lock.ts': lock, 'index.ts': `export { mutex as gate } from './lock.js';` },
    bug: `import { mutex } from './lock.js'; import { gate } from './index.js'; export const f = () => mutex.runExclusive(async () => { await gate.acquire(); });`,
    fixed: `import { mutex } from './lock.js'; import { Mutex } from 'async-mutex'; const gate = new Mutex(); export const f = () => mutex.runExclusive(async () => { const release = await gate.acquire(); release(); });`,
  },
  'through a namespace': {
    rule: 'no-reentrant-acquire',
    files: { 'lock.ts': lock },
    bug: `import * as locks from './lock.js'; import { mutex } from './lock.js'; export const f = () => mutex.runExclusive(async () => { await locks.mutex.runExclusive(async () => {}); });`,
    fixed: `import * as locks from './lock.js'; import { mutex } from './lock.js'; export const f = async () => { await mutex.runExclusive(async () => {}); await locks.mutex.runExclusive(async () => {}); };`,
  },
  'a wrapper inside of itself': {
    rule: 'no-reentrant-acquire',
    files: { 'lock.ts': lock, 'with-lock.ts': withLock },
    bug: `import { withLock } from './with-lock.js'; ${work} export const f = () => withLock(async () => { await withLock(work); });`,
    fixed: `import { withLock } from './with-lock.js'; ${work} export const f = () => withLock(async () => { await work(); });`,
  },
  'a wrapper of a wrapper': {
    rule: 'no-reentrant-acquire',
    files: {
      'lock.ts': lock,
      'with-lock.ts': withLock,
      'outer.ts': `import { withLock } from './with-lock.js'; export const transaction = <T>(fn: () => Promise<T>) => withLock(async () => await fn());`,
    },
    bug: `import { transaction } from './outer.js'; import { mutex } from './lock.js'; ${work} export const f = () => transaction(async () => { await mutex.runExclusive(work); });`,
    fixed: `import { transaction } from './outer.js'; ${work} export const f = () => transaction(async () => { await work(); });`,
  },
  'a generic wrapper, given the same lock twice': {
    rule: 'no-reentrant-acquire',
    files: {
      'guarded.ts': generic,
      'lock.ts': `import { Mutex } from 'async-mutex'; export const a = new Mutex(); export const b = new Mutex();`,
    },
    bug: `import { guarded } from './guarded.js'; import { a } from './lock.js'; ${work} export const f = () => guarded(a, async () => { await guarded(a, work); });`,
    fixed: `import { guarded } from './guarded.js'; import { a, b } from './lock.js'; ${work} export const f = () => guarded(a, async () => { await guarded(b, work); });`,
  },
  'a releaser that a function of another file gives': {
    rule: 'require-release',
    files: { 'lock.ts': lock, 'take.ts': take },
    bug: `import { takeLock } from './take.js'; ${work} export async function f() { const release = await takeLock(); await work(); release(); }`,
    fixed: `import { takeLock } from './take.js'; ${work} export async function f() { const release = await takeLock(); try { await work(); } finally { release(); } }`,
  },
  'a lease that a function of another file gives': {
    rule: 'require-release',
    files: {
      'lock.ts': lock,
      'lease.ts': `import { mutex } from './lock.js'; export async function leaseLock() { const release = await mutex.acquire(); return { release }; }`,
    },
    bug: `import { leaseLock } from './lease.js'; ${work} export async function f() { const held = await leaseLock(); await work(); held.release(); }`,
    fixed: `import { leaseLock } from './lease.js'; ${work} export async function f() { const held = await leaseLock(); try { await work(); } finally { held.release(); } }`,
  },
  'a class of another file that is a lock': {
    rule: 'require-release',
    files: { 'file-lock.ts': `export class FileLock { async acquire(): Promise<void> {} release(): void {} }` },
    bug: `import { FileLock } from './file-lock.js'; ${work} const l = new FileLock(); export async function f() { await l.acquire(); await work(); l.release(); }`,
    fixed: `import { FileLock } from './file-lock.js'; ${work} const l = new FileLock(); export async function f() { await l.acquire(); try { await work(); } finally { l.release(); } }`,
  },
  'a field of a base class': {
    rule: 'no-reentrant-acquire',
    files: {
      'base.ts': `import { Mutex } from 'async-mutex'; ${work} export class Base { protected readonly lock = new Mutex(); load() { return this.lock.runExclusive(work); } }`,
    },
    bug: `import { Base } from './base.js'; export class Store extends Base { save() { return this.lock.runExclusive(async () => { await this.load(); }); } }`,
    fixed: `import { Base } from './base.js'; export class Store extends Base { async save() { await this.lock.runExclusive(async () => {}); await this.load(); } }`,
  },
  'a singleton that is kept in a field': {
    rule: 'no-reentrant-acquire',
    files: {
      'store.ts': `import { Mutex } from 'async-mutex'; ${work} export class Store { readonly lock = new Mutex(); flush() { return this.lock.runExclusive(work); } } export const store = new Store();`,
    },
    bug: `import { store } from './store.js'; export const f = () => store.lock.runExclusive(async () => { await store.flush(); });`,
    fixed: `import { store, Store } from './store.js'; const other = new Store(); export const f = () => store.lock.runExclusive(async () => { await other.flush(); });`,
  },
  'two locks in opposite order in two files': {
    rule: 'no-lock-order-cycle',
    files: {
      'lock.ts': `import { Mutex } from 'async-mutex'; export const a = new Mutex(); export const b = new Mutex();`,
      'other.ts': `import { a, b } from './lock.js'; export const g = () => b.runExclusive(async () => { await a.runExclusive(async () => {}); });`,
    },
    bug: `import { a, b } from './lock.js'; export const f = () => a.runExclusive(async () => { await b.runExclusive(async () => {}); });`,
    fixed: `import { a, b } from './lock.js'; export const f = () => b.runExclusive(async () => { await a.runExclusive(async () => {}); });`,
  },
  'a promise of another file that is dropped': {
    rule: 'require-await-acquire',
    files: { 'lock.ts': lock },
    bug: `import { mutex } from './lock.js'; export async function f() { mutex.acquire(); }`,
    fixed: `import { mutex } from './lock.js'; export async function f() { (await mutex.acquire())(); }`,
  },
  'the work of a wrapper that is not awaited': {
    rule: 'no-early-release',
    files: { 'lock.ts': lock },
    bug: `import { mutex } from './lock.js'; async function load() { await fetch('x'); } export async function f() { const release = await mutex.acquire(); try { return load(); } finally { release(); } }`,
    fixed: `import { mutex } from './lock.js'; ${work} export async function f() { const release = await mutex.acquire(); try { return await work(); } finally { release(); } }`,
  },
  'a task of a limiter of another file inside of its own task': {
    rule: 'no-nested-limiter',
    files: {
      'limit.ts': `import pLimit from 'p-limit'; export const limit = pLimit(2);`,
      'fetch.ts': `import { limit } from './limit.js'; ${work} export const getWithLock = () => limit(() => work());`,
    },
    bug: `import { limit } from './limit.js'; import { getWithLock } from './fetch.js'; export const f = () => limit(async () => { await getWithLock(); });`,
    fixed: `import { getWithLock } from './fetch.js'; export const f = async () => { await getWithLock(); };`,
  },
  'a write inside a read, through a function of another file': {
    rule: 'no-lock-upgrade',
    files: {
      'lock.ts': `import { RWLockWriter } from '@matrixai/async-locks'; export const rw = new RWLockWriter();`,
      'write.ts': `import { rw } from './lock.js'; ${work} export const write = () => rw.withWriteF(async () => { await work(); });`,
    },
    bug: `import { rw } from './lock.js'; import { write } from './write.js'; export const f = () => rw.withReadF(async () => { await write(); });`,
    fixed: `import { rw } from './lock.js'; import { write } from './write.js'; export const f = async () => { await rw.withReadF(async () => {}); await write(); };`,
  },
};

describe('across files', () => {
  it('are at least fifteen cases', () => expect(Object.keys(cases).length).toBeGreaterThanOrEqual(15));

  for (const [name, { rule, files, bug, fixed }] of Object.entries(cases))
    it(`${rule}: ${name}`, () => {
      const inMain = (main: string) =>
        findings(rule, { ...files, 'main.ts': main }).filter(({ path }) => path === 'main.ts');
      expect(inMain(bug)).toHaveLength(1);
      expect(inMain(fixed)).toEqual([]);
    });
});
