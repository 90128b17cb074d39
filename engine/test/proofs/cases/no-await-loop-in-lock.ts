import type { RuleProofs } from '../proof.js';

/** Tells which keys are loaded, in order. */
const TELLING = `const told: string[] = [];
async function load(key: string): Promise<number> {
  await fetch(key);
  told.push(key);
  return key.length;
}`;

/** A section that loads one size after the other, and one that looks at them. */
const cache = (round: string, more = '', mutex = 'const mutex') => `import { Mutex } from 'async-mutex';

${mutex} = new Mutex();
export const sizes = new Map<string, number>();
${more}
async function fill(keys: readonly string[]): Promise<void> {
  await mutex.runExclusive(async () => {
    for (const key of keys) {
      ${round}
    }
  });
}

const look = () => mutex.runExclusive(() => sizes.size);`;

const LOAD = `
export async function load(key: string): Promise<number> {
  await fetch(key);
  return key.length;
}`;

const ROUND = 'sizes.set(key, await load(key));';

const TASKS = { a: "await fill(['a', 'b']);", b: 'return await look();' };

/** The same by hand. */
const before = (round: string, applied: string, call = 'load(key)') =>
  [
    [
      'await mutex.runExclusive(async () => {\n    for (const key of keys) {',
      `const all = await Promise.all(keys.map(async (key) => ({ key, size: await ${call} })));\n  await mutex.runExclusive(async () => {\n    for (const { key, size } of all) {`,
    ],
    [round, applied],
  ] as const;

const LAST = `const size = await load(key);
      if (size > 1) break;
      sizes.set(key, size);`;
const SKIPPED = `if (sizes.has(key)) continue;
      ${ROUND}`;

const GROWING = `const size = await load(key);
      if (key === 'a') (keys as string[]).push('b');
      sizes.set(key, size);`;
const SECTION = `await mutex.runExclusive(async () => {
    for (const key of keys) {`;

export default {
  rule: 'no-await-loop-in-lock',
  proofs: [
    {
      title: 'each item is loaded by itself, and applied under the lock',
      source: cache(ROUND, LOAD),
      tasks: TASKS,
      observe: 'sizes.size',
      fix: { tier: 'unsafe', assumes: 'no longer runs under the lock but before it' },
      outcomes: 'no more',
    },
    {
      title: 'what is loaded goes by what the lock guards, in code that was not analysed',
      violates: 'what is waited for has nothing to do with what the lock guards',
      source: `import { load } from './unseen.js';\n${cache(ROUND, '', 'export const mutex')}
export const size = () => sizes.size;`,
      unseen: {
        'unseen.ts': `import { size } from './sample.js';
export async function load(key: string): Promise<number> {
  await fetch(key);
  return size();
}`,
      },
      tasks: TASKS,
      observe: 'sizes',
      fix: { tier: 'unsafe', assumes: 'no longer runs under the lock but before it' },
      outcomes: { adds: "'b' => 0" },
    },
    {
      title: 'the second loading fails',
      violates: 'nothing fails, or a part may be left out with the whole',
      source: cache(
        ROUND,
        `async function load(key: string): Promise<number> {
  await fetch(key);
  if (key === 'b') throw new Error('no');
  return 1;
}`,
      ),
      tasks: TASKS,
      observe: 'sizes.size',
      fix: { tier: 'unsafe', assumes: 'once it fails for one nothing is applied' },
      outcomes: { adds: 'a throws Error("no"), b 0; then 0' },
    },
    {
      title: 'the order of the loadings is seen',
      violates: 'several may be loaded at once',
      source: cache(ROUND, TELLING),
      tasks: { a: "await fill(['a', 'b']);", b: 'await pause();' },
      observe: 'told',
      fix: { tier: 'unsafe', assumes: 'for 8 at once' },
      outcomes: { adds: "[ 'b', 'a' ]" },
    },
    {
      title: 'what is waited for looks at what the lock guards',
      violates: 'what is waited for has nothing to do with what the lock guards',
      source: cache(
        ROUND,
        `async function load(key: string): Promise<number> {
  await fetch(key);
  return sizes.size;
}`,
      ),
      tasks: TASKS,
      observe: 'sizes',
      fix: { refused: '`load(key)` touches `sizes.size`', byHand: before(ROUND, 'sizes.set(key, size);') },
      outcomes: { adds: "'b' => 0" },
    },
    {
      title: 'a round that finds what it needs is the last',
      violates: 'every round is come to',
      source: cache(LAST, TELLING),
      tasks: { a: "await fill(['aa', 'b']);", b: 'await pause();' },
      observe: 'told.length',
      fix: {
        refused: 'a round may be the last',
        byHand: before('const size = await load(key);\n      if', 'if'),
      },
      outcomes: { adds: 'then 2' },
    },
    {
      title: 'a round adds to the list',
      violates: 'the section changes nothing that the wait goes by',
      source: cache(GROWING, TELLING),
      tasks: { a: "await fill(['a']);", b: 'await pause();' },
      observe: 'told.length',
      fix: {
        refused: '`keys` is changed in the section',
        byHand: before('const size = await load(key);\n      if', 'if'),
      },
      outcomes: { adds: 'then 1' },
    },
    {
      title: 'the section is come to only if there is more than one key',
      violates: 'nothing chooses whether the section is come to',
      source: cache(ROUND, TELLING).replace(SECTION, `if (keys.length > 1) ${SECTION}`),
      tasks: { a: "await fill(['a']);", b: 'await pause();' },
      observe: 'told.length',
      fix: {
        refused: 'a section is part of a larger statement',
        byHand: [
          [
            `if (keys.length > 1) ${SECTION}`,
            `const all = await Promise.all(keys.map(async (key) => ({ key, size: await load(key) })));
  if (keys.length > 1) await mutex.runExclusive(async () => {
    for (const { key, size } of all) {`,
          ],
          [ROUND, 'sizes.set(key, size);'],
        ],
      },
      outcomes: { adds: 'then 1' },
    },
    {
      title: 'a round waits only for what is not there yet',
      violates: 'a round begins with the wait',
      source: cache(SKIPPED, TELLING),
      tasks: { a: "await fill(['a', 'a']);", b: 'await pause();' },
      observe: 'told.length',
      fix: {
        refused: 'a round does something before it waits',
        byHand: before(ROUND, 'sizes.set(key, size);'),
      },
      outcomes: { adds: 'then 2' },
    },
  ],
} satisfies RuleProofs;
