import type { RuleProofs } from '../proof.js';

const request = (call: string) => `import { AsyncMutex } from '@lockwise/runtime';

const data = new AsyncMutex(0);
let heard = 'nothing';

async function add(): Promise<void> {
  await data.withLock((guard) => void (guard.value += 1), { timeout: 1000 });
}

async function hold(): Promise<void> {
  await data.withLock(async (guard) => {
    await pause();
    guard.value += 1;
  }, { timeout: 1000 });
}

async function request(): Promise<number> {
  ${call}
}`;

const RETURNED = request('return await data.withLock((guard) => (guard.value += 10), { timeout: Infinity });');
const ASSUMES = 'now rejects with a `TimeoutError`';

export default {
  rule: 'require-acquire-timeout',
  proofs: [
    {
      title: 'the holder waits for nothing',
      source: RETURNED,
      options: { timeout: 50 },
      tasks: { a: 'await add();', b: 'return await request();' },
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: 'same',
    },
    {
      title: 'the holder waits, and may take longer than that',
      violates: 'every section is over within the bound',
      source: RETURNED,
      options: { timeout: 50 },
      tasks: { a: 'await hold();', b: 'return await request();' },
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: { adds: 'b throws' },
    },
    {
      title: 'the request is made by hand, in the `try` whose `finally` gives back',
      violates: 'nothing is released that was not granted',
      source: request(`const held: { release(): void }[] = [];
  try {
    held.push(await data.acquire({ timeout: Infinity }));
    return 1;
  } finally {
    held[0]!.release();
  }`),
      options: { timeout: 50 },
      tasks: { a: 'await hold();', b: 'return await request();' },
      fix: {
        refused: 'the request is no call of a lock of the runtime with the function that it runs',
        byHand: [['{ timeout: Infinity }', '{ timeout: 50 }']],
      },
      outcomes: { adds: 'b throws TypeError' },
    },
    {
      title: 'nobody waits for the request',
      violates: 'the request is awaited or returned',
      source:
        request(`void data.withLock(() => (heard = 'granted'), { timeout: Infinity }).catch(() => (heard = 'given up'));
  return 0;`),
      options: { timeout: 50 },
      tasks: { a: 'await hold();', b: 'return await request();' },
      observe: 'heard',
      fix: {
        refused: 'the request is neither awaited nor returned',
        byHand: [['{ timeout: Infinity }', '{ timeout: 50 }']],
      },
      outcomes: { adds: 'given up' },
    },
  ],
} satisfies RuleProofs;
