import type { RuleProofs } from '../proof.js';

/** Two fields that belong together, moved in one step. */
const move = (section: string) => `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
let low = 0;
let high = 0;

${section}`;

const moved = move(`async function move(by: number): Promise<void> {
  await mutex.runExclusive(() => {
    low += by;
    high = low + 1;
  });
}`);

export default {
  rule: 'no-redundant-lock',
  proofs: [
    {
      title: 'two fields that belong together; every caller waits',
      source: moved,
      tasks: { a: 'await move(1);\n    return [low, high];', b: 'await move(10);\n    return [low, high];' },
      observe: '[low, high]',
      fix: { tier: 'safe' },
      outcomes: 'no more',
    },
  ],
} satisfies RuleProofs;
