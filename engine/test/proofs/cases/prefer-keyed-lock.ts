import type { RuleProofs } from '../proof.js';

/** Texts that are made once for each name, under one lock for all of them. */
const texts = (make: string, more = '', mutex = 'const mutex') => `import { Mutex } from 'async-mutex';
import { readFile } from 'node:fs/promises';

${mutex} = new Mutex();
const texts = new Map<string, string>();
let running = 0;
let most = 0;

async function text(name: string): Promise<string> {
  return await mutex.runExclusive(async () => {
    const known = texts.get(name);
    if (known !== undefined) return known;
${make}
    texts.set(name, made);
    return made;
  });
}
${more}`;

const READ = "    const made = await readFile(name, 'utf8');";
const COUNTED = `    most = Math.max(most, ++running);
    const made = await readFile(name, 'utf8');
    running--;`;

/** Outside of what is analysed: it counts how many calls run at once. */
const LOAD = {
  'unseen.ts': `let running = 0;
let most = 0;
export const mostAtOnce = () => most;
export async function load(name: string): Promise<string> {
  most = Math.max(most, ++running);
  await pause();
  running--;
  return name;
}`,
};

export default {
  rule: 'prefer-keyed-lock',
  proofs: [
    {
      title: 'each section touches the entry of its own key; every caller waits',
      source: texts(READ),
      tasks: { a: "return await text('x');", b: "return await text('x');", c: "return await text('y');" },
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'sections count how many of them run',
      violates: 'footprints of different keys are disjoint',
      source: texts(COUNTED),
      tasks: { a: "await text('x');", b: "await text('y');" },
      observe: 'most',
      fix: {
        silent: true,
        byHand: [
          ['new Mutex()', 'new KeyedMutex<string>()'],
          ["{ Mutex } from 'async-mutex'", "{ KeyedMutex } from '@lockwise/runtime'"],
          ['mutex.runExclusive(async', 'mutex.withLock(name, async'],
        ],
      },
      outcomes: { adds: 'then 2' },
    },
    {
      title: 'the section calls what is not known, and that counts how many calls of it run',
      violates: 'no visible effect beyond the entries',
      source: `import { load, mostAtOnce } from './unseen.js';\n${texts('    const made = await load(name);')}`,
      unseen: LOAD,
      tasks: { a: "await text('x');", b: "await text('x');", c: "await text('y');" },
      observe: 'mostAtOnce()',
      fix: {
        tier: 'unsafe',
        assumes: 'a section calls `load(name)`, of which others may notice when it happens, whatever its key',
      },
      outcomes: { adds: 'then 2' },
    },
    {
      title: 'the same for one key, of which there is one at a time',
      source: `import { load, mostAtOnce } from './unseen.js';\n${texts('    const made = await load(name);')}`,
      unseen: LOAD,
      tasks: { a: "await text('x');", b: "await text('x');" },
      observe: 'mostAtOnce()',
      fix: {
        tier: 'unsafe',
        assumes: 'a section calls `load(name)`, of which others may notice when it happens, whatever its key',
      },
      outcomes: 'same',
    },
    {
      title: 'a task counts all entries without the lock, and two may now be half-made',
      violates: 'totals and iteration are under the lock, or nowhere',
      source: `import { Mutex } from 'async-mutex';
import { readFile } from 'node:fs/promises';

const mutex = new Mutex();
const states = new Map<string, string>();

async function work(name: string): Promise<void> {
  await mutex.runExclusive(async () => {
    states.set(name, 'running');
    await readFile(name, 'utf8');
    states.set(name, 'done');
  });
}`,
      tasks: {
        a: "await work('x');",
        b: "await work('y');",
        c: "return [...states.values()].filter((state) => state === 'running').length;",
      },
      fix: { tier: 'unsafe', assumes: '`states` is also used outside of the sections' },
      outcomes: { adds: 'c 2' },
    },
    {
      title: 'a caller goes on without waiting, and a free section now starts at once',
      violates: 'every call is awaited or returned at once',
      source: texts(READ),
      tasks: {
        a: "const made = text('x').then(() => (most = 1));\n    await text('y');\n    const seen = most;\n    await made;\n    return seen;",
      },
      fix: { tier: 'unsafe', assumes: 'a section of a free key starts at once' },
      outcomes: { adds: 'a 0' },
    },
    {
      title: 'another file, which was not analysed, counts on the one lock for all keys',
      violates: 'closed',
      source: `import { count } from './unseen.js';\n${texts(READ, '', 'export const mutex')}`,
      unseen: {
        'unseen.ts': `import { mutex } from './sample.js';
export const count = (size: () => number) => mutex.runExclusive(async () => {
  const before = size();
  await pause();
  return size() - before;
});`,
      },
      tasks: { a: "await text('x');", b: 'return await count(() => texts.size);' },
      fix: { tier: 'unsafe', assumes: '`mutex` is not private' },
      outcomes: { adds: 'b throws TypeError' },
    },
  ],
} satisfies RuleProofs;
