import type { RuleProofs } from '../proof.js';

/** Two fields that belong together, moved in one step. */
const moved = (section: string, mutex = 'const mutex') => `import { Mutex } from 'async-mutex';

${mutex} = new Mutex();
let low = 0;
let high = 0;

${section}`;

const MOVE = `async function move(by: number): Promise<void> {
  await mutex.runExclusive(() => {
    low += by;
    high = low + 1;
  });
}`;

export default {
  rule: 'no-redundant-lock',
  proofs: [
    {
      title: 'two fields that belong together; every caller waits',
      source: moved(MOVE),
      tasks: { a: 'await move(1);\n    return [low, high];', b: 'await move(10);\n    return [low, high];' },
      observe: '[low, high]',
      fix: { tier: 'safe' },
      outcomes: 'no more',
    },
    {
      title: 'a lock that another file takes; the project is whole, and private',
      source: {
        'package.json': '{ "private": true }',
        'range.ts': `import { Mutex } from 'async-mutex';

export class Range {
  readonly mutex = new Mutex();
  low = 0;
  high = 0;

  async move(by: number): Promise<void> {
    await this.mutex.runExclusive(() => {
      this.low += by;
      this.high = this.low + 1;
    });
  }
}`,
        'sample.ts': `import { Range } from './range.js';

const range = new Range();

async function double(): Promise<void> {
  await range.mutex.runExclusive(() => {
    range.low *= 2;
    range.high = range.low + 1;
  });
}`,
      },
      tasks: { a: 'await range.move(1);', b: 'await double();', c: 'await range.move(10);' },
      observe: '[range.low, range.high]',
      fix: { tier: 'safe' },
      outcomes: 'no more',
    },
    {
      title: 'a section that throws: the error stays a rejection',
      source: moved(`function move(by: number): Promise<void> {
  return mutex.runExclusive(() => {
    if (by > 5) throw new Error('too far');
    low += by;
    high = low + 1;
  });
}`),
      tasks: {
        a: 'return await move(1).catch((error: Error) => error.message);',
        b: 'return await move(10).catch((error: Error) => error.message);',
      },
      observe: '[low, high]',
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'a caller goes on without waiting and looks',
      violates: 'every call is awaited or returned at once',
      source: moved(MOVE),
      tasks: { a: 'const moving = move(1);\n    const seen = [low, high];\n    await moving;\n    return seen;' },
      fix: { tier: 'unsafe', assumes: 'the section no longer starts in a later tick' },
      outcomes: { adds: 'a [ 1, 2 ]' },
    },
    {
      title: 'what the section calls and returns takes time',
      violates: 'no section suspends; callees too',
      source: moved(`async function step(by: number): Promise<void> {
  const before = low;
  await pause();
  low = before + by;
}

async function move(by: number): Promise<void> {
  await mutex.runExclusive(() => step(by));
}`),
      tasks: { a: 'await move(1);', b: 'await move(10);' },
      observe: 'low',
      fix: { silent: true, byHand: [['mutex.runExclusive(() => step(by))', 'step(by)']] },
      outcomes: { adds: 'then 1' },
    },
    {
      title: 'a loop that polls, and whose only suspension the section is',
      violates: "not a loop's only suspension",
      source: moved(`let done = false;

async function poll(): Promise<number> {
  for (let round = 0; round < 5 && !done; round++) {
    await mutex.runExclusive(() => {
      low++;
      high = low + 1;
    });
  }
  return low;
}`),
      tasks: { a: 'void Promise.resolve().then(() => (done = true));\n    return await poll();' },
      fix: { tier: 'unsafe', assumes: 'a section is taken in a loop' },
      outcomes: { adds: 'a 5' },
    },
    {
      title: 'another file, which was not analysed, holds the lock across a wait',
      violates: 'closed',
      source: `import { still } from './unseen.js';\n${moved(MOVE, 'export const mutex')}`,
      unseen: {
        'unseen.ts': `import { mutex } from './sample.js';
export const still = (read: () => number) => mutex.runExclusive(async () => {
  const before = read();
  await pause();
  return read() === before;
});`,
      },
      tasks: { a: 'await move(1);', b: 'return await still(() => low);' },
      fix: { tier: 'unsafe', assumes: '`mutex` is not private' },
      outcomes: { adds: 'b throws TypeError' },
    },
    {
      title: 'a section returns early, and the function goes on after it',
      violates: 'what follows a section still runs',
      source: moved(`async function move(by: number): Promise<number> {
  await mutex.runExclusive(() => {
    if (by === 0) return;
    low += by;
    high = low + 1;
  });
  return high;
}`),
      tasks: { a: 'return await move(0);', b: 'return await move(10);' },
      fix: {
        refused: 'a section returns early, and code follows it',
        byHand: [
          ['  await mutex.runExclusive(() => {\n    if (by === 0) return;', '  {\n    if (by === 0) return NaN;'],
          ['  });\n  return high', '  }\n  return high'],
        ],
      },
      outcomes: { adds: 'a NaN' },
    },
    {
      title: 'a task waits until nobody moves any more, and what others do meanwhile comes first',
      violates: 'nobody waits for the lock to be free',
      source: moved(`${MOVE}

const log: string[] = [];

async function settled(): Promise<void> {
  await mutex.waitForUnlock();
}

async function note(): Promise<void> {
  await null;
  await null;
  log.push('noted');
}`),
      tasks: {
        a: "const moving = move(1);\n    const noting = note();\n    await settled();\n    log.push('settled');\n    await Promise.all([moving, noting]);",
      },
      observe: 'log',
      fix: {
        silent: true,
        byHand: [
          ['  await mutex.waitForUnlock();\n', ''],
          [
            '  await mutex.runExclusive(() => {\n    low += by;\n    high = low + 1;\n  });',
            '  low += by;\n  high = low + 1;',
          ],
        ],
      },
      outcomes: { adds: "then [ 'settled', 'noted' ]" },
    },
  ],
} satisfies RuleProofs;
