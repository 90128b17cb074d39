import { describe, expect, it } from 'vitest';
import { rules } from '@lockwise/engine';
import { decorators, findings, projectOf, SAMPLE } from './check-rule.js';

const KNOWN = decorators({ name: 'Synchronized' });

type Method = (head: string, body: string) => string;

/** A class whose methods are run under the lock of the object: by a decorator, or by a section that is written out. */
type Members = (method: Method) => string;

const decorated: Method = (head, body) => `@Synchronized() ${head} {\n${body}\n}`;

const byHand: Method = (head, body) =>
  `${head} { return this.lock.runExclusive(${head.includes('async') ? 'async ' : ''}() => {\n${body}\n}); }`;

const store = (members: Members, method: Method) => `
import { EventEmitter } from 'node:events';
import { Mutex } from 'async-mutex';
declare const Synchronized: any;
declare function work(job?: string): Promise<string>;
declare function sleep(ms: number): Promise<void>;
class Store extends EventEmitter {
  ${method === byHand ? 'private readonly lock = new Mutex();' : ''}
  private jobs: string[] = [];
  private last = '';
  private readonly listeners_: ((job: string) => Promise<void>)[] = [];
  constructor(private readonly options: { onChange(job: string): Promise<void> }) { super(); }
  onJob(listener: (job: string) => Promise<void>) { this.listeners_.push(listener); }
${members(method)}
}
export const store = new Store({ async onChange() {} });
`;

/** What all rules but those about the form of a lock say, without what they know of fixes, and with one name for the lock. */
function told(members: Members, method: Method): string[] {
  const text = store(members, method);
  const { findings: found } = projectOf(text, {}, 'strict', method === decorated ? KNOWN : []).check();
  const forms = new Set(rules.flatMap(({ category, name }) => (category === 'right-sizing' ? name : [])));
  return found
    .filter(({ rule }) => !forms.has(rule))
    .map(({ rule, span, message, severity }) => {
      const line = text.slice(0, span[0]).split('\n').length;
      const said = message
        .replace(/ (?:No|That has no) automatic fix: .*/s, '')
        .replaceAll(/`(?:this|Store)\.lock`|`@Synchronized of Store`/g, 'the lock');
      return `${line} ${severity} ${rule}: ${said.replace('the callback drops', 'the method drops')}`;
    });
}

const samples: Readonly<Record<string, { readonly rule?: string; readonly members: Members }>> = {
  'a network request that others wait behind': {
    rule: 'no-long-held-lock',
    members: (
      m,
    ) => `${m('async add(url: string)', 'const answer = await fetch(url); this.jobs.push(await answer.text());')}
      ${m('async size()', 'return this.jobs.length;')} ${m('async clear()', 'this.jobs = [];')}`,
  },
  'a wait that comes after all that the lock guards': {
    rule: 'no-long-held-lock',
    members: (m) =>
      `${m('async send()', "const job = this.last; await fetch('https://x/' + job);")} ${m('async set(job: string)', 'this.last = job;')}`,
  },
  'a pause between attempts': {
    rule: 'no-delay-in-lock',
    members: (m) =>
      m(
        'async send()',
        'for (let n = 0; n < 3; n++) { try { return await work(this.last); } catch { await sleep(1000); } }',
      ),
  },
  'one wait for each item': {
    rule: 'no-await-loop-in-lock',
    members: (m) => m('async all(urls: string[])', 'for (const url of urls) this.jobs.push(await work(url));'),
  },
  'subscribers that can come back for the lock': {
    rule: 'no-callback-in-lock',
    members: (m) =>
      m(
        'async tell(job: string)',
        'this.last = job; for (const listener of this.listeners_) await listener(this.last);',
      ),
  },
  'a callback of the options': {
    rule: 'no-callback-in-lock',
    members: (m) => m('async set(job: string)', 'this.last = job; await this.options.onChange(job);'),
  },
  'an event half-way': {
    rule: 'no-callback-in-lock',
    members: (m) => m('async set(job: string)', "this.last = job; this.emit('change'); await work(); this.last = '';"),
  },
  'work that nobody waits for': {
    rule: 'no-orphan-work-in-lock',
    members: (
      m,
    ) => `${m('async set(job: string)', 'void this.later(job); await work();')} ${m('async clear()', "this.last = '';")}
      private async later(job: string) { await work(); this.last = job; }`,
  },
  'work whose promise is dropped': {
    rule: 'no-early-release',
    members: (m) => `${m('async set(job: string)', 'this.later(job);')} ${m('clear()', "this.later('');")}
      private async later(job: string) { await work(); this.last = job; }`,
  },
  'state that is changed without the lock': {
    rule: 'no-unguarded-access',
    members: (
      m,
    ) => `${m('async step()', 'const job = this.jobs[0]; if (job === undefined) return; await work(job); this.jobs.shift(); if (this.jobs.length === 0) this.jobs = [];')}
      ${m('async add(job: string)', 'if (this.jobs.includes(job)) return; this.jobs.push(job); this.jobs.sort(); this.jobs.reverse(); this.jobs.fill(job);')}
      drop() { this.jobs.length = 0; }`,
  },
  'a wait for a lock that is held': {
    rule: 'no-reentrant-acquire',
    members: (m) => `${m('async add()', 'await this.flush();')} ${m('async flush()', 'await work();')}`,
  },
  'two locks in either order': {
    rule: 'no-lock-order-cycle',
    members: (m) => `private readonly other = new Mutex();
      ${m('async add()', 'await this.other.runExclusive(async () => { await work(); });')}
      async flush() { await this.other.runExclusive(async () => { await this.add2(); }); } ${m('async add2()', 'await work();')}`,
  },
  'a change over a wait, a look before an act, and first use, all of them under the lock': {
    members: (m) => `${m('async add(job: string)', 'const before = this.last; await work(); this.last = before + job;')}
      ${m('async once(job: string)', 'if (!this.jobs.includes(job)) { await work(); this.jobs.push(job); }')}
      ${m('async open({ a, b = 2 }: { a: string; b?: number }, ...more: string[])', 'if (!this.last) this.last = await work(a + b + more.length); return this.last;')}
      ${m('async through()', 'await this.helper();')} private async helper() { const before = this.last; await work(); this.last = before + 1; }`,
  },
};

describe('a method under a decorator is judged as one whose section is written out', () => {
  it.each(Object.entries(samples))('%s', (_, { rule, members }) => {
    const found = told(members, decorated);
    expect(found).toEqual(told(members, byHand));
    if (rule) expect(found.join('\n')).toContain(` ${rule}: `);
    else expect(found).toEqual([]);
  });

  it('but the parameters of the method are its own, so that one which ends the wait is seen', () => {
    const waits =
      (parameters: string): Members =>
      (m) =>
        m(`async add(url: string${parameters})`, 'await fetch(url); this.last = url;');
    expect(told(waits(''), decorated).join()).toContain('when no answer comes');
    expect(told(waits(', signal: AbortSignal'), decorated).join()).not.toContain('when no answer comes');
  });

  it('and where no configuration names the decorator nothing is held', () => {
    const { members } =
      samples['a change over a wait, a look before an act, and first use, all of them under the lock']!;
    expect(findings('no-stale-write-after-await', { [SAMPLE]: store(members, decorated) }).length).toBeGreaterThan(0);
  });
});
