import type { RuleProofs } from '../proof.js';

const READ = 'const before = await mutex.runExclusive(() => count);';
const WRITE = `await mutex.runExclusive(async () => {
    await pause();
    count = next;
  });`;

/** A counter that is read in one section and written in another. */
const counter = (between: string, more = '', declaration = 'const mutex') => `import { Mutex } from 'async-mutex';

${declaration} = new Mutex();
let count = 0;
${more}
export async function add(): Promise<void> {
  ${READ}
  ${between}
  ${WRITE}
}`;

const BOTH = { a: 'await add();', b: 'await add();' };

const NEXT = 'const next = before + 1;';

/** One section by hand, with what stands between. */
const joined = (between: string) =>
  [
    [`${READ}\n  ${between}\n  await mutex`, `await mutex`],
    ['await pause();\n    count = next', `const before = count;\n    ${between}\n    await pause();\n    count = next`],
  ] as const;

const audit = `const audit = new Mutex();
export const check = () => audit.runExclusive(async () => {
  await pause();
  return await mutex.runExclusive(() => count);
});`;

const ASK = 'const next = before + (await audit.runExclusive(() => 1));';
const SUM = 'const next = before + (await sum());';
const GIVEN = 'const next = before + (await given());';
const RUNG = "const next = before + (await new Promise<number>((resolve) => bell.once('rung', resolve)));";
const OTHER = "const next = before + 1;\n  key = 'b';";

export default {
  rule: 'no-split-lock',
  proofs: [
    {
      title: 'nothing is waited for between the reading and the writing',
      source: counter(NEXT),
      tasks: BOTH,
      observe: 'count',
      fix: { tier: 'safe' },
      outcomes: { removes: 'then 1', repairs: 'then 2' },
    },
    {
      title: 'something is waited for in between',
      source: counter(`await pause();\n  ${NEXT}`),
      tasks: BOTH,
      observe: 'count',
      fix: { tier: 'unsafe', assumes: 'which must not need it' },
      outcomes: { removes: 'then 1', repairs: 'then 2' },
    },
    {
      title: 'a reader who then writes',
      source: `import { AsyncRwLock } from '@lockwise/runtime';

const lock = new AsyncRwLock();
let count = 0;

async function add(): Promise<void> {
  const before = await lock.withRead(async () => {
    await pause();
    return count;
  });
  await lock.withWrite(() => {
    count = before + 1;
  });
}`,
      tasks: BOTH,
      observe: 'count',
      fix: { tier: 'safe' },
      outcomes: { removes: 'then 1', repairs: 'then 2' },
    },
    {
      title: 'what is waited for in between takes the lock, in code that was not analysed',
      violates: 'what is waited for in between does not need the lock',
      source: `import { look } from './unseen.js';\n${counter('const next = (await look()) + before + 1;', '', 'export const mutex')}`,
      unseen: {
        'unseen.ts': `import { mutex } from './sample.js';
export const look = () => mutex.runExclusive(() => 0);`,
      },
      tasks: BOTH,
      observe: 'count',
      fix: { tier: 'unsafe', assumes: 'which must not need it' },
      outcomes: { adds: 'a waits for ever' },
    },
    {
      title: 'code that was not analysed asks in between whether the lock is held',
      violates: 'the lock is private',
      source: `import { grown } from './unseen.js';\n${counter('const next = grown(before);', '', 'export const mutex')}`,
      unseen: {
        'unseen.ts': `import { mutex } from './sample.js';
export function grown(count: number): number {
  if (mutex.isLocked()) throw new Error('held');
  return count + 1;
}`,
      },
      tasks: { a: 'await add();', b: 'await pause();' },
      observe: 'count',
      fix: { tier: 'unsafe', assumes: '`mutex` is not private' },
      outcomes: { adds: 'a throws Error("held")' },
    },
    {
      title: 'somebody asks whether the lock is held',
      violates: 'nobody asks whether the lock is held',
      source: counter(
        'const next = grown(before);',
        `function grown(count: number): number {
  if (mutex.isLocked()) throw new Error('held');
  return count + 1;
}`,
      ),
      tasks: { a: 'await add();', b: 'await pause();' },
      observe: 'count',
      fix: { tier: 'unsafe', assumes: 'who asks whether' },
      outcomes: { adds: 'a throws Error("held")' },
    },
    {
      title: 'what is waited for in between takes the lock',
      violates: 'nothing in between takes the lock',
      source: counter(SUM, 'const sum = () => mutex.runExclusive(() => 1);'),
      tasks: BOTH,
      observe: 'count',
      fix: { refused: 'takes `mutex` itself', byHand: joined(SUM) },
      outcomes: { adds: 'a waits for ever' },
    },
    {
      title: 'another lock is taken in between, whose holder waits for this one',
      violates: 'nothing in between waits for another lock',
      source: counter(ASK, audit),
      tasks: { a: 'await add();', b: 'await check();' },
      observe: 'count',
      fix: { refused: 'waits for `audit`', byHand: joined(ASK) },
      outcomes: { adds: 'a waits for ever, b waits for ever' },
    },
    {
      title: 'code of the caller runs in between, and takes the lock',
      violates: 'no code of the caller runs in between',
      source: counter(GIVEN, 'const sum = () => mutex.runExclusive(() => 1);').replace(
        'add()',
        'add(given: () => Promise<number>)',
      ),
      tasks: { a: 'await add(sum);', b: 'await add(sum);' },
      observe: 'count',
      fix: { refused: 'runs code of the caller', byHand: joined(GIVEN) },
      outcomes: { adds: 'a waits for ever' },
    },
    {
      title: 'what is waited for in between is done by whoever gets the lock next',
      violates: 'nothing in between waits for what others do',
      source: counter(
        RUNG,
        `import { EventEmitter } from 'node:events';
const bell = new EventEmitter();
const ring = () => mutex.runExclusive(() => bell.emit('rung', 1));`,
      ),
      tasks: { a: 'await add();', b: 'await ring();' },
      observe: 'count',
      fix: { refused: 'waits for what others do', byHand: joined(RUNG) },
      outcomes: { adds: 'a waits for ever, b waits for ever' },
    },
    {
      title: 'the key is another one by the second section',
      violates: 'both sections take the same lock',
      source: `import AsyncLock from 'async-lock';

const lock = new AsyncLock();
let count = 0;

async function add(key: string): Promise<void> {
  const before = await lock.acquire(key, () => count);
  ${OTHER}
  await lock.acquire(key, async () => {
    await pause();
    count = next;
  });
}

const isStill = () => lock.acquire('b', async () => {
  const before = count;
  await pause();
  return count === before;
});`,
      tasks: { a: "await add('a');", b: 'return await isStill();' },
      observe: 'count',
      fix: {
        refused: '`key` is assigned in between',
        byHand: [
          [`const before = await lock.acquire(key, () => count);\n  ${OTHER}\n  await`, 'await'],
          [
            'await pause();\n    count = next',
            `const before = count;\n    ${OTHER}\n    await pause();\n    count = next`,
          ],
        ],
      },
      outcomes: { adds: 'b false' },
    },
  ],
} satisfies RuleProofs;
