import type { RuleProofs } from '../proof.js';

const work = (section: string) => `import { Mutex } from 'async-mutex';
import { Sema } from 'async-sema';

const mutex = new Mutex();
const lock = new Sema(1);
const log: string[] = [];

async function work(name: string): Promise<void> {
${section}
}`;

const TASKS = { a: "await work('a');", b: "await work('b');", c: "await work('c');" };

export default {
  rule: 'no-foreign-release',
  proofs: [
    {
      title: 'a release before the one in `finally` frees the lock of the next task',
      source: work(`  await mutex.acquire();
  try {
    log.push(name);
    await pause();
    log.push(name);
    if (name === 'a') {
      mutex.release();
      await pause();
      return;
    }
  } finally {
    mutex.release();
  }`),
      tasks: TASKS,
      observe: 'log',
      fix: { tier: 'unsafe', assumes: '`mutex` is now held until the `finally`' },
      outcomes: { removes: "'b', 'c', 'b', 'c'", repairs: 'then' },
    },
    {
      title: 'a second release, of which nobody who has the lock knows',
      source: work(`  await mutex.acquire();
  log.push(name);
  await pause();
  log.push(name);
  mutex.release();
  mutex.release();`),
      tasks: TASKS,
      observe: 'log',
      fix: { tier: 'unsafe', assumes: 'the second release no longer frees the lock of another task' },
      outcomes: 'no more',
    },
    {
      title: 'a release on a path that took nothing',
      source: work(`  if (name !== 'a') await mutex.acquire();
  log.push(name);
  await pause();
  log.push(name);
  mutex.release();`),
      tasks: TASKS,
      observe: 'log',
      fix: { tier: 'unsafe', assumes: 'where nothing was taken the release no longer frees the lock of another task' },
      outcomes: { removes: "'b', 'c', 'b', 'c'", repairs: 'then' },
    },
    {
      title: 'what runs after the early release takes the lock itself',
      violates: 'nothing before the `finally` takes the lock',
      source: `${work(`  await mutex.acquire();
  try {
    log.push(name);
    if (name === 'a') {
      mutex.release();
      await note(name);
      return;
    }
  } finally {
    mutex.release();
  }`)}

async function note(name: string): Promise<void> {
  await mutex.runExclusive(() => log.push(name));
}`,
      tasks: { a: "await work('a');", b: "await work('b');" },
      observe: 'log',
      fix: {
        refused: '`note(name)` takes the lock before the `finally`, and would wait for ever',
        byHand: [['      mutex.release();\n      await note', '      await note']],
      },
      outcomes: { adds: 'a waits for ever' },
    },
    {
      title: 'on the other path it is the only release',
      violates: 'the other release stands on every path',
      source: work(`  await mutex.acquire();
  log.push(name);
  if (name === 'a') mutex.release();
  await pause().catch(() => undefined);
  mutex.release();`),
      tasks: { a: "await work('a');", b: "await work('b');" },
      observe: 'log',
      fix: {
        refused: 'on another path it is the only release',
        byHand: [['  mutex.release();\n}', '}']],
      },
      outcomes: { adds: 'waits for ever' },
    },
    {
      title: 'the lock gives no releaser, and to take the release out would lose the lock',
      violates: 'the acquire gives a releaser',
      source: work(`  if (name !== 'a') await lock.acquire();
  log.push(name);
  await pause().catch(() => undefined);
  lock.release();`),
      tasks: TASKS,
      observe: 'log',
      fix: {
        refused: '`lock` gives no releaser that the branch which takes it could keep',
        byHand: [['  lock.release();\n}', '}']],
      },
      outcomes: { adds: 'waits for ever' },
    },
  ],
} satisfies RuleProofs;
