import type { RuleProofs } from '../proof.js';

const pool = (make: string) => `let made = 0;
let lock: number | undefined;

async function make(): Promise<number> {
  await pause();
  ${make}
}

async function get(): Promise<number> {
  if (lock === undefined) {
    lock = await make();
  }
  return lock;
}`;

const ASSUMES = 'share one making, and its failure';

export default {
  rule: 'no-check-then-act',
  proofs: [
    {
      title: 'two tasks ask for a value that is made when it is missing',
      source: pool('return ++made;'),
      tasks: { a: 'return await get();', b: 'return await get();' },
      observe: 'made',
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: { removes: 'then 2', repairs: 'then 1' },
    },
    {
      title: 'a third task clears the value meanwhile, and it is made anew',
      source: pool('return ++made;'),
      tasks: { a: 'return await get();', b: 'return await get();', c: 'lock = undefined;' },
      observe: 'made',
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: { removes: 'then 2', repairs: 'then' },
    },
    {
      title: 'the making fails the first time',
      violates: 'a failure may be shared',
      source: pool("if (++made === 1) throw new Error('no');\n  return made;"),
      tasks: { a: 'return await get();', b: 'return await get();' },
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: { adds: 'a throws Error("no"), b throws Error("no")' },
    },
  ],
} satisfies RuleProofs;
