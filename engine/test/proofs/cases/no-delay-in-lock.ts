import type { RuleProofs } from '../proof.js';
import { names, publish } from './no-long-held-lock.js';

const client = `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
const log: string[] = [];
const sleep = (ms: number) => new Promise<void>((go) => setTimeout(go, ms));

async function attempt(name: string): Promise<string> {
  await pause();
  log.push(name);
  if (log.filter((one) => one === name).length === 1) throw new Error('no');
  return name;
}

async function request(name: string): Promise<string> {
  return await mutex.runExclusive(async () => {
    for (let tries = 0; ; tries++) {
      try {
        return await attempt(name);
      } catch (error) {
        if (tries === 1) throw error;
        await sleep(10);
      }
    }
  });
}`;

const ASSUMES = 'other tasks may take the lock between two attempts';

export default {
  rule: 'no-delay-in-lock',
  proofs: [
    {
      title: 'each task retries what only concerns itself',
      source: client,
      tasks: { a: "return await request('a');", b: "return await request('b');" },
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: 'same',
    },
    {
      title: 'the order of all attempts is seen',
      violates: 'no other task may notice what comes between two attempts',
      source: client,
      tasks: { a: "return await request('a');", b: "return await request('b');" },
      observe: 'log.join()',
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: { adds: 'a,b,a,b' },
    },
    {
      title: 'after the reading it only waits for time; every caller waits',
      source: names(
        publish(
          '    const pause = [...names].length;\n    await new Promise((resolve) => setTimeout(resolve, pause));',
        ),
      ),
      tasks: {
        a: 'await publish();',
        b: "await add('x');\n    return version;",
        c: "await add('x');\n    return version;",
      },
      observe: 'names',
      fix: { tier: 'safe' },
      outcomes: 'no more',
    },
  ],
} satisfies RuleProofs;
