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
    {
      title: 'an entry of a map, whose making fails the first time',
      violates: 'a value of its own is made, no entry of a map',
      source: `const entries = new Map<string, number>();
let made = 0;

async function make(): Promise<number> {
  await pause();
  if (++made === 1) throw new Error('no');
  return made;
}

async function get(key: string): Promise<number> {
  if (!entries.has(key)) entries.set(key, await make());
  return entries.get(key)!;
}`,
      tasks: { a: "return await get('x');", b: "return await get('x');" },
      fix: {
        refused: 'the map would hold promises, and whoever uses its entries would have to wait for them',
        byHand: [
          ['new Map<string, number>()', 'new Map<string, Promise<number>>()'],
          ['entries.set(key, await make())', 'entries.set(key, make())'],
        ],
      },
      outcomes: { adds: 'a throws Error("no"), b throws Error("no")' },
    },
    {
      title:
        'a flag that is raised once what takes time is done: who comes early used to do it too, and not to go on before',
      violates: 'a value of its own is made, no other state is changed',
      source: `/** Sent without a lock. */
class Letter {
  private isSent = false;
  sent = 0;

  async send(): Promise<void> {
    if (this.isSent) return;
    await pause();
    this.isSent = true;
    this.sent = 1;
  }
}

export const letter = new Letter();`,
      tasks: { a: 'await letter.send();\n    return letter.sent;', b: 'await letter.send();\n    return letter.sent;' },
      fix: {
        refused: 'whether the change may come before the wait is for a person to say',
        byHand: [['    await pause();\n    this.isSent = true;\n', '    this.isSent = true;\n    await pause();\n']],
      },
      outcomes: { adds: 'b 0' },
    },
  ],
} satisfies RuleProofs;
