import type { RuleProofs } from '../proof.js';

const add = (step: string, section: string) => `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
let sum = 0;

async function step(by: number): Promise<void> {
${step}
}

async function add(by: number): Promise<void> {
  const release = await mutex.acquire();
  try {
${section}
  } finally {
    release();
  }
}`;

export default {
  rule: 'no-orphan-work-in-lock',
  proofs: [
    {
      title: 'work that ran on beside the next holder: an update was lost',
      source: add(
        '  const before = sum;\n  await pause();\n  sum = before + by;',
        '    sum += by;\n    void step(100);',
      ),
      tasks: { a: 'await add(1);\n    await pause();', b: 'await add(1);\n    await pause();' },
      observe: 'sum',
      fix: { tier: 'unsafe', assumes: 'the lock is now held until the work is done' },
      outcomes: { removes: 'then 101' },
    },
    {
      title: 'the work takes the lock itself: to wait for it would be to wait for ever',
      violates: 'the awaited callee cannot take the lock',
      source: add('  await mutex.runExclusive(() => {\n    sum += by;\n  });', '    sum += by;\n    void step(100);'),
      tasks: { a: 'await add(1);', b: 'await add(1);' },
      observe: 'sum',
      fix: { silent: true, byHand: [['void step(100)', 'await step(100)']] },
      outcomes: { adds: 'a waits for ever' },
    },
  ],
} satisfies RuleProofs;
