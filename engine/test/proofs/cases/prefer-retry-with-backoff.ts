import type { RuleProofs } from '../proof.js';

/** A request that may fail each time, retried by hand with delays that double. */
const retry = (work: string, more = '') => `const log: number[] = [];
const started = Date.now();

async function request(): Promise<string> {
  log.push(Date.now() - started);
  await pause();
  if (choose('request', ['ok', 'no']) === 'no') throw new Error('no');
  return 'answer';
}
${more}
async function retried(): Promise<string> {
  let delay = 10;
  for (let attempt = 1; ; attempt++) {
    try {
      return await ${work};
    } catch (error) {
      if (attempt >= 3) throw error;
      await new Promise((resolve) => setTimeout(resolve, delay));
      delay = Math.min(delay * 2, 15);
    }
  }
}`;

export default {
  rule: 'prefer-retry-with-backoff',
  proofs: [
    {
      title: 'attempts, delays and their limit as they were',
      source: retry('request()'),
      tasks: { a: 'return await retried();', b: 'await pause();' },
      observe: 'log',
      fix: { tier: 'unsafe', assumes: 'the figures are carried over as they are read' },
      outcomes: 'same',
    },
    {
      title: 'the work is told the number of its attempt',
      violates: 'the work does not depend on the attempt',
      source: retry(
        'numbered(attempt)',
        `
async function numbered(attempt: number): Promise<string> {
  return \`\${attempt} \${await request()}\`;
}
`,
      ),
      tasks: { a: 'return await retried();' },
      observe: 'log.length',
      fix: {
        refused: 'the work depends on the number of the attempt',
        byHand: [['numbered(attempt);', 'numbered(1);']],
      },
      outcomes: { adds: "a '1 answer'; then 2" },
    },
  ],
} satisfies RuleProofs;
