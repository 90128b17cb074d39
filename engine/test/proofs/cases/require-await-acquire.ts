import type { RuleProofs } from '../proof.js';

export default {
  rule: 'require-await-acquire',
  proofs: [
    {
      title: 'the section did not wait for its grant: an update was lost',
      source: `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
let sum = 0;

async function add(by: number): Promise<void> {
  mutex.acquire();
  try {
    const before = sum;
    await pause();
    sum = before + by;
  } finally {
    mutex.release();
  }
}`,
      tasks: { a: 'await add(1);', b: 'await add(10);' },
      observe: 'sum',
      fix: { tier: 'unsafe', assumes: 'the code after it now waits for the lock' },
      outcomes: { removes: 'then 1' },
    },
  ],
} satisfies RuleProofs;
