import type { RuleProofs } from '../proof.js';

const read = (limit: string, inner: string) => `import { Semaphore } from 'async-mutex';

const limit = ${limit};
let running = 0;
let most = 0;

async function read(): Promise<void> {
  await limit.runExclusive(async () => {
    most = Math.max(most, ++running);
    await pause();
    ${inner}
    running--;
  });
}`;

export default {
  rule: 'no-nested-limiter',
  proofs: [
    {
      title: 'two tasks that each wait for a second place: both used to hang',
      source: read('new Semaphore(2)', 'await limit.runExclusive(() => pause());'),
      tasks: { a: 'await read();', b: 'await read();' },
      observe: 'most',
      fix: { tier: 'unsafe', assumes: 'the task that used to hang now goes on' },
      outcomes: 'no more',
    },
    {
      title: 'the inner work has a limiter of its own, which must go on to bound it',
      violates: 'the same limiter',
      source: `${read('new Semaphore(2)', 'await other.runExclusive(async () => {\n      inside++;\n      mostInside = Math.max(mostInside, inside);\n      await pause();\n      inside--;\n    });')}
const other = new Semaphore(1);
let inside = 0;
let mostInside = 0;`,
      tasks: { a: 'await read();', b: 'await read();' },
      observe: 'mostInside',
      fix: {
        silent: true,
        byHand: [
          ['await other.runExclusive(async () => {', '{'],
          ['inside--;\n    });', 'inside--;\n    }'],
        ],
      },
      outcomes: { adds: 'then 2' },
    },
  ],
} satisfies RuleProofs;
