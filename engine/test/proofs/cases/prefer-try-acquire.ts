import type { RuleProofs } from '../proof.js';

const work = (ask: string, mutex = 'const mutex', more = '') => `import { Mutex } from 'async-mutex';

${mutex} = new Mutex();
const log: string[] = [];

async function work(name: string): Promise<void> {
${ask}
  await mutex.runExclusive(async () => {
    log.push(name);
    await pause();
    log.push(name);
  });
}
${more}`;

const WAIT = '  await mutex.waitForUnlock();';

export default {
  rule: 'prefer-try-acquire',
  proofs: [
    {
      title: 'a wait, and in the same segment the request; every caller waits',
      source: work(WAIT),
      tasks: { a: "await work('a');", b: "await work('b');" },
      observe: 'log',
      fix: { tier: 'safe' },
      outcomes: 'no more',
    },
    {
      title: 'a caller asks again without waiting, and used to be served first',
      violates: 'every call is awaited or returned at once',
      source: work(
        WAIT,
        'const mutex',
        `
async function first(): Promise<void> {
  await mutex.runExclusive(() => {
    log.push('first');
  });
}`,
      ),
      tasks: { a: "const working = work('a');\n    await first();\n    await working;" },
      observe: 'log',
      fix: { tier: 'unsafe', assumes: 'the request takes its place in the queue earlier' },
      outcomes: { adds: "then [ 'a', 'a', 'first' ]" },
    },
    {
      title: 'something is done between the wait and the request',
      violates: 'in one segment',
      source: work(`${WAIT}\n  log.push('free');`),
      tasks: { a: "await work('a');", b: "await work('b');" },
      observe: 'log',
      fix: { refused: 'something stands between the wait and the request', byHand: [[`${WAIT}\n`, '']] },
      outcomes: { adds: "'a', 'free', 'a'" },
    },
  ],
} satisfies RuleProofs;
