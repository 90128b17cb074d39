import type { RuleProofs } from '../proof.js';

const queue = (fails: string) => `class Queue {
  private started = 0;
  private tail: Promise<void> = Promise.resolve();
  readonly log: string[] = [];

  async add(name: string): Promise<void> {
    this.tail = this.tail.then(() => this.job(name));
    await this.tail;
  }

  private async job(name: string): Promise<void> {
    await pause();
    ${fails}
    this.log.push(name);
  }
}

const queue = new Queue();`;

export default {
  rule: 'no-poisoned-chain',
  proofs: [
    {
      title: 'no job fails',
      source: queue("if (++this.started > 2) throw new Error('too many');"),
      tasks: { a: "await queue.add('a');", b: "await queue.add('b');" },
      observe: 'queue.log',
      fix: { tier: 'unsafe', assumes: 'jobs after a failed one now run' },
      outcomes: 'same',
    },
    {
      title: 'a job fails; the one after it used to be skipped and now runs',
      violates: 'no job fails',
      source: queue("if (++this.started === 1) throw new Error('no');"),
      tasks: { a: "await queue.add('a');", b: "await queue.add('b');" },
      observe: 'queue.log',
      fix: { tier: 'unsafe', assumes: 'jobs after a failed one now run' },
      outcomes: { adds: 'a throws Error("no"), b undefined; then [ \'b\' ]' },
    },
  ],
} satisfies RuleProofs;
