import type { RuleProofs } from '../proof.js';

const account = (body: string) => `let lockedTotal = 0;

async function fee(): Promise<number> {
  await pause();
  return 1;
}

async function charge(): Promise<void> {
  ${body}
}`;

const ASSUMES = 'what other tasks have written meanwhile';

export default {
  rule: 'no-stale-write-after-await',
  proofs: [
    {
      title: 'a sum that waits in the middle of its update',
      source: account('lockedTotal += await fee();'),
      tasks: { a: 'await charge();', b: 'await charge();', c: 'await charge();' },
      observe: 'lockedTotal',
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: { removes: 'then 1', repairs: 'then 3' },
    },
    {
      title: 'a constant that keeps the old value over the wait',
      source: account('const before = lockedTotal;\n  const due = await fee();\n  lockedTotal = before + due;'),
      tasks: { a: 'await charge();', b: 'await charge();' },
      observe: 'lockedTotal',
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: { removes: 'then 1', repairs: 'then 2' },
    },
  ],
} satisfies RuleProofs;
