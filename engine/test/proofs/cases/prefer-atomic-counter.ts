import type { RuleProofs } from '../proof.js';

const hit = (body: string) => `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
let hits = 0;

async function hit(): Promise<number> {
${body}
}`;

export default {
  rule: 'prefer-atomic-counter',
  proofs: [
    {
      title: 'an update and a read; every caller waits',
      source: hit('  return await mutex.runExclusive(() => {\n    hits += 1;\n    return hits;\n  });'),
      tasks: { a: 'return await hit();', b: 'return await hit();', c: 'return await hit();' },
      observe: 'hits',
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'a caller goes on without waiting',
      violates: 'every call is awaited or returned at once',
      source: hit('  return await mutex.runExclusive(() => {\n    hits += 1;\n    return hits;\n  });'),
      tasks: { a: 'void hit();\n    const seen = hits;\n    await pause();\n    return [seen, hits];' },
      fix: { tier: 'unsafe', assumes: 'does not wait' },
      outcomes: { adds: '[ 1, 1 ]' },
    },
    {
      title: 'the lock is held across a wait',
      violates: 'no section suspends',
      source: hit(`  return await mutex.runExclusive(async () => {
    const before = hits;
    await pause();
    hits = before + 1;
    return hits;
  });`),
      tasks: { a: 'return await hit();', b: 'return await hit();' },
      fix: {
        silent: true,
        byHand: [
          ['return await mutex.runExclusive(async () => {', '{'],
          ['  });', '  }'],
        ],
      },
      outcomes: { adds: 'a 1, b 1' },
    },
  ],
} satisfies RuleProofs;
