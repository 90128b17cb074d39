import type { RuleProofs } from '../proof.js';

const ask = (error: string) => `async function ask(): Promise<string> {
  const answer = pause('answer').then(() => 'answer');
  return await Promise.race([
    answer,
    new Promise<never>((_, reject) => setTimeout(() => reject(${error}), 100)),
  ]);
}`;

export default {
  rule: 'prefer-with-timeout',
  proofs: [
    {
      title: 'the caller looks at the message alone',
      source: ask("new Error('too late')"),
      tasks: { a: 'return await ask().catch((error: Error) => error.message);' },
      fix: { tier: 'unsafe', assumes: 'the error is a `TimeoutError`' },
      outcomes: 'same',
    },
    {
      title: 'the caller looks at the name of the error',
      violates: 'nobody looks at the class of the error',
      source: ask("new Error('too late')"),
      tasks: { a: 'return await ask().catch((error: Error) => error.name);' },
      fix: { tier: 'unsafe', assumes: 'the error is a `TimeoutError`' },
      outcomes: { adds: "a 'TimeoutError'" },
    },
    {
      title: 'the timer rejects with an error of its own class',
      violates: 'the timer rejects with an `Error`',
      source: `class TooLate extends Error {}\n\n${ask("new TooLate('too late')")}`,
      tasks: { a: 'return await ask().catch((error: unknown) => error instanceof TooLate);' },
      fix: {
        refused: 'the timer rejects with an error of its own class',
        byHand: [["new TooLate('too late')", "new Error('too late')"]],
      },
      outcomes: { adds: 'a false' },
    },
  ],
} satisfies RuleProofs;
