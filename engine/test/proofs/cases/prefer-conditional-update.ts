import type { RuleProofs } from '../proof.js';

const lead = `import { AsyncRwLock } from '@lockwise/runtime';

const state = new AsyncRwLock({ leader: '' });
const took: string[] = [];

async function lead(name: string): Promise<void> {
  await state.withWrite(async (guard) => {
    if (guard.value.leader === '') {
      await pause();
      guard.value.leader = name;
      took.push(name);
    }
  });
}`;

export default {
  rule: 'prefer-conditional-update',
  proofs: [
    {
      title: 'one of two for whom the condition holds once',
      source: lead,
      tasks: { a: "await lead('a');", b: "await lead('b');" },
      observe: 'took',
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
  ],
} satisfies RuleProofs;
