import type { RuleProofs } from '../proof.js';

const locks = (rest: string) => `import { Mutex } from 'async-mutex';

const accounts = new Mutex();
const audit = new Mutex();
const third = new Mutex();
let sum = 0;

${rest}`;

export default {
  rule: 'no-lock-order-cycle',
  proofs: [
    {
      title: 'two sections that took two locks the other way round: both could hang',
      source: locks(`const pay = (by: number) => accounts.runExclusive(() => audit.runExclusive(() => (sum += by)));

const review = (by: number) =>
  audit.runExclusive(async () => {
    await pause();
    return accounts.runExclusive(() => (sum += by));
  });`),
      tasks: { a: 'return await pay(1);', b: 'return await review(10);' },
      observe: 'sum',
      fix: { tier: 'unsafe', assumes: 'tasks that used to hang now go on' },
      outcomes: 'no more',
    },
    {
      title: 'the same by acquire and release',
      source: locks(`async function pay(by: number): Promise<void> {
  const releaseAccounts = await accounts.acquire();
  const releaseAudit = await audit.acquire();
  try {
    const before = sum;
    await pause();
    sum = before + by;
  } finally {
    releaseAudit();
    releaseAccounts();
  }
}

const review = (by: number) =>
  audit.runExclusive(async () => {
    await pause();
    await accounts.runExclusive(() => (sum += by));
  });`),
      tasks: { a: 'await pay(1);', b: 'await review(10);' },
      observe: 'sum',
      fix: { tier: 'unsafe', assumes: 'tasks that used to hang now go on' },
      outcomes: 'no more',
    },
    {
      title: 'the first lock also guards what is read before the second one is asked for',
      violates: 'the two requests follow each other, with nothing between',
      source: locks(`const pay = (by: number) =>
  accounts.runExclusive(async () => {
    const before = sum;
    await pause();
    await audit.runExclusive(() => (sum = before + by));
  });

const review = (by: number) =>
  audit.runExclusive(async () => {
    await pause();
    return accounts.runExclusive(() => (sum += by));
  });

const add = (by: number) => accounts.runExclusive(() => (sum += by));`),
      tasks: { a: 'await pay(1);', b: 'await add(10);' },
      observe: 'sum',
      fix: {
        refused: 'the section of `accounts` does more than to take `audit`',
        byHand: [
          ['  accounts.runExclusive(async () => {\n    const', '  audit.runExclusive(async () => {\n    const'],
          ['await audit.runExclusive(() => (sum = ', 'await accounts.runExclusive(() => (sum = '],
        ],
      },
      outcomes: { adds: 'then 1' },
    },
    {
      title: 'a third lock also leads from the one to the other',
      violates: 'no other way leads from the one lock to the other',
      source: locks(`const pay = (by: number) => accounts.runExclusive(() => audit.runExclusive(() => (sum += by)));

const first = () => accounts.runExclusive(() => pause().then(() => third.runExclusive(() => sum)));
const then = () => third.runExclusive(() => pause().then(() => audit.runExclusive(() => sum)));

const review = (by: number) =>
  audit.runExclusive(async () => {
    await pause();
    return accounts.runExclusive(() => (sum += by));
  });`),
      tasks: { a: 'await pay(1);', b: 'await first();', c: 'await then();' },
      observe: 'sum',
      fix: {
        refused: '`audit` is waited for under `accounts` by way of a third lock too',
        byHand: [
          [
            'accounts.runExclusive(() => audit.runExclusive(() => (sum',
            'audit.runExclusive(() => accounts.runExclusive(() => (sum',
          ],
        ],
      },
      outcomes: { adds: 'a waits for ever, b waits for ever, c waits for ever' },
    },
    {
      title: 'the locks own what they guard, and the sections would be given that of the other',
      violates: 'the sections are given nothing by their locks',
      source: `import { AsyncMutex } from '@lockwise/runtime';

const accounts = new AsyncMutex({ sum: 0 });
const audit = new AsyncMutex({ sum: 5 });

const pay = (by: number) => accounts.withLock((own) => audit.withLock((log) => (own.value.sum = log.value.sum + by)));
const review = (by: number) => audit.withLock((log) => accounts.withLock((own) => (log.value.sum = own.value.sum + by)));`,
      tasks: { a: 'return await pay(1);', b: 'return await review(10);' },
      fix: {
        refused: 'a section is given arguments by its lock',
        byHand: [
          [
            'accounts.withLock((own) => audit.withLock((log) => (own',
            'audit.withLock((own) => accounts.withLock((log) => (own',
          ],
        ],
      },
      outcomes: { adds: 'a 1, b 10' },
    },
  ],
} satisfies RuleProofs;
