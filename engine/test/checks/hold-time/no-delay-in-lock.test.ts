import { describe, expect, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent, findings } from '../check-rule.js';

const RULE = 'no-delay-in-lock';

const client = (body: string) => `
import { Mutex } from 'async-mutex';
declare function attempt(): Promise<number>;
declare function sleep(ms: number): Promise<void>;
export class Client {
  private readonly mutex = new Mutex();
  private readonly throttleLock = new Mutex();
  private ready = false;
${body}
}
`;

const retry = (lock: (loop: string) => string, inner = 'return await attempt();') =>
  client(`  async request(): Promise<number> {
${lock(`for (let tries = 0; ; tries++) {
        try {
          ${inner}
        } catch (error) {
          if (tries === 3) throw error;
          await sleep(100); // reports: once a round
        }
      }`)}
  }`);

const around = (loop: string) => `    return this.mutex.runExclusive(async () => {
      ${loop}
    });`;

describe('reports', () => {
  it('a pause inside a section', () => {
    const [finding] = expectReports(
      RULE,
      client(`  async settle(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      this.ready = false;
      await sleep(1000); // reports: Release the lock first
      this.ready = true;
    } finally {
      release();
    }
  }`),
    );
    expect(finding!.related.map(({ message }) => message)).toEqual(['the section of `this.mutex`']);
  });

  it('the back-off of a retry loop', () => {
    expectReports(RULE, retry(around));
  });

  it('a poll, and a timer that is a promise, also behind a method', () => {
    expectReports(
      RULE,
      client(`  private pause(): Promise<void> { return new Promise((resolve) => setTimeout(resolve, 10)); }
  poll = () => this.mutex.runExclusive(async () => {
    while (!this.ready) await this.pause(); // reports
  });`),
    );
  });

  it('in the recommended preset what somebody pays for', () => {
    const settle = `  settle = () => this.mutex.runExclusive(async () => {
    await sleep(1000); // pause
    this.ready = true;
  });`;
    const told = (sample: string) => findings(RULE, sample, 'recommended').length;
    expect(told(client(settle))).toBe(0);
    expect(
      told(
        client(
          `${settle}\n  isReady = () => this.mutex.runExclusive(async () => { await attempt(); return this.ready; });`,
        ),
      ),
    ).toBe(1);
    expect(
      told(
        client(
          `${settle}\n  again = () => this.mutex.runExclusive(async () => { await sleep(10); return this.ready; });`,
        ),
      ),
    ).toBe(0);
    expect(told(retry(around))).toBe(1);
    expect(told(client(settle.replace('await sleep(1000); // pause', 'while (!this.ready) await sleep(10);')))).toBe(1);
    expect(
      told(
        client(
          settle
            .replace('await sleep(1000); // pause', 'await this.until();')
            .concat('\n  private async until() { while (!this.ready) await sleep(10); }'),
        ),
      ),
    ).toBe(1);
  });
});

describe('allows', () => {
  it('a moment in which what is waiting already may run, and not a pause', () => {
    const yielding = (wait: string) =>
      client(`  next = () => this.mutex.runExclusive(async () => { await new Promise((go) => ${wait}); });`);
    expectSilent(RULE, yielding('setImmediate(go)'));
    expectSilent(RULE, yielding('setTimeout(go, 0)'));
    expectSilent(RULE, yielding('setTimeout(go)'));
    expect(findings(RULE, yielding('setTimeout(go, 5)'))).toHaveLength(1);
  });

  it('an object that waits for what is to come about, and not one that is told how long', () => {
    const waiting = (wait: string) =>
      client(
        `  next = (tx: { wait(ms?: number): Promise<void> }, ms: number) => this.mutex.runExclusive(async () => { await tx.${wait}; });`,
      );
    expectSilent(RULE, waiting('wait()'));
    expect(findings(RULE, waiting('wait(ms)'))).toHaveLength(1);
  });

  it('a time limit: a timer that can only reject', () => {
    expectSilent(
      RULE,
      `${client(`  async request(): Promise<unknown> {
    return await this.mutex.runExclusive(async () => { await limited(attempt(), 100); });
  }`)}
function limited(work: Promise<unknown>, ms: number) {
  const limit = new Promise((resolve, reject) => { setTimeout(() => reject(new Error('late')), ms); });
  return Promise.race([work, limit]);
}`,
    );
  });

  it('a lock for each attempt', () => {
    expectSilent(
      RULE,
      retry((loop) => `      ${loop}`, 'return await this.mutex.runExclusive(() => attempt());'),
    );
  });

  it('a lock that keeps calls apart in time', () => {
    expectSilent(RULE, client('  next = () => this.throttleLock.runExclusive(async () => { await sleep(100); });'));
  });

  it('a timer that nobody waits for, and a wrapper', () => {
    expectSilent(
      RULE,
      client(`  mark = () => this.mutex.runExclusive(async () => { setTimeout(() => (this.ready = true), 5); });
  async slowly<T>(work: () => Promise<T>): Promise<T> {
    return this.mutex.runExclusive(async () => {
      const result = await work();
      await sleep(1);
      return result;
    });
  }`),
    );
  });

  it('the limit of a race', () => {
    const race = (first: string) =>
      client(`  load = () => this.mutex.runExclusive(async () => {
    const limit = new Promise<number>((resolve) => setTimeout(resolve, 1000, 0));
    await Promise.race([${first}limit]);${first ? '' : ' // reports'}
  });`);
    expectSilent(RULE, race('attempt(), '));
    expectReports(RULE, race(''));
  });

  it('tests', () => {
    expect(findings(RULE, { 'src/client.test.ts': retry(around) })).toEqual([]);
  });
});

describe('fixes', () => {
  it('takes the lock for each attempt', () => {
    const plain = (text: string) => text.replace(' // reports: once a round', '');
    expectFix(
      RULE,
      plain(retry(around)),
      plain(
        client(`  async request(): Promise<number> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.mutex.runExclusive(async () => {
          return await attempt();
        });
      } catch (error) {
        if (tries === 3) throw error;
        await sleep(100); // reports: once a round
      }
    }
  }`),
      ),
      { tier: 'unsafe', reason: 'other tasks may take the lock between two attempts' },
    );
  });

  it('refuses where the section does more than to retry', () => {
    expectRefusal(
      RULE,
      retry((loop) => around(`this.ready = true;\n      ${loop}`)),
      'does more than to retry',
    );
  });

  it('refuses where the section is not a callback', () => {
    expectRefusal(
      RULE,
      client(
        '  async settle(): Promise<void> {\n    const release = await this.mutex.acquire();\n    await sleep(1);\n    release();\n  }',
      ),
      'no callback whose body is a retry loop',
    );
  });

  it('refuses where an attempt leaves the loop', () => {
    expectRefusal(
      RULE,
      retry(around, 'if (this.ready) continue;\n          return await attempt();'),
      'leaves the loop',
    );
  });
});
