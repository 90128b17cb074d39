import type { RuleProofs } from '../proof.js';

const work = (body: string) => `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
const log: string[] = [];

${body}`;

export default {
  rule: 'prefer-scoped-lock',
  proofs: [
    {
      title: 'the same section',
      source: work(`async function work(name: string): Promise<void> {
  const release = await mutex.acquire();
  try {
    log.push(name);
    await pause();
    log.push(name);
  } finally {
    release();
  }
}`),
      tasks: { a: "await work('a');", b: "await work('b');" },
      observe: 'log',
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
  ],
} satisfies RuleProofs;
