import type { RuleProofs } from '../proof.js';

const add = (section: string) => `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
let sum = 0;

async function step(by: number): Promise<void> {
  const before = sum;
  await pause();
  sum = before + by;
}

${section}`;

export default {
  rule: 'no-early-release',
  proofs: [
    {
      title: 'a promise that is returned past the release: an update was lost',
      source: add(`async function add(by: number): Promise<void> {
  const release = await mutex.acquire();
  try {
    return step(by);
  } finally {
    release();
  }
}`),
      tasks: { a: 'await add(1);', b: 'await add(10);' },
      observe: 'sum',
      fix: { tier: 'unsafe', assumes: 'the lock is now held until the work is done' },
      outcomes: { removes: 'then 1' },
    },
    {
      title: 'a callback that drops its promise, and then nobody waits for the work',
      source: add(`async function add(by: number): Promise<void> {
  await mutex.runExclusive(() => {
    step(by);
  });
}`),
      tasks: {
        a: 'await add(1);\n    await pause();\n    await pause();',
        b: 'await add(10);\n    await pause();\n    await pause();',
      },
      observe: 'sum',
      fix: { tier: 'unsafe', assumes: 'the lock is now held until the work is done' },
      outcomes: { removes: 'then 0' },
    },
    {
      title: 'the callee takes the lock itself',
      violates: 'the awaited callee cannot take the lock',
      source: add(`async function safely(by: number): Promise<void> {
  await pause();
  await mutex.runExclusive(() => step(by));
}

async function add(by: number): Promise<void> {
  const release = await mutex.acquire();
  try {
    return safely(by);
  } finally {
    release();
  }
}`),
      tasks: { a: 'await add(1);', b: 'await add(10);' },
      observe: 'sum',
      fix: {
        silent: true,
        byHand: [['return safely', 'return await safely']],
      },
      outcomes: { adds: 'a waits for ever' },
    },
  ],
} satisfies RuleProofs;
