import { describe, it } from 'vitest';
import { expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-split-lock';

const counter = (body: string) => `
import { Mutex } from 'async-mutex';
declare function price(count: number): Promise<number>;
export class Counter {
  private count = 0;
  private readonly mutex = new Mutex();
${body}
}
`;

const manual = (inSecond: string) => `  async add(): Promise<void> {
    let release = await this.mutex.acquire();
    const before = this.count;
    release();
    const more = await price(before);
    release = await this.mutex.acquire();
    ${inSecond}
    release();
  }`;

describe('reports', () => {
  it('what one section reads and a later one writes', () => {
    expectReports(RULE, counter(manual('this.count = before + more; // reports: the lock was free in between')));
  });

  it('the result of one callback in the next', () => {
    expectReports(
      RULE,
      counter(`  async add(): Promise<void> {
    const before = await this.mutex.runExclusive(() => this.count);
    const more = await price(before);
    await this.mutex.runExclusive(() => {
      this.count = before + more; // reports: this.mutex
    });
  }`),
    );
  });
});

describe('allows', () => {
  it('a later section that reads again', () => {
    expectSilent(RULE, counter(manual('this.count = this.count + more;')));
    expectSilent(RULE, counter(manual('if (this.count === before) this.count = before + more;')));
  });

  it('one section, and sections of two locks', () => {
    expectSilent(
      RULE,
      counter(`  private readonly other = new Mutex();
  one = () => this.mutex.runExclusive(async () => { this.count = this.count + (await price(this.count)); });
  async two(): Promise<number> {
    const before = await this.other.runExclusive(() => 1);
    return this.mutex.runExclusive(() => before);
  }`),
    );
  });
});

describe('fixes', () => {
  it('offers none: which section should grow is for a person to say', () => {
    expectRefusal(RULE, counter(manual('this.count = before + more;')), 'which of the sections should grow');
  });
});
