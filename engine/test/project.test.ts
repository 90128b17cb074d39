import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProject, type Config, type Host, type Project } from '../src/index.js';
import { parseSource } from '../src/node/index.js';

const config: Config = { preset: 'strict', rules: {}, locks: [] };

/** The texts that each file may have, from none to several; they lead to each other in circles. */
const variants: Readonly<Record<string, readonly (string | undefined)[]>> = {
  'serial.ts': [
    `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export async function serially<T>(work: () => Promise<T>): Promise<T> {
  return await mutex.runExclusive(work);
}`,
    `import { Mutex } from 'async-mutex';
export const mutex = new Mutex();
export async function serially<T>(work: () => Promise<T>): Promise<T> {
  const release = await mutex.acquire();
  const value = await work();
  release();
  return value;
}`,
    `export async function serially<T>(work: () => Promise<T>): Promise<T> { return work(); }`,
    `export async function serially<T>(work: ( {`,
    undefined,
  ],
  'index.ts': [
    `export * from './serial';\nexport { load } from './net';`,
    `export { serially } from './serial';\nexport { store as load } from './store';`,
    `export * from './store';`,
    undefined,
  ],
  'net.ts': [
    `export async function load(url: string): Promise<string> { return (await fetch(url)).text(); }`,
    `export async function load(url: string): Promise<string> { return url; }`,
    `import { visit } from './store';
export async function load(url: string): Promise<string> { return url === '' ? url : visit(url); }`,
    undefined,
  ],
  'store.ts': [
    `import { serially, load } from './index';
import { Ledger } from './ledger';
let latest = '';
export const ledger = new Ledger();
export async function store(url: string): Promise<string> {
  return serially(async () => {
    latest = await load(url);
    await ledger.add(latest);
    return latest;
  });
}
export async function visit(url: string): Promise<string> { return store(url); }`,
    `import { serially, load } from './index';
let latest = '';
export async function store(url: string): Promise<string> {
  return serially(async () => serially(async () => (latest = url + latest)));
}
export async function visit(url: string): Promise<string> { return load(url); }`,
    `import { Ledger } from './ledger';
export const ledger = new Ledger();
export async function store(url: string): Promise<string> {
  const release = await ledger.mutex.acquire();
  try { return await visit(url); } finally { release(); }
}
export async function visit(url: string): Promise<string> { return url === 'x' ? store(url) : url; }`,
  ],
  'ledger.ts': [
    `import { Mutex } from 'async-mutex';
import { store } from './store';
export class Ledger {
  private readonly mutex = new Mutex();
  private entries: string[] = [];
  async add(entry: string): Promise<void> {
    await this.mutex.runExclusive(async () => {
      this.entries.push(entry);
      await store(entry);
    });
  }
  async all(): Promise<string[]> {
    return this.mutex.runExclusive(() => this.entries);
  }
}`,
    `import { Mutex } from 'async-mutex';
export class Ledger {
  readonly mutex = new Mutex();
  private count = 0;
  async add(entry: string): Promise<void> {
    const release = await this.mutex.acquire();
    const before = this.count;
    await fetch(entry);
    this.count = before + 1;
    release();
  }
}`,
    `export class Ledger { async add(entry: string): Promise<void> { await fetch(entry); } }`,
  ],
  'astray.ts': [
    `import { Ledger } from './ledger';
export function take(ledger: Ledger): unknown { return pass(ledger.mutex); }
declare function pass(lock: unknown): unknown;`,
    `import { mutex } from './serial';
export async function both(): Promise<void> { await mutex.runExclusive(async () => { mutex.release(); }); }`,
    undefined,
  ],
};
const paths = Object.keys(variants);

/** A tree in memory: files are on the disk, and those that were added may be something else there. */
class Tree {
  readonly disk = new Map<string, string>();
  readonly added = new Map<string, string>();

  host(): Host {
    return {
      parse: parseSource,
      read: (path) => this.disk.get(path),
      resolve: (specifier) => {
        const path = `${specifier.slice(2)}.ts`;
        return this.disk.has(path) || this.added.has(path) ? path : undefined;
      },
    };
  }

  fresh(): Project {
    const project = createProject({ host: this.host(), config });
    for (const [path, text] of this.added) project.set(path, text);
    return project;
  }
}

const step = fc.record({
  path: fc.constantFrom(...paths),
  variant: fc.nat(4),
  where: fc.constantFrom('added', 'disk'),
  /** How much is asked after it: what was never asked for is not known, and what is asked in between must not matter. */
  ask: fc.constantFrom('nothing', 'this file', 'locks', 'everything'),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(tree: Tree, project: Project, { path, variant, where }: Step): void {
  const texts = variants[path]!;
  const text = texts[variant % texts.length];
  const before = tree.added.has(path) || tree.disk.has(path);
  if (where === 'added') {
    if (text === undefined) {
      tree.added.delete(path);
      project.delete(path);
    } else {
      tree.added.set(path, text);
      project.set(path, text);
    }
  } else {
    if (text === undefined) tree.disk.delete(path);
    else tree.disk.set(path, text);
    project.reread(path);
  }
  if (before !== (tree.added.has(path) || tree.disk.has(path))) project.resolveAgain();
}

describe('a project that is asked again and again', () => {
  it('tells after any changes what a fresh one tells', () => {
    let told = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 14 }), (steps) => {
        const tree = new Tree();
        const project = tree.fresh();
        for (const path of paths) take(tree, project, { path, variant: 0, where: 'added', ask: 'nothing' });
        for (const one of steps) {
          take(tree, project, one);
          if (one.ask === 'this file') project.check([one.path]);
          if (one.ask === 'locks') project.locks();
          if (one.ask === 'everything') {
            const found = project.check();
            told += found.findings.length;
            expect(found).toEqual(tree.fresh().check());
          }
        }
        expect(project.check()).toEqual(tree.fresh().check());
        expect(project.locks()).toEqual(tree.fresh().locks());
      }),
      { numRuns: 60, seed: 11 },
    );
    expect(told).toBeGreaterThan(100);
  });

  it('tells the same whatever it was asked for first', () => {
    const orders = fc.shuffledSubarray(paths, { minLength: paths.length });
    fc.assert(
      fc.property(orders, fc.array(fc.nat(4), { minLength: 6, maxLength: 6 }), (order, chosen) => {
        const tree = new Tree();
        for (const [index, path] of paths.entries()) {
          const text = variants[path]![chosen[index]! % variants[path]!.length];
          if (text !== undefined) tree.added.set(path, text);
        }
        const project = tree.fresh();
        for (const path of order) project.link(path);
        expect(project.check()).toEqual(tree.fresh().check());
      }),
      { numRuns: 80, seed: 3 },
    );
  });

  it('knows a logger of another package by what it is called', () => {
    const text = `import { Mutex } from 'async-mutex';
import { root } from 'some-logs';
export class Room {
  private readonly mutex = new Mutex();
  private log = root.child('room');
  private open = false;
  async enter(): Promise<void> {
    const release = await this.mutex.acquire();
    this.log.info('entered');
    this.open = true;
    release();
  }
}`;
    const tree = new Tree();
    tree.added.set('room.ts', text);
    tree.added.set('some.ts', text.replace("root.child('room')", 'root'));
    const { findings } = tree.fresh().check();
    expect(findings.filter(({ rule }) => rule === 'require-release')).toEqual([]);
  });
});
