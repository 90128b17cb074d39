import type { RuleProofs } from '../proof.js';

const saving = (section: string, rest = '') => `import { Mutex, Semaphore } from 'async-mutex';

const other = new Mutex();
let sum = 0;

async function add(by: number): Promise<void> {
${section}
}
${rest}`;

const UPDATE = `    const before = sum;
    await pause();
    sum = before + by;`;

export default {
  rule: 'no-local-lock',
  proofs: [
    {
      title: 'each call locked a lock of its own: an update was lost',
      source: saving(`  const mutex = new Mutex();
  await mutex.runExclusive(async () => {
${UPDATE}
  });`),
      tasks: { a: 'await add(1);', b: 'await add(10);' },
      observe: 'sum',
      fix: { tier: 'unsafe', assumes: 'calls of `add` now wait for each other' },
      outcomes: { removes: 'then 10', repairs: 'then 11' },
    },
    {
      title: 'a method, whose object now has the lock: two objects do not wait for each other',
      source: `import { Mutex } from 'async-mutex';

class Store {
  sum = 0;

  async add(by: number): Promise<void> {
    const mutex = new Mutex();
    const release = await mutex.acquire();
    try {
      const before = this.sum;
      await pause();
      this.sum = before + by;
    } finally {
      release();
    }
  }
}

const one = new Store();
const two = new Store();`,
      tasks: { a: 'await one.add(1);', b: 'await one.add(10);', c: 'await two.add(100);' },
      observe: '[one.sum, two.sum]',
      fix: { tier: 'unsafe', assumes: 'those of one object' },
      outcomes: { removes: 'then [ 10, 100 ]', repairs: 'then [ 11, 100 ]' },
    },
    {
      title: 'two calls need each other to go on',
      violates: 'no call waits for another one to go on',
      source: saving(
        `  const mutex = new Mutex();
  await mutex.runExclusive(async () => {
    sum += by;
    if (sum === 11) meet();
    await met;
  });`,
        '\nlet meet = () => {};\nconst met = new Promise<void>((resolve) => (meet = resolve));',
      ),
      tasks: { a: 'await add(1);', b: 'await add(10);' },
      observe: 'sum',
      fix: { tier: 'unsafe', assumes: 'calls of `add` now wait for each other' },
      outcomes: { adds: 'waits for ever' },
    },
    {
      title: 'the section calls its own function',
      violates: 'the section does not call the function again',
      source: saving(`  const mutex = new Mutex();
  await mutex.runExclusive(async () => {
    await pause();
    sum += by;
    if (by > 1) await add(by - 1);
  });`),
      tasks: { a: 'await add(2);', b: 'await add(1);' },
      observe: 'sum',
      fix: {
        refused: 'a section calls `add` again, which would then wait for its own caller',
        byHand: [
          ['  const mutex = new Mutex();\n', ''],
          ['async function add', 'const mutex = new Mutex();\n\nasync function add'],
        ],
      },
      outcomes: { adds: 'a waits for ever' },
    },
    {
      title: 'the section waits for another lock, under which the function is called',
      violates: 'the section waits for no other lock',
      source: saving(
        `  const mutex = new Mutex();
  await mutex.runExclusive(async () => {
    await pause();
    if (by > 1) await other.runExclusive(() => (sum += by));
  });`,
        `
async function first(): Promise<void> {
  await other.runExclusive(() => add(1));
}`,
      ),
      tasks: { a: 'await add(2);', b: 'await first();' },
      observe: 'sum',
      fix: {
        refused: 'a section of `mutex` waits for `other`',
        byHand: [
          ['  const mutex = new Mutex();\n', ''],
          ['async function add', 'const mutex = new Mutex();\n\nasync function add'],
        ],
      },
      outcomes: { adds: 'a waits for ever, b waits for ever' },
    },
    {
      title: 'how many it admits is an argument of the call',
      violates: 'the lock does not depend on the call',
      source: saving(`  const places = new Semaphore(by);
  const [, release] = await places.acquire(by);
  try {
    sum += by;
  } finally {
    release();
  }`),
      tasks: { a: 'await add(1);', b: 'await add(2);' },
      observe: 'sum',
      fix: {
        refused: '`places` is made with `by`, which only the call knows',
        byHand: [
          ['  const places = new Semaphore(by);', '  places ??= new Semaphore(by);'],
          ['async function add', 'let places: Semaphore | undefined;\n\nasync function add'],
        ],
      },
      outcomes: { adds: 'b waits for ever' },
    },
    {
      title: 'the function is called above its declaration',
      violates: 'nobody calls the function before the lock is there',
      source: `import { Mutex } from 'async-mutex';

let sum = 0;
const first = add(1).catch((error: unknown) => String(error));

async function add(by: number): Promise<string> {
  const mutex = new Mutex();
  await mutex.runExclusive(() => (sum += by));
  return 'added';
}`,
      tasks: { a: 'return await first;' },
      observe: 'sum',
      fix: {
        refused: '`add` is called before the place where `mutex` would be made',
        byHand: [
          ['  const mutex = new Mutex();\n', ''],
          ['async function add', 'const mutex = new Mutex();\n\nasync function add'],
        ],
      },
      outcomes: { adds: "Cannot access 'mutex' before initialization" },
    },
  ],
} satisfies RuleProofs;
