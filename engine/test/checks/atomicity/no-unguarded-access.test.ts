import { describe, expect, it } from 'vitest';
import { createProject } from '@lockwise/engine';
import { expectRefusal, expectReports, expectSilent, memoryHost, SAMPLE } from '../check-rule.js';

const RULE = 'no-unguarded-access';

const queue = (extra: string, declaration = 'private jobs: string[] = [];') => `
import { Mutex } from 'async-mutex';
declare function run(job: string): Promise<void>;
export class Queue {
  private readonly mutex = new Mutex();
  ${declaration}
  async step(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      const job = this.jobs[0];
      if (job === undefined) return;
      await run(job);
      this.jobs.shift();
      if (this.jobs.length === 0) this.jobs = [];
    });
  }
  async add(job: string): Promise<void> {
    await this.mutex.runExclusive(() => {
      if (this.jobs.includes(job)) return;
      this.jobs.push(job);
      this.jobs.sort();
      this.jobs.reverse();
      this.jobs.fill(job);
    });
  }
${extra}
}
`;

describe('reports', () => {
  it('a change without the lock that every other place holds', () => {
    const [finding] = expectReports(
      RULE,
      queue('  drop(): void {\n    this.jobs.length = 0; // reports: without `this.mutex`\n  }'),
    );
    expect(finding!.severity).toBe('warn');
    expect(finding!.evidence).toBe('inferred');
    expect(finding!.related.map(({ message }) => message)).toEqual([
      'a section of `this.mutex` suspends here, between its accesses',
    ]);
  });

  it('what is read over a wait without the lock', () => {
    expectReports(
      RULE,
      queue(`  async runAll(): Promise<void> {
    for (const job of this.jobs) await run(job); // reports: is read without
  }`),
    );
  });

  it('every access without the lock to what is declared to be guarded', () => {
    const [finding] = expectReports(
      RULE,
      queue(
        '  size(): number {\n    return this.jobs.length; // reports: by `@guardedBy`\n  }',
        '/** @guardedBy mutex */\n  private jobs: string[] = [];',
      ),
    );
    expect(finding!.severity).toBe('error');
  });

  it('in the recommended preset only what is declared', () => {
    const found = (text: string) => {
      const config = { preset: 'recommended', rules: {}, locks: [] } as const;
      const project = createProject({ host: memoryHost({ [SAMPLE]: text }), config });
      project.set(SAMPLE, text);
      return project.check().findings.filter(({ rule }) => rule === RULE).length;
    };
    const drop = '  drop(): void { this.jobs.length = 0; }';
    expect(found(queue(drop))).toBe(0);
    expect(found(queue(drop, '/** @guardedBy mutex */\n  private jobs: string[] = [];'))).toBe(1);
  });
});

describe('allows', () => {
  it('a look at one moment', () => {
    expectSilent(RULE, queue('  size(): number { return this.jobs.length; }'));
  });

  it('a private method that is only called with the lock held', () => {
    expectSilent(
      RULE,
      queue(`  clear = () => this.mutex.runExclusive(() => this.reset());
  private reset(): void { this.jobs = []; }`),
    );
  });

  it('a function that says by its name or by `@requiresLock` that its caller holds the lock', () => {
    expectSilent(RULE, queue('  resetUnlocked(): void { this.jobs = []; }'));
    expectSilent(RULE, queue('  /** @requiresLock mutex */\n  reset(): void { this.jobs = []; }'));
  });

  it('the constructor', () => {
    expectSilent(RULE, queue('  constructor() { this.jobs = []; }', 'private jobs: string[];'));
  });

  it('a lock whose sections never suspend between two accesses', () => {
    expectSilent(RULE, queue('  drop(): void { this.jobs.length = 0; }').replace('await run(job);', 'void run(job);'));
  });

  it('state that many places access without the lock', () => {
    expectSilent(
      RULE,
      queue('  a(): void { this.jobs = []; }\n  b(): void { this.jobs = []; }\n  c(): void { this.jobs = []; }'),
    );
  });
});

describe('fixes', () => {
  it('offers none: how far the section must reach is for a person to say', () => {
    expectRefusal(RULE, queue('  drop(): void { this.jobs.length = 0; }'), 'how far the section must reach');
  });
});
