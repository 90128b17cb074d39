import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createProject, type Config, type FactsStore, type FileFacts } from '@lockwise/engine';
import { memoryHost } from './checks/check-rule.js';
import { circles } from '../../test/hostile/inputs.mjs';

const config: Config = { preset: 'strict', rules: {}, locks: [] };

const FILES: Readonly<Record<string, string>> = {
  ...circles,
  'locks.ts': `import { Mutex } from 'async-mutex';
export const first = new Mutex();
export const second = new Mutex();
export const enter = () => first.acquire();
export const both = <T>(task: () => Promise<T>) => second.runExclusive(() => first.runExclusive(task));
`,
  'steps.ts': `import { enter as begin } from './locks';\nexport const enter = () => begin();\n`,
  'one.ts': `import { first, second, both } from './locks';
export const one = () => first.runExclusive(() => second.runExclusive(async () => 1));
export const again = () => both(() => one());
`,
  'two.ts': `import { enter } from './steps';
import { again } from './one';
export async function two(): Promise<void> {
  const leave = await enter();
  await again();
  leave();
}
`,
};

/** A lock that is passed on from file to file, so far that one who asks at the end asks on the way of many. */
const HANDED_ON = 20;
const chain: Readonly<Record<string, string>> = Object.fromEntries([
  [
    'step-0.ts',
    `import { Mutex } from 'async-mutex'; const make = () => new Mutex(); const mutex = make(); export const lock = mutex;`,
  ],
  ...Array.from({ length: HANDED_ON }, (_, at) => [
    `step-${at + 1}.ts`,
    `import { lock as other } from './step-${at}'; const mine = other; export const lock = mine;`,
  ]),
  ...[3, 9, HANDED_ON].map((at) => [
    `uses-${at}.ts`,
    `import { lock } from './step-${at}'; export const f = () => lock.runExclusive(() => lock.runExclusive(async () => 1));`,
  ]),
]);

/** What was found, each file given in this order, and checked in as many parts as there are lists. */
function found(parts: readonly (readonly string[])[], facts?: FactsStore): string {
  const project = createProject({ host: memoryHost(FILES), config, ...(facts && { facts }) });
  for (const path of parts.flat()) project.set(path, FILES[path]!);
  const all = parts.flatMap((paths) => project.check(paths).findings);
  return JSON.stringify(all.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.span[0] - b.span[0])));
}

it('a lock is found wherever it comes from, whoever asked for it on its way before', () => {
  const users = [`uses-${HANDED_ON}.ts`, 'uses-9.ts', 'uses-3.ts'];
  const told = (order: readonly string[]) => {
    const project = createProject({ host: memoryHost(chain), config });
    for (const path of order) project.set(path, chain[path]!);
    return order.flatMap((path) => project.check([path]).findings.map(({ rule }) => `${path} ${rule}`)).sort();
  };
  const wanted = users.map((path) => `${path} no-reentrant-acquire`).sort();
  expect(told(users)).toEqual(wanted);
  expect(told(users.toReversed())).toEqual(wanted);
});

class Memory implements FactsStore {
  readonly known = new Map<string, string>();
  get(path: string, text: string): FileFacts | undefined {
    const facts = this.known.get(`${path}\0${text}`);
    return facts === undefined ? undefined : (JSON.parse(facts) as FileFacts);
  }
  set(path: string, text: string, facts: FileFacts): void {
    this.known.set(`${path}\0${text}`, JSON.stringify(facts));
  }
}

const paths = Object.keys(FILES);
const whole = found([paths]);

it('findings do not depend on the order of files, nor on what was checked before', () => {
  expect(JSON.parse(whole)).not.toEqual([]);
  fc.assert(
    fc.property(fc.shuffledSubarray(paths, { minLength: paths.length }), fc.nat(paths.length), (order, cut) => {
      expect(found([order.slice(0, cut), order.slice(cut)])).toBe(whole);
    }),
    { seed: 4, numRuns: 60 },
  );
});

it('facts depend on the text alone: parts that know nothing of each other make the same, and merge to the same findings', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(paths, { minLength: paths.length }), fc.nat(paths.length), (order, cut) => {
      const merged = new Memory();
      const alone = new Memory();
      for (const part of [order.slice(0, cut), order.slice(cut)]) {
        const memory = new Memory();
        const project = createProject({ host: memoryHost(FILES), config, facts: memory });
        for (const path of part) project.set(path, FILES[path]!);
        for (const [key, facts] of memory.known) merged.known.set(key, facts);
      }
      for (const path of paths) createProject({ host: memoryHost({}), config, facts: alone }).set(path, FILES[path]!);
      expect(Object.fromEntries(merged.known)).toEqual(Object.fromEntries(alone.known));
      expect(found([order], merged)).toBe(whole);
    }),
    { seed: 4, numRuns: 20 },
  );
});

/** The findings in a file that is put together of parts, by rule and text. */
function toldOf(parts: readonly string[]): string[] {
  const files = { 'all.ts': [`import { Mutex } from 'async-mutex';`, ...parts].join('\n') };
  const project = createProject({ host: memoryHost(files), config });
  project.set('all.ts', files['all.ts']);
  return project
    .check()
    .findings.map(({ rule, span }) => `${rule} ${files['all.ts'].slice(...span)}`)
    .sort();
}

it('a helper takes the lock however many calls lie between, whoever asked for one of them before', () => {
  const DEEP = 60;
  const calls = Array.from(
    { length: DEEP },
    (_, at) => `export async function take${at + 1}() { return await take${at}(); }`,
  );
  const parts = [
    'const mutex = new Mutex();',
    'export async function take0() { return await mutex.acquire(); }',
    ...calls,
    `export async function use(work: () => Promise<void>) { const release = await take${DEEP}(); await work(); release(); }`,
  ];
  const found = toldOf(parts);
  expect(found).toContainEqual(expect.stringContaining('require-release'));
  expect(toldOf(parts.toReversed())).toEqual(found);
});

it('functions that call each other in a circle hold what they take, whoever of them was asked first', () => {
  const parts = [
    'const mutex = new Mutex();',
    `async function recover(key: string) { if (key === 'stuck') await reset(key); }`,
    `async function take(key: string) { try { return await mutex.acquire(); } catch (error) { await recover(key); throw error; } }`,
    `async function reset(key: string) { await use(key); }`,
    `export async function use(key: string) { const release = await take(key); await fetch(key); release(); }`,
  ];
  const found = toldOf(parts);
  expect(found).toContainEqual(expect.stringContaining('require-release'));
  for (let at = 1; at < parts.length; at++) expect(toldOf([...parts.slice(at), ...parts.slice(0, at)])).toEqual(found);
});
