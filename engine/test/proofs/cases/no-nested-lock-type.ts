import type { RuleProofs } from '../proof.js';

export default {
  rule: 'no-nested-lock-type',
  proofs: [
    {
      title: 'lazy initialisation under the lock makes one value for all who ask',
      source: `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
let made = 0;
let connection: { readonly id: number } | undefined;

async function connect(): Promise<{ readonly id: number }> {
  await pause();
  return { id: ++made };
}

async function get(): Promise<{ readonly id: number }> {
  return await mutex.runExclusive(async () => {
    if (connection === undefined) connection = await connect();
    return connection;
  });
}`,
      tasks: { a: 'return (await get()).id;', b: 'return (await get()).id;', c: 'return (await get()).id;' },
      observe: 'made',
      fix: { tier: 'unsafe', assumes: 'the value is made outside of any lock, once for all who ask meanwhile' },
      outcomes: 'same',
    },
  ],
} satisfies RuleProofs;
