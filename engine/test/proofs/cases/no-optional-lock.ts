import type { RuleProofs } from '../proof.js';

const store = (rest: string) => `import { Mutex } from 'async-mutex';

let sum = 0;
let mutex: Mutex | undefined;

function open(): void {
  mutex = new Mutex();
}

async function add(by: number): Promise<void> {
  await mutex?.runExclusive(async () => {
    const before = sum;
    await pause();
    sum = before + by;
  });
}
${rest}`;

export default {
  rule: 'no-optional-lock',
  proofs: [
    {
      title: 'what came before the lock was made used to be skipped',
      source: store(''),
      tasks: { a: 'open();\n    await add(1);', b: 'await add(10);' },
      observe: 'sum',
      fix: { tier: 'unsafe', assumes: 'what used to be skipped, or to run unguarded' },
      outcomes: { removes: 'then 1', repairs: 'then 11' },
    },
    {
      title: 'what came before the lock was made used to run beside other sections',
      source: `import { Mutex } from 'async-mutex';

class Store {
  private mutex?: Mutex;
  sum = 0;

  open(): void {
    this.mutex ??= new Mutex();
  }

  async add(by: number): Promise<void> {
    if (this.mutex) await this.mutex.acquire();
    const before = this.sum;
    await pause();
    this.sum = before + by;
    if (this.mutex) {
      this.mutex.release();
    }
  }
}

const store = new Store();`,
      tasks: {
        a: 'store.open();\n    await store.add(1);',
        b: 'store.open();\n    await store.add(10);',
        c: 'await store.add(100);',
      },
      observe: 'store.sum',
      fix: { tier: 'unsafe', assumes: 'what used to be skipped, or to run unguarded' },
      outcomes: { removes: 'then 110', repairs: 'then 111' },
    },
    {
      title: 'to do nothing before it is opened is what was meant',
      violates: 'the lock is meant to be there',
      source: store(''),
      tasks: { a: 'await add(1);', b: 'await add(10);' },
      observe: 'sum',
      fix: { tier: 'unsafe', assumes: 'what used to be skipped, or to run unguarded' },
      outcomes: { adds: 'then 11' },
    },
    {
      title: 'a task closes it again, and what comes after that is skipped',
      violates: 'nobody clears the lock',
      source: store('\nfunction close(): void {\n  mutex = undefined;\n}'),
      tasks: { a: 'open();\n    await add(1);', b: 'close();\n    await add(10);' },
      observe: 'sum',
      fix: { refused: '`mutex` is cleared again', byHand: [['mutex?.runExclusive', 'mutex!.runExclusive']] },
      outcomes: { adds: 'b throws TypeError' },
    },
    {
      title: 'the caller says whether there is a lock',
      violates: 'declared where it is used, not given',
      source: `import { Mutex } from 'async-mutex';

let sum = 0;
const mutex = new Mutex();

async function add(by: number, lock?: Mutex): Promise<void> {
  await lock?.runExclusive(() => (sum += by));
}`,
      tasks: { a: 'await add(1, mutex);', b: 'await add(10);' },
      observe: 'sum',
      fix: {
        refused: '`lock` is given by the caller, who alone can say whether it is always there',
        byHand: [['lock?: Mutex', 'lock: Mutex = mutex']],
      },
      outcomes: { adds: 'then 11' },
    },
    {
      title: 'another file, which was not analysed, clears it',
      violates: 'no other file can set it',
      source: `${store('').replace('let mutex', 'export const state: { mutex?: Mutex } = {};\nexport class Locks {\n  static mutex?: Mutex;\n}\nlet unused').replaceAll('mutex = new', 'Locks.mutex = new').replace('mutex?.run', 'Locks.mutex?.run')}
import { close } from './other.js';
`,
      unseen: {
        'other.ts': "import { Locks } from './sample.js';\nexport const close = () => (Locks.mutex = undefined);\n",
      },
      tasks: { a: 'open();\n    await add(1);', b: 'close();\n    await add(10);' },
      observe: 'sum',
      fix: {
        refused: '`mutex` is not private: code that was not analysed may use it',
        byHand: [['Locks.mutex?.run', 'Locks.mutex!.run']],
      },
      outcomes: { adds: 'b throws TypeError' },
    },
  ],
} satisfies RuleProofs;
