import type { RuleProofs } from '../proof.js';

const work = (cleanup: string) => `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
const log: string[] = [];

async function flush(): Promise<number> {
  await pause();
  if (choose('flush', ['ok', 'no']) === 'no') throw new Error('no');
  return log.length;
}

async function work(name: string): Promise<void> {
  const release = await mutex.acquire();
  try {
    log.push(name);
  } finally {
${cleanup}
  }
}`;

export default {
  rule: 'no-await-before-release',
  proofs: [
    {
      title: 'what stands before the release may fail, and the lock used to be lost',
      source: work('    await flush();\n    release();'),
      tasks: { a: "await work('a');", b: "await work('b');" },
      observe: 'log',
      fix: { tier: 'safe' },
      outcomes: 'no more',
    },
    {
      title: 'a variable is declared before the release and used after it',
      violates: 'nothing after the release needs what stands before it',
      source: work('    const size = await flush();\n    release();\n    log.push(`${name}${size}`);'),
      tasks: { a: "await work('a');", b: "await work('b');" },
      observe: 'log',
      fix: {
        refused: 'a variable is declared before the release',
        byHand: [
          [
            '    const size = await flush();\n    release();',
            '    try {\n      const size = await flush();\n    } finally {\n      release();\n    }',
          ],
        ],
      },
      outcomes: { adds: 'a throws ReferenceError("size is not defined")' },
    },
  ],
} satisfies RuleProofs;
