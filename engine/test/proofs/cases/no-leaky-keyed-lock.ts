import type { RuleProofs } from '../proof.js';

const states = (body: string, rest = '') => `import { Mutex } from 'async-mutex';

const locks = new Map<string, Mutex>();
const log: string[] = [];

function lockOf(key: string): Mutex {
  let lock = locks.get(key);
  if (!lock) locks.set(key, (lock = new Mutex()));
  return lock;
}

async function work(key: string, name: string): Promise<void> {
${body}
}
${rest}`;

const SECTION = `lockOf(key).runExclusive(async () => {
    log.push(name);
    await pause();
    log.push(name);
  });
  locks.delete(key);`;

const TASKS = { a: "await work('x', 'a');", b: "await work('x', 'b');", c: "await work('x', 'c');" };

export default {
  rule: 'no-leaky-keyed-lock',
  proofs: [
    {
      title: 'the entry is deleted while the next task has the lock: a third one makes another',
      source: states(`  await ${SECTION}`),
      tasks: TASKS,
      observe: 'log',
      fix: { tier: 'unsafe', assumes: 'tasks of one key now always wait for each other' },
      outcomes: { removes: "[ 'a', 'a', 'b', 'c', 'b', 'c' ]" },
    },
    {
      title: 'the lock is looked up where it is taken, and deleted in `finally`',
      source: `import { Mutex } from 'async-mutex';

class States {
  private readonly locks = new Map<string, Mutex>();
  readonly log: string[] = [];

  async work(key: string, name: string): Promise<void> {
    let lock = this.locks.get(key);
    if (!lock) {
      lock = new Mutex();
      this.locks.set(key, lock);
    }
    try {
      await lock.runExclusive(async () => {
        this.log.push(name);
        await pause();
        this.log.push(name);
      });
    } finally {
      this.locks.delete(key);
    }
  }
}

const states = new States();`,
      tasks: {
        a: "await states.work('x', 'a');",
        b: "await states.work('x', 'b');",
        c: "await states.work('x', 'c');",
      },
      observe: 'states.log',
      fix: { tier: 'unsafe', assumes: 'tasks of one key now always wait for each other' },
      outcomes: { removes: "[ 'a', 'a', 'b', 'c', 'b', 'c' ]" },
    },
    {
      title: 'a caller goes on without waiting, and a free section now starts at once',
      violates: 'every call is awaited or returned at once',
      source: states(`  await ${SECTION}`),
      tasks: { a: "const working = work('x', 'a');\n    log.push('first');\n    await working;" },
      observe: 'log',
      fix: { tier: 'unsafe', assumes: 'the section of a free key starts at once' },
      outcomes: { adds: "then [ 'a', 'first', 'a' ]" },
    },
    {
      title: 'the size of the map is a result',
      violates: 'the map is used for nothing but its locks',
      source: states(
        `  await ${SECTION}`,
        `
function known(): number {
  return locks.size;
}`,
      ),
      tasks: { a: "lockOf('y');\n    return known();" },
      observe: 'log',
      fix: {
        refused: '`locks` is used in another way than to look up, make and delete a lock',
        byHand: [
          ['new Map<string, Mutex>()', 'new KeyedMutex<string>()'],
          ["import { Mutex } from 'async-mutex';", "import { KeyedMutex } from '@lockwise/runtime';"],
          ["    lockOf('y');\n", ''],
        ],
      },
      outcomes: { adds: 'a 0' },
    },
    {
      title: 'the key is another one each time that it is asked for',
      violates: 'the key is a name that nobody writes again',
      source: `import { Mutex } from 'async-mutex';

const locks = new Map<string, Mutex>();
const log: string[] = [];
let count = 0;
const next = () => \`key \${(count += 1)}\`;

async function work(name: string): Promise<void> {
  const lock = locks.get(next()) ?? new Mutex();
  await lock.runExclusive(() => log.push(name));
  await lock.runExclusive(() => log.push(name));
  locks.clear();
}`,
      tasks: { a: "await work('a');", b: "await work('b');" },
      observe: '[count, log]',
      fix: {
        refused: 'the key `next()` is computed, or changed later',
        byHand: [
          ['  const lock = locks.get(next()) ?? new Mutex();\n  await lock.', '  next();\n  await locks.get(next())!.'],
          ['  await lock.', '  await locks.get(next())!.'],
          ['  locks.clear();\n', ''],
          ['new Map<string, Mutex>()', 'new Map<string, Mutex>();\nlocks.get = () => new Mutex()'],
        ],
      },
      outcomes: { adds: 'then [ 6,' },
    },
  ],
} satisfies RuleProofs;
