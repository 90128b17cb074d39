import type { RuleProofs } from '../proof.js';

export default {
  rule: 'prefer-read-lock',
  proofs: [
    {
      title: 'readers beside a writer that is half-way',
      source: `import { AsyncRwLock } from '@lockwise/runtime';

const state = new AsyncRwLock({ left: 0, right: 0 });

async function sum(): Promise<number> {
  return await state.withWrite((guard) => guard.value.left + guard.value.right);
}

async function move(): Promise<void> {
  await state.withWrite(async (guard) => {
    guard.value.left = 1;
    await pause();
    guard.value.right = -1;
  });
}`,
      tasks: { a: 'return await sum();', b: 'await move();', c: 'return await sum();' },
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
  ],
} satisfies RuleProofs;
