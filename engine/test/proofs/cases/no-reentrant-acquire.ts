import type { RuleProofs } from '../proof.js';

const store = (body: string) => `import { Mutex } from 'async-mutex';

class Store {
  private readonly mutex = new Mutex();
  private saved = 0;
  sum = 0;

${body}
}

const store = new Store();`;

const SAVE = `  async save(): Promise<void> {
    return this.mutex.runExclusive(() => this.write());
  }

  private async write(): Promise<void> {
    const seen = this.sum;
    await pause();
    this.saved = seen;
  }`;

export default {
  rule: 'no-reentrant-acquire',
  proofs: [
    {
      title: 'a method that takes the lock again: both tasks used to hang',
      source: store(`  async add(by: number): Promise<number> {
    return this.mutex.runExclusive(async () => {
      this.sum += by;
      await this.save();
      return this.saved;
    });
  }

${SAVE}`),
      tasks: { a: 'return await store.add(1);', b: 'return await store.add(10);' },
      observe: 'store.sum',
      fix: { tier: 'unsafe', assumes: 'the task that used to hang now goes on' },
      outcomes: 'no more',
    },
    {
      title: 'a section in the section, right there',
      source: store(`  async add(by: number): Promise<number> {
    return this.mutex.runExclusive(async () => {
      await this.mutex.runExclusive(async () => {
        const before = this.sum;
        await pause();
        this.sum = before + by;
      });
      this.saved = this.sum;
      return this.saved;
    });
  }`),
      tasks: { a: 'return await store.add(1);', b: 'return await store.add(10);' },
      observe: 'store.sum',
      fix: { tier: 'unsafe', assumes: 'the task that used to hang now goes on' },
      outcomes: 'no more',
    },
    {
      title: 'the lock of another object is not held here, and has to be taken',
      violates: 'the same instance',
      source: `${store(`  async add(by: number): Promise<void> {
    await this.mutex.runExclusive(async () => {
      const before = this.sum;
      await pause();
      this.sum = before + by;
    });
  }

  async move(by: number, to: Store): Promise<void> {
    await this.mutex.runExclusive(async () => {
      this.saved = this.sum;
      await to.add(by);
    });
  }`)}
const other = new Store();`,
      tasks: { a: 'await store.move(1, other);', b: 'await other.add(10);' },
      observe: 'other.sum',
      fix: {
        silent: true,
        byHand: [['await to.add(by);', 'const before = to.sum;\n      await pause();\n      to.sum = before + by;']],
      },
      outcomes: { adds: 'then 1' },
    },
  ],
} satisfies RuleProofs;
