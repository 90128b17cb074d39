import type { RuleProofs } from '../proof.js';

const add = (declaration: string, more = '') => `import { Mutex } from 'async-mutex';

${declaration}
let sum = 0;

async function add(by: number): Promise<void> {
  await mutex.runExclusive(async () => {
    const before = sum;
    await pause();
    sum = before + by;
  });
}
${more}`;

const store = (field: string) => `import { Mutex } from 'async-mutex';

class Store {
  ${field}
  sum = 0;

  async add(by: number): Promise<void> {
    await this.mutex.runExclusive(async () => {
      const before = this.sum;
      await pause();
      this.sum = before + by;
    });
  }
}

const store = new Store();`;

export default {
  rule: 'no-mutable-lock',
  proofs: [
    {
      title: 'a variable that nobody writes again',
      source: add('let mutex = new Mutex();'),
      tasks: { a: 'await add(1);', b: 'await add(10);' },
      observe: 'sum',
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'a private field that nobody writes again',
      source: store('private mutex = new Mutex();'),
      tasks: { a: 'await store.add(1);', b: 'await store.add(10);' },
      observe: 'store.sum',
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'a third task gives it another lock',
      violates: 'never written again',
      source: add('let mutex = new Mutex();', '\nfunction reset(): void {\n  mutex = new Mutex();\n}'),
      tasks: { a: 'await add(1);', b: 'await add(10);', c: 'reset();' },
      observe: 'sum',
      fix: { refused: 'it is written again', byHand: [['let mutex', 'const mutex']] },
      outcomes: { adds: 'c throws TypeError("Assignment to constant variable.")' },
    },
    {
      title: 'a `var` in a block that code outside of the block uses',
      violates: 'declared where it is used',
      source: add('if (sum === 0) {\n  var mutex = new Mutex();\n}')
        .replace('\nlet sum = 0;\n', '\n')
        .replace('\nif', '\nlet sum = 0;\nif'),
      tasks: { a: 'await add(1);', b: 'await add(10);' },
      observe: 'sum',
      fix: { refused: '`mutex` is used outside of the block that declares it', byHand: [['var mutex', 'const mutex']] },
      outcomes: { adds: 'a throws ReferenceError("mutex is not defined")' },
    },
  ],
} satisfies RuleProofs;
