import type { RuleProofs } from '../proof.js';

const counted = (body: string, mutex = 'const mutex') => `import { Mutex } from 'async-mutex';

${mutex} = new Mutex();
let hits = 0;

${body}`;

const hit = (section: string) => `async function hit(): Promise<number> {
${section}
}`;

const HIT = hit('  return await mutex.runExclusive(() => {\n    hits += 1;\n    return hits;\n  });');

const add = `async function add(by: number): Promise<number> {
  return await mutex.runExclusive(() => {
    hits += by;
    return hits;
  });
}`;

const POLL = `let done = false;

async function poll(): Promise<number> {
  for (let round = 0; round < 5 && !done; round++) {
    await mutex.runExclusive(() => {
      hits++;
    });
  }
  return hits;
}`;

export default {
  rule: 'prefer-atomic-counter',
  proofs: [
    {
      title: 'an update and a read; every caller waits',
      source: counted(HIT),
      tasks: { a: 'return await hit();', b: 'return await hit();', c: 'return await hit();' },
      observe: 'hits',
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'a flag that its lock carries: who comes first initialises',
      source: `import { AsyncMutex } from '@lockwise/runtime';

const initialised = new AsyncMutex<boolean>(false);
const log: string[] = [];

async function claim(name: string): Promise<void> {
  const isFirst = await initialised.withLock((guard) => {
    const isClaimed = guard.value;
    guard.value = true;
    return !isClaimed;
  });
  if (isFirst) log.push(name);
}

async function isInitialised(): Promise<boolean> {
  return await initialised.withLock((guard) => guard.value);
}`,
      tasks: { a: "await claim('a');", b: "await claim('b');", c: 'return await isInitialised();' },
      observe: 'log',
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'a class that another file uses; the project is whole, and private',
      source: {
        'package.json': '{ "private": true }',
        'stats.ts': `import { Mutex } from 'async-mutex';

export class Stats {
  private readonly mutex = new Mutex();
  private hits = 0;

  async hit(): Promise<number> {
    return await this.mutex.runExclusive(() => ++this.hits);
  }
}`,
        'sample.ts': `import { Stats } from './stats.js';

const stats = new Stats();`,
      },
      tasks: { a: 'return await stats.hit();', b: 'return await stats.hit();' },
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'a caller goes on without waiting',
      violates: 'every call is awaited or returned at once',
      source: counted(HIT),
      tasks: { a: 'void hit();\n    const seen = hits;\n    await pause();\n    return [seen, hits];' },
      fix: { tier: 'unsafe', assumes: 'does not wait' },
      outcomes: { adds: '[ 1, 1 ]' },
    },
    {
      title: 'the lock is held across a wait',
      violates: 'no section suspends',
      source: counted(
        hit(`  return await mutex.runExclusive(async () => {
    const before = hits;
    await pause();
    hits = before + 1;
    return hits;
  });`),
      ),
      tasks: { a: 'return await hit();', b: 'return await hit();' },
      fix: {
        silent: true,
        byHand: [
          ['return await mutex.runExclusive(async () => {', '{'],
          ['  });', '  }'],
        ],
      },
      outcomes: { adds: 'a 1, b 1' },
    },
    {
      title: 'a loop that polls, and whose only suspension the section is',
      violates: "not a loop's only suspension",
      source: counted(POLL),
      tasks: { a: 'void Promise.resolve().then(() => (done = true));\n    return await poll();' },
      fix: { tier: 'unsafe', assumes: 'a section is taken in a loop' },
      outcomes: { adds: 'a 5' },
    },
    {
      title: 'another file, which was not analysed, holds the lock across a wait',
      violates: 'closed',
      source: `import { double } from './unseen.js';\n${counted(HIT, 'export const mutex')}`,
      unseen: {
        'unseen.ts': `import { mutex } from './sample.js';
export const double = (read: () => number) => mutex.runExclusive(async () => {
  const before = read();
  await pause();
  return read() === before;
});`,
      },
      tasks: { a: 'return await hit();', b: 'return await double(() => hits);' },
      fix: { tier: 'unsafe', assumes: '`mutex` is not private' },
      outcomes: { adds: 'b throws TypeError' },
    },
    {
      title: 'what is added is an integer, though nothing proves it',
      source: counted(add),
      tasks: { a: 'return await add(1);', b: 'return await add(10);' },
      fix: { tier: 'unsafe', assumes: '`by` is not provably an integer' },
      outcomes: 'same',
    },
    {
      title: 'what is added is a fraction, which a counter refuses',
      violates: 'a boolean, or provably a safe integer',
      source: counted(add),
      tasks: { a: 'return await add(0.5).catch((error: Error) => error.name);', b: 'return await add(10);' },
      fix: { tier: 'unsafe', assumes: '`by` is not provably an integer' },
      outcomes: { adds: "a 'RangeError'" },
    },
  ],
} satisfies RuleProofs;
