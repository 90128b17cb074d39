import { describe, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-stale-write-after-await';

const account = (body: string) => `
import { Mutex } from 'async-mutex';
declare function fee(): Promise<number>;
export class Account {
  private balance = 0;
  private readonly mutex = new Mutex();
${body}
}
`;

describe('reports', () => {
  it('a value that goes by what was read before the wait, however it is written', () => {
    expectReports(
      RULE,
      account(`  async one(): Promise<void> {
    this.balance = this.balance - (await fee()); // reports: what other tasks did to \`this.balance\`
  }
  async two(): Promise<void> {
    this.balance -= await fee(); // reports
  }
  async three(): Promise<void> {
    const balance = this.balance;
    const due = await fee();
    this.balance = balance - due; // reports: await fee()
  }`),
    );
  });

  it('through a copy, a destructuring and a template', () => {
    expectReports(
      RULE,
      `declare function name(): Promise<string>;
declare const mutex: unknown;
let state = { title: '', count: 0 };
export async function rename(): Promise<void> {
  const { count } = state;
  const next = { title: await name(), count: count + 1 };
  state = next; // reports
}`,
    );
  });

  it('what is taken out of the object in a pattern, of a part of it and with another name too', () => {
    expectReports(
      RULE,
      account(`  async one(): Promise<void> {
    const { balance } = this;
    this.balance = balance - (await fee()); // reports: \`this.balance\`
  }
  async two(): Promise<void> {
    const { balance: before = 0 } = this;
    const due = await fee();
    this.balance = before - due; // reports: await fee()
  }`),
    );
  });

  it('a write behind a test of what was read before the wait', () => {
    expectReports(
      RULE,
      account(`  async settle(): Promise<void> {
    const owes = this.balance < 0;
    await fee();
    if (owes) this.balance = 0; // reports: decision
  }`),
    );
  });

  it('a sum over items that are worked on at once', () => {
    expectReports(
      RULE,
      `declare function size(name: string): Promise<number>;
export async function total(names: string[]): Promise<number> {
  let sum = 0;
  await Promise.all(names.map(async (name) => {
    sum += await size(name); // reports
  }));
  return sum;
}`,
    );
  });
});

describe('allows', () => {
  it('a wait before the reading', () => {
    expectSilent(
      RULE,
      account(`  async one(): Promise<void> {
    const due = await fee();
    this.balance -= due;
  }
  async two(): Promise<void> { this.balance = (await fee()) + this.balance; }`),
    );
  });

  it('one lock over both', () => {
    expectSilent(
      RULE,
      account(`  async one(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      this.balance = this.balance - (await fee());
    } finally {
      release();
    }
  }
  two = () => this.mutex.runExclusive(async () => {
    const balance = this.balance;
    this.balance = balance - (await fee());
  });`),
    );
  });

  it('compare and set', () => {
    expectSilent(
      RULE,
      account(`  async one(): Promise<boolean> {
    const before = this.balance;
    const due = await fee();
    if (this.balance !== before) return false;
    this.balance = before - due;
    return true;
  }`),
    );
  });

  it('one after the other over a local sum, and what one activation alone has', () => {
    expectSilent(
      RULE,
      `declare function size(name: string): Promise<number>;
export async function total(names: string[]): Promise<number> {
  let sum = 0;
  for (const name of names) sum += await size(name);
  return sum;
}`,
    );
  });

  it('a value that is put back after it was set aside', () => {
    expectSilent(
      RULE,
      account(`  async quietly(): Promise<void> {
    const before = this.balance;
    this.balance = 0;
    try { await fee(); } finally { this.balance = before; }
  }`),
    );
  });
});

describe('fixes', () => {
  it('waits first, then reads and writes in one step', () => {
    expectFix(
      RULE,
      account(`  async one(): Promise<void> {
    this.balance = this.balance - (await fee());
  }`),
      account(`  async one(): Promise<void> {
    const awaited = await fee();
    this.balance = this.balance - (awaited);
  }`),
      { tier: 'unsafe', reason: 'what other tasks have written meanwhile' },
    );
  });

  it('reads the state where it is written', () => {
    expectFix(
      RULE,
      account(`  async three(): Promise<void> {
    const balance = this.balance;
    const due = await fee();
    this.balance = balance - due;
  }`),
      account(`  async three(): Promise<void> {
    const due = await fee();
    this.balance = this.balance - due;
  }`),
      { tier: 'unsafe' },
    );
  });

  it('refuses where the old value decides more than what is written', () => {
    expectRefusal(
      RULE,
      account(`  async three(): Promise<number> {
    const balance = this.balance;
    const due = await fee();
    this.balance = balance - due;
    return balance;
  }`),
      '`balance` decides more than what is written',
    );
  });

  it('refuses where the statement waits twice', () => {
    expectRefusal(
      RULE,
      account(`  async one(): Promise<void> {
    this.balance = this.balance - (await fee()) - (await fee());
  }`),
      'waits for more than one thing',
    );
  });
});
