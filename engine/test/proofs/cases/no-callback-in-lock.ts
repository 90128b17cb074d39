import type { RuleProofs } from '../proof.js';

/** A counter with listeners, of which `heard` has what they were told. */
const counter = (add: string) => `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
const listeners: ((count: number) => Promise<void>)[] = [];
const heard: string[] = [];
let count = 0;

async function read(): Promise<number> {
  return await mutex.runExclusive(async () => count);
}

async function add(by: number): Promise<void> {
  ${add}
}

async function limited(): Promise<number> {
  return await mutex.runExclusive(async () => {
    await pause();
    return (count += 100);
  });
}`;

const TELL = `await mutex.runExclusive(async () => {
    count += by;
    await pause();
    for (const listener of listeners) await listener(count);
  });`;

const HEARS = 'listeners.push(async (now) => { heard.push(`${now}`); });';
const COMES_BACK = 'listeners.push(async () => { heard.push(`${await read()}`); });';
const ASSUMES = 'others are told when the lock is free again';

export default {
  rule: 'no-callback-in-lock',
  proofs: [
    {
      title: 'a listener that comes back for the lock: the task used to hang',
      source: counter(TELL),
      tasks: { a: `${COMES_BACK} await add(1); return heard.join();` },
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: 'no more',
    },
    {
      title: 'a listener that only hears',
      source: counter(TELL),
      tasks: { a: `${HEARS} await add(1);`, b: 'await add(10);' },
      observe: 'heard.length',
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: 'same',
    },
    {
      title: 'after the `finally`, with what it was under the lock',
      source: counter(`const release = await mutex.acquire();
  try {
    count += by;
    await pause();
    for (const listener of listeners) await listener(count);
  } finally {
    release();
  }`),
      tasks: { a: `${HEARS} await add(1);`, b: 'await add(10);' },
      observe: 'heard.sort().join()',
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: 'same',
    },
    {
      title: 'the listener itself takes time, and two tasks tell it',
      violates: 'no listener may go by the order in which it is told',
      source: counter(TELL),
      tasks: {
        a: 'listeners.push(async (now) => { await pause(); heard.push(`${now}`); }); await add(1);',
        b: 'await add(10);',
      },
      observe: 'heard.join()',
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: { adds: "then '11,1'" },
    },
    {
      title: 'the listener looks at the state and is not content with what it is told',
      violates: 'no listener may expect that nothing has changed since',
      source: counter(TELL),
      tasks: {
        a: 'listeners.push(async (now) => { await pause(); heard.push(`${now} of ${count}`); }); await add(1);',
        b: 'await limited();',
      },
      observe: 'heard.join()',
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: { adds: "then '1 of 101'" },
    },
    {
      title: 'what comes after the listeners was kept from others',
      violates: 'others are told at the end of the section',
      source: counter(`await mutex.runExclusive(async () => {
    count += by;
    for (const listener of listeners) await listener(count);
    count += 1000;
  });`),
      tasks: { a: 'listeners.push(async () => { await pause(); }); await add(1);', b: 'return await limited();' },
      fix: {
        refused: 'the section goes on after others are told',
        byHand: [
          [
            `    for (const listener of listeners) await listener(count);
    count += 1000;
  });`,
            `  });
  for (const listener of listeners) await listener(count);
  count += 1000;`,
          ],
        ],
      },
      outcomes: { adds: 'b 101' },
    },
    {
      title: 'it ends where nothing is to be told',
      violates: 'the section does not end before',
      source: counter(`await mutex.runExclusive(async () => {
    if (by === 0) return;
    count += by;
    for (const listener of listeners) await listener(count);
  });`),
      tasks: { a: `${HEARS} await add(0); return heard.length;` },
      fix: {
        refused: 'the section may end before others are told',
        byHand: [
          [
            `    for (const listener of listeners) await listener(count);
  });`,
            `  });
  for (const listener of listeners) await listener(count);`,
          ],
        ],
      },
      outcomes: { adds: 'a 1' },
    },
    {
      title: 'the `catch` counts back what could not be told',
      violates: 'only the `finally` that releases stands around the call',
      source: counter(`const release = await mutex.acquire();
  try {
    count += by;
    for (const listener of listeners) await listener(count);
  } catch {
    count -= by;
  } finally {
    release();
  }`),
      tasks: { a: "listeners.push(async () => { throw new Error('no'); }); await add(1);" },
      observe: 'count',
      fix: {
        refused: 'the lock is not released by the `finally` around the call alone',
        byHand: [
          ['    for (const listener of listeners) await listener(count);\n', ''],
          ['    release();\n  }', '    release();\n  }\n  for (const listener of listeners) await listener(count);'],
        ],
      },
      outcomes: { adds: 'a throws Error("no"); then 1' },
    },
  ],
} satisfies RuleProofs;
