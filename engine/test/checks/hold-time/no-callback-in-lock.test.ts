import { describe, expect, it } from 'vitest';
import { createProject } from '@lockwise/engine';
import { expectRefusal, expectReports, expectSilent, memoryHost, SAMPLE } from '../check-rule.js';

const RULE = 'no-callback-in-lock';

const store = (body: string) => `
import { EventEmitter } from 'node:events';
import { Mutex } from 'async-mutex';
export class Store extends EventEmitter {
  private readonly mutex = new Mutex();
  private count = 0;
  private readonly listeners_: ((count: number) => Promise<void>)[] = [];
  private readonly report?: (count: number) => Promise<void>;
  constructor(private readonly options: { onChange(count: number): Promise<void> }) { super(); }
${body}
}
`;

describe('reports', () => {
  it('a callback of the options, a stored one and every listener', () => {
    expectReports(
      RULE,
      store(`  add = () => this.mutex.runExclusive(async () => {
    this.count += 1;
    await this.options.onChange(this.count); // reports: supplied from outside
  });
  tell = () => this.mutex.runExclusive(async () => {
    await this.report?.(this.count); // reports
  });
  tellAll = () => this.mutex.runExclusive(async () => {
    for (const listener of this.listeners_) await listener(this.count); // reports
  });`),
    );
  });

  it('a generator that yields with the lock held', () => {
    const [finding] = expectReports(
      RULE,
      store(`  async *counts(): AsyncGenerator<number> {
    const release = await this.mutex.acquire();
    try {
      for (let n = 0; n < this.count; n++) yield n; // reports: consumer
    } finally {
      release();
    }
  }`),
    );
    expect(finding!.evidence).toBe('yield');
  });

  it('an event that is emitted half-way, in the strict preset only', () => {
    const text = store(`  add = () => this.mutex.runExclusive(async () => {
    this.count += 1;
    this.emit('change', this.count); // reports: half done
    await Promise.resolve();
  });`);
    const [finding] = expectReports(RULE, text);
    expect(finding!.evidence).toBe('event');
    const config = { preset: 'recommended', rules: {}, locks: [] } as const;
    const project = createProject({ host: memoryHost({ [SAMPLE]: text }), config });
    project.set(SAMPLE, text);
    expect(project.check().findings.filter(({ rule }) => rule === RULE)).toEqual([]);
  });
});

describe('allows', () => {
  it('the definition of a wrapper', () => {
    expectSilent(
      RULE,
      store('  locked<T>(work: () => Promise<T>): Promise<T> { return this.mutex.runExclusive(() => work()); }'),
    );
  });

  it('a callback after the release', () => {
    expectSilent(
      RULE,
      store(`  async add(): Promise<void> {
    const count = await this.mutex.runExclusive(() => (this.count += 1));
    await this.options.onChange(count);
    this.emit('change', count);
  }`),
    );
  });

  it('handlers that are only registered, and methods of the project', () => {
    expectSilent(
      RULE,
      store(`  listen = () => this.mutex.runExclusive(async () => {
    this.on('change', () => {});
    await this.handleChange();
  });
  private async handleChange(): Promise<void> { this.count = 0; }`),
    );
  });
});

describe('fixes', () => {
  it('offers none: what must be done before others are told is for a person to say', () => {
    expectRefusal(
      RULE,
      store('  add = () => this.mutex.runExclusive(async () => { await this.options.onChange(this.count); });'),
      'what the section must have done before others are told',
    );
  });
});
