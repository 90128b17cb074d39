import type { RuleProofs } from '../proof.js';

const metrics = (
  section: string,
  field = 'private readonly mutex',
  record = 'private async record',
) => `import { Mutex } from 'async-mutex';

class Metrics {
  ${field} = new Mutex();
  private readonly sums = new Map<string, number>();

  async one(name: string): Promise<void> {
    await pause();
    await this.record([name]);
  }

  async pair(): Promise<number | undefined> {
    await pause();
    await this.record(['x', 'y']);
    return this.sums.get('x');
  }

  async early(): Promise<number> {
    await pause();
    const recorded = this.record(['x']);
    await pause();
    const { size } = this.sums;
    await recorded;
    return size;
  }

  seen(): [string, number][] {
    return [...this.sums].sort();
  }

  ${record}(names: readonly string[]): Promise<void> {
    for (const name of names) {
${section}
    }
  }
}

const metrics = new Metrics();`;

const COUNT = `      await this.mutex.runExclusive(() => {
        this.sums.set(name, (this.sums.get(name) ?? 0) + 1);
      });`;

/** Without the caller that does not wait. */
const patient = (source: string) => source.replace(/\n {2}async early[^]*?\n {2}\}\n/, '');

export default {
  rule: 'prefer-batch-processor',
  proofs: [
    {
      title: 'sums; the section neither waits nor throws, and every caller waits',
      source: patient(metrics(COUNT)),
      tasks: { a: 'return await metrics.pair();', b: "await metrics.one('x');" },
      observe: 'metrics.seen()',
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'an item may fail, which used to end the loop after the items before it',
      violates: 'per-item results are kept: the section cannot throw',
      source: patient(
        metrics(`      await this.mutex.runExclusive(() => {
        if (name === 'x') throw new Error('no');
        this.sums.set(name, (this.sums.get(name) ?? 0) + 1);
      });`),
      ),
      tasks: { a: 'await metrics.pair();', b: "await metrics.one('z');" },
      observe: 'metrics.seen()',
      fix: { tier: 'unsafe', assumes: 'may throw' },
      outcomes: { adds: 'b throws Error("no")' },
    },
    {
      title: 'the section of one item waits for what a later holder of the lock does',
      violates: 'the section never waits for another holder',
      source: patient(
        metrics(`      await this.mutex.runExclusive(async () => {
        this.sums.set(name, (this.sums.get(name) ?? 0) + 1);
        if (name === 'x') void this.record(['z']);
        if (name === 'z') this.found();
        if (name === 'y') await this.isFound;
      });`),
      ).replace(
        '  async one(',
        '  private found!: () => void;\n  private readonly isFound = new Promise<void>((resolve) => (this.found = resolve));\n\n  async one(',
      ),
      tasks: { a: 'await metrics.pair();' },
      observe: 'metrics.seen()',
      fix: { tier: 'unsafe', assumes: 'the section waits for each item' },
      outcomes: { adds: 'a waits for ever' },
    },
    {
      title: 'a caller goes on without waiting and looks',
      violates: 'every call is awaited or returned at once',
      source: metrics(COUNT),
      tasks: { a: 'return await metrics.early();' },
      fix: { tier: 'unsafe', assumes: 'the items are worked on in a later turn' },
      outcomes: { adds: 'a 0' },
    },
    {
      title: 'the section needs a variable of the method',
      violates: 'the section uses nothing but the item',
      source: patient(metrics(COUNT.replace('+ 1', '+ names.length'))),
      tasks: { a: 'return await metrics.pair();' },
      fix: {
        refused: 'the section uses variables of the method that are not of the item',
        byHand: [['names.length', '1']],
      },
      outcomes: { adds: 'a 1' },
    },
  ],
} satisfies RuleProofs;
