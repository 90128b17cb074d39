import type { RuleProofs } from '../proof.js';

const table = (rest: string) => `import { AsyncMutex, AsyncRwLock } from '@lockwise/runtime';

const table = new AsyncRwLock({ sum: 0 });
const audit = new AsyncMutex<void>(undefined);
const log: string[] = [];

${rest}`;

export default {
  rule: 'no-lock-upgrade',
  proofs: [
    {
      title: 'two readers that each waited for the other to leave: both used to hang',
      source: table(`async function add(by: number): Promise<number> {
  return await table.withRead(async (value) => {
    const before = value.sum;
    await pause();
    await table.withWrite((guard) => {
      guard.value.sum = before + by;
    });
    return value.sum;
  });
}`),
      tasks: { a: 'return await add(1);', b: 'return await add(10);' },
      observe: 'log',
      fix: { tier: 'unsafe', assumes: 'the task that used to hang now goes on' },
      outcomes: 'no more',
    },
    {
      title: 'only some tasks write, and used to hang; readers that came meanwhile now wait',
      source: table(`async function touch(name: string): Promise<void> {
  await table.withRead(async () => {
    log.push(name);
    if (name === 'a') await table.withWrite(() => pause());
    log.push(name);
  });
}`),
      tasks: { a: "await touch('a');", b: "await touch('b');" },
      observe: 'log',
      fix: { tier: 'unsafe', assumes: 'readers wait for its whole section' },
      outcomes: 'no more',
    },
    {
      title: 'the section reads once more, and a writer would wait for itself',
      violates: 'the section does not read under the lock again',
      source: table(`async function touch(name: string): Promise<void> {
  await table.withRead(async () => {
    await table.withRead((value) => log.push(name + value.sum));
    if (name === 'all') await table.withWrite(() => pause());
  });
}`),
      tasks: { a: "await touch('a');", b: 'await pause();' },
      observe: 'log',
      fix: {
        refused: 'the section also reads under `table` again',
        byHand: [
          ['await table.withRead(async', 'await table.withWrite(async'],
          ['await table.withWrite(() => pause())', 'await pause()'],
        ],
      },
      outcomes: { adds: 'a waits for ever' },
    },
    {
      title: 'it waits for another lock, which another task holds while it waits to read',
      violates: 'the section waits for no other lock',
      source: table(`async function touch(name: string): Promise<void> {
  await table.withRead(async () => {
    await audit.withLock(() => log.push(name));
    if (name === 'all') await table.withWrite(() => pause());
  });
}

async function review(name: string): Promise<void> {
  await audit.withLock(async () => {
    await pause();
    await table.withRead((value) => log.push(name + value.sum));
  });
}`),
      tasks: { a: "await touch('a');", b: "await review('b');" },
      observe: 'log',
      fix: {
        refused: 'the section also waits for `audit`',
        byHand: [
          ['await table.withRead(async', 'await table.withWrite(async'],
          ['await table.withWrite(() => pause())', 'await pause()'],
        ],
      },
      outcomes: { adds: 'a waits for ever, b waits for ever' },
    },
  ],
} satisfies RuleProofs;
