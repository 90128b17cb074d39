import { describe, expect, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent, findings } from '../check-rule.js';

const RULE = 'no-long-held-lock';

const store = (save: string, other = 'await this.mutex.runExclusive(() => { this.members.set(name, 1); });') => `
import { Mutex } from 'async-mutex';
declare function prompt(text: string): Promise<string>;
export class Store {
  private readonly mutex = new Mutex();
  private members = new Map<string, number>();
  async save(): Promise<void> {
${save}
  }
  async add(name: string): Promise<void> {
    ${other}
  }
}
`;

const held = `    const release = await this.mutex.acquire();
    try {
      const body = JSON.stringify([...this.members]);
      await fetch('/members', { method: 'POST', body });
    } finally {
      release();
    }`;

/** What the recommended preset says, which trusts more. */
const inRecommended = (rule: string, sample: string) => findings(rule, sample, 'recommended');

describe('reports', () => {
  it('a section that waits for the network after its last use of what the lock guards', () => {
    const marked = store(held.replace('acquire();', 'acquire(); // reports: this.members'));
    const [finding] = expectReports(RULE, marked);
    expect(finding!.evidence).toBe('unrelated');
    expect(finding!.related.map((place) => place.message)).toEqual([
      'waits for the network with `this.mutex` held',
      'waits meanwhile, in `Store.add`',
    ]);
  });

  it('a fetch of which only the write after it needs the lock', () => {
    const [finding] = expectReports(
      RULE,
      store(`    await this.mutex.runExclusive(async () => { // reports: Fetch first
      const response = await fetch('/members');
      this.members = new Map();
      void response;
    });`),
    );
    expect(finding!.evidence).toBe('fetch-then-apply');
  });

  it('a wait for the network beside a section that never waits', () => {
    const [finding] = expectReports(
      RULE,
      store(`    await this.mutex.runExclusive(async () => { // reports: never waits for anything
      if (this.members.size === 0) return;
      await fetch('/members');
      this.members.clear();
    });`),
    );
    expect(finding!.evidence).toBe('asymmetric');
  });

  it('data that the lock itself carries', () => {
    expectReports(
      RULE,
      `import { AsyncMutex } from '@lockwise/runtime';
const config = new AsyncMutex({ url: '/', retries: 3 });
export async function refresh(): Promise<Response> {
  const guard = await config.acquire(); // reports
  try {
    const url = guard.value.url;
    return await fetch(url);
  } finally {
    guard.release();
  }
}`,
    );
  });

  it('a wait for an event or a peer that nothing bounds, and not one that something does', () => {
    const pool = (wait: string, head = '') => `
import { once, EventEmitter } from 'node:events';
import { Mutex } from 'async-mutex';
declare class Process extends EventEmitter { join(): Promise<void>; }
export class Pool {
  private readonly mutex = new Mutex();
  private readonly process = new Process();
  async run(${head}): Promise<void> {
    const unlock = await this.mutex.acquire();${wait.includes('//') ? wait.slice(wait.indexOf('//') - 1) : ''}
    try {
      ${wait.replace(/ \/\/.*/, '')}
    } finally {
      unlock();
    }
  }
}
`;
    const [finding] = expectReports(RULE, pool("await once(this.process, 'ready'); // reports: it may never come"));
    expect(finding!.evidence).toBe('unbounded');
    expectReports(RULE, pool('await this.process.join(); // reports: bound the wait'));
    expectSilent(RULE, pool("await once(this.process, 'ready', { signal: AbortSignal.timeout(5000) });"));
    expectSilent(RULE, pool('await this.process.join();', 'signal: AbortSignal'));
    expectSilent(RULE, pool('await Promise.race([this.process.join(), new Promise((go) => setTimeout(go, 100))]);'));
    expectSilent(RULE, pool("console.log(['a', 'b'].join(', '));"));
  });

  it('a promise that the section hands back, which an event alone settles', () => {
    const client = (end: string) => `
import { request } from 'node:http';
import { Mutex } from 'async-mutex';
export class Client {
  private readonly mutex = new Mutex();
  get(path: string): Promise<void> {
    return this.mutex.runExclusive(async () => { ${end ? '' : '// reports: it may never come'}
      return new Promise<void>((resolve) => {
        const asked = request(path, (response) => { response.on('end', resolve); });
        ${end}
        asked.end();
      });
    });
  }
}`;
    expectReports(RULE, client(''));
    expectSilent(RULE, client('setTimeout(() => asked.destroy(), 5000);'));
  });

  it('the lines of a stream, and not of a file, which has an end', () => {
    const reader = (input: string) => `
import fs from 'node:fs';
import readline from 'node:readline';
import type { Readable } from 'node:stream';
import { Mutex } from 'async-mutex';
function lines(stream: Readable, path: string): Promise<void> {
  const input = ${input};
  const rl = readline.createInterface({ input });
  return new Promise((resolve) => { rl.on('close', resolve); });
}
export class Reader {
  private readonly mutex = new Mutex();
  async read(stream: Readable, path: string): Promise<void> {
    await this.mutex.runExclusive(async () => { await lines(stream, path); });
  }
}`;
    expect(inRecommended(RULE, reader('stream'))).toHaveLength(1);
    expectSilent(RULE, reader('fs.createReadStream(path)'));
  });

  it('a transaction that is waited for, and not a limiter, nor a wait that is told how long', () => {
    const wallet = (wait: string) => `
import { Mutex } from 'async-mutex';
declare class Signer { send(to: string): Promise<{ wait(blocks?: number): Promise<void> }>; }
declare const limiter: { wait(): Promise<void> };
export class Wallet {
  private readonly mutex = new Mutex();
  constructor(private readonly signer: Signer, private readonly pauseMs: number) {}
  async pay(to: string): Promise<void> {
    await this.mutex.runExclusive(async () => {
      const tx = await this.signer.send(to);
      await ${wait};
    });
  }
}`;
    const evidence = (wait: string) => inRecommended(RULE, wallet(wait)).map((finding) => finding.evidence);
    expect(evidence('tx.wait()')).toEqual(['unbounded']);
    expect(evidence('tx.wait(2)')).toEqual(['unbounded']);
    expect(evidence('limiter.wait()')).toEqual([]);
    expect(evidence('tx.wait(5000 as never)')).toEqual([]);
    expect(evidence('tx.wait(this.pauseMs)')).toEqual([]);
  });

  it('a wait for a person, unless half of the sections or more make such a one: they are shown one at a time', () => {
    const dialogs = (others: string) => `
import * as vscode from 'vscode';
import { Mutex } from 'async-mutex';
export class Dialogs {
  private readonly mutex = new Mutex();
  private last = '';
  async choose(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      this.last = 'choose';
      await vscode.window.showQuickPick(['a', 'b']);
    });
  }
  async forget(): Promise<void> { await this.mutex.runExclusive(() => { this.last = ''; }); }
${others}
}`;
    const input = `  async input(): Promise<void> {
    await this.mutex.runExclusive(async () => { await vscode.window.showInputBox(); });
  }`;
    expect(inRecommended(RULE, dialogs(''))).toHaveLength(1);
    expect(inRecommended(RULE, dialogs(input))).toHaveLength(0);
  });

  it('a wait for an event that a called function makes, and not one that it makes in a branch alone', () => {
    const queue = (put: string) => `import { once, EventEmitter } from 'node:events';
import { Mutex } from 'async-mutex';
class Queue {
  private readonly events = new EventEmitter();
  private readonly items: number[] = [];
  constructor(private readonly limit?: number) {}
  async put(item: number): Promise<void> {
    ${put}
    this.items.push(item);
  }
}
export class Pool {
  private readonly mutex = new Mutex();
  private readonly queue = new Queue();
  async add(item: number): Promise<void> {
    await this.mutex.runExclusive(async () => { await this.queue.put(item); });
  }
}`;
    const wait = "await once(this.events, 'get');";
    expect(findings(RULE, queue(wait)).map(({ evidence }) => evidence)).toEqual(['unbounded']);
    expectSilent(RULE, queue(`if (this.limit && this.items.length >= this.limit) { ${wait} }`));
    expectSilent(RULE, queue(`if (this.limit) { ${wait} } else { this.items.pop(); }`));
    expect(findings(RULE, queue(`if (this.limit) { ${wait} } else { await Promise.resolve(); }`))).toHaveLength(1);
  });

  describe('a request without a bound, which may get no answer', () => {
    const ask = (request: string, mark = '') => `
import { Mutex } from 'async-mutex';
import axios from 'axios';
export class Feed {
  private readonly mutex = new Mutex();
  async refresh(url: string, options: RequestInit): Promise<void> {
    const release = await this.mutex.acquire();${mark}
    try {
      await ${request};
    } finally {
      release();
    }
  }
}
void axios;
`;

    it('that stands there as a whole', () => {
      const [finding] = expectReports(RULE, ask('fetch(url)', ' // reports: no answer comes'));
      expect(finding!.evidence).toBe('unbounded');
      expect(inRecommended(RULE, ask('fetch(url)'))).toHaveLength(1);
      expect(inRecommended(RULE, ask('axios.post(url, options, { headers: {} })'))).toHaveLength(1);
    });

    it('once for sections that come down to the same one, in the recommended preset', () => {
      const feed = (second: string) => `import { Mutex } from 'async-mutex';
async function post(url: string): Promise<void> { await fetch(url); }
async function put(url: string): Promise<void> { await fetch(url, { method: 'PUT' }); }
export class Feed {
  private readonly mutex = new Mutex();
  async open(url: string): Promise<void> { return this.one(url); }
  async one(url: string): Promise<void> { await this.mutex.runExclusive(async () => { await post(url); }); }
  async other(url: string): Promise<void> { await this.mutex.runExclusive(async () => { await ${second}(url); }); }
}`;
      const [finding, ...others] = inRecommended(RULE, feed('post'));
      expect(others).toEqual([]);
      expect(finding!.related.map(({ message }) => message)).toContain('comes down to the same wait, in `Feed.other`');
      expect(inRecommended(RULE, feed('put'))).toHaveLength(2);
      expect(findings(RULE, feed('post'))).toHaveLength(2);
    });

    it('with options that are there to be read, where they name no end', () => {
      const feed = (options: string, given = '') =>
        ask(`fetch(url, options${given})`)
          .replace('options: RequestInit', '')
          .replace('    try {', `    ${options}\n    try {`);
      expect(inRecommended(RULE, feed("const options = { method: 'POST' };"))).toHaveLength(1);
      expect(inRecommended(RULE, feed('const options = { signal: AbortSignal.timeout(1000) };'))).toHaveLength(0);
      expect(inRecommended(RULE, feed("let options = { method: 'POST' }; options = other();"))).toHaveLength(0);
    });

    it('in a function that is given what it says, and not where somebody else gives it', () => {
      const feed = (given: string, head = '') => `${ask(`asked(${given})`, head)}
async function asked(url: string, init?: RequestInit): Promise<Response> { return request(url, init); }
async function request(input: string, init?: RequestInit): Promise<Response> { return await fetch(input, init); }`;
      expect(inRecommended(RULE, feed("url, { method: 'POST' }"))).toHaveLength(1);
      expect(inRecommended(RULE, feed('url'))).toHaveLength(1);
      expect(inRecommended(RULE, feed('url, options'))).toHaveLength(0);
      expect(inRecommended(RULE, feed('url, { signal: AbortSignal.timeout(1000) }'))).toHaveLength(0);
    });

    it('whose end comes after minutes alone, and not after seconds, nor one that is put together elsewhere', () => {
      const request = (config: string) => inRecommended(RULE, ask(`axios.request(${config})`));
      expect(request('{ url, timeout: 600_000 }')).toHaveLength(1);
      expect(request('{ url, timeout: 30_000 }')).toHaveLength(0);
      expect(request('{ url, timeout: 600_000, signal: this.signal }')).toHaveLength(0);
      expect(request('options')).toHaveLength(0);
    });

    it('and not one that something ends, or that a client makes which may end it', () => {
      expectSilent(RULE, ask('fetch(url, { signal: AbortSignal.timeout(1000) })'));
      expect(inRecommended(RULE, ask('fetch(url, options)'))).toHaveLength(0);
      expectReports(RULE, ask('fetch(url, options)', ' // reports'));
    });
  });

  describe('asymmetric contention', () => {
    const rates = (head: string, update: string, other = 'set') => `
${head}
import { Mutex } from 'async-mutex';
import { RatesApi } from 'rates';
declare class Controller<S> { protected state: S; protected update(change: (state: S) => void): void; }
export class Rates {
  private readonly mutex = new Mutex();
  private currency = 'usd';
  private rates: Record<string, number> = {};
  constructor(private readonly apiClient: RatesApi) {}
  async refresh(): Promise<void> {
    await this.mutex.runExclusive(async () => { // reports
${update}
    });
  }
  async ${other}(currency: string): Promise<void> {
    await this.mutex.runExclusive(() => { this.currency = currency; });
  }
  private async load(): Promise<Record<string, number>> { return this.ask(this.currency); }
  private ask(currency: string): Promise<Record<string, number>> { return this.apiClient.rates(currency); }
}
`;
    const apply = '      this.rates = await this.load();';

    it('behind a wait that functions of the project lead to, and a client that is named as one', () => {
      const [finding] = expectReports(RULE, rates('', apply));
      expect(finding!.evidence).toBe('asymmetric');
    });

    it('behind a promise that the section hands back', () => {
      expectReports(
        RULE,
        rates('', apply)
          .replace('async () => { // reports\n', '() => { // reports\n')
          .replace('this.rates = await', 'return'),
      );
    });

    it('behind a bus that hands the call on to a service, and a base class that keeps the state', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
import { Base } from 'controllers';
export class Rates extends Base {
  private readonly mutex = new Mutex();
  async refresh(): Promise<void> {
    await this.mutex.runExclusive(async () => { // reports: never waits
      const { currency } = this.state;
      const rates = await this.messenger.call('RatesService:getRates', currency);
      this.update((state) => { state.rates = rates; });
    });
  }
  async set(currency: string): Promise<void> {
    await this.mutex.runExclusive(() => { this.update(() => ({ currency, rates: {} })); });
  }
}`,
      );
    });

    it('is none behind a section of a class beside it, whose objects have locks of their own', () => {
      const tracks = (base: string) => `import { Mutex } from 'async-mutex';
class Track {
  protected readonly mutex = new Mutex();
  protected readonly volumes = new Map<string, number>();
}
export class Audio extends Track {
  async refresh(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      const { size } = this.volumes;
      this.volumes.set('own', await this.load(size));
    });
  }
  private async load(size: number): Promise<number> { return (await fetch('/volumes/' + size)).status; }
}
export class Video extends ${base} {
  async set(volume: number): Promise<void> {
    await this.mutex.runExclusive(() => { this.volumes.set('own', volume); });
  }
}`;
      const [finding] = inRecommended(RULE, tracks('Audio'));
      expect(finding!.message).toContain('`Video.set`');
      expect(inRecommended(RULE, tracks('Track')).filter(({ evidence }) => evidence === 'asymmetric')).toEqual([]);
    });

    it('is none where the other section is the opposite, which decides by what this one sets at its end', () => {
      const track = (test: string) => `import { Mutex } from 'async-mutex';
export class Track {
  private readonly mutex = new Mutex();
  private muted = false;
  async unmute(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      if (!this.muted) return;
      await this.ask();
      this.muted = false;
    });
  }
  async mute(): Promise<void> {
    await this.mutex.runExclusive(() => {
      ${test}
      this.muted = true;
    });
  }
  private async ask(): Promise<void> { await fetch('/microphone'); }
}`;
      const asymmetric = (sample: string) =>
        inRecommended(RULE, sample).filter(({ evidence }) => evidence === 'asymmetric');
      expect(asymmetric(track(''))).toHaveLength(1);
      expect(asymmetric(track('if (this.muted) return;'))).toEqual([]);
    });

    it('is none behind the rest of a section, which a helper had given back and took again', () => {
      const client = (helper: string) => `import { Semaphore } from 'async-mutex';
const lock = new Semaphore(1);
let sent = 0;
async function yielding(work: () => Promise<void>): Promise<void> {
  ${helper}
}
async function prove(): Promise<void> { await fetch('/prove', { signal: AbortSignal.timeout(1000) }); }
export async function send(): Promise<void> {
  await yielding(prove);
  sent += 1;
}
export async function sync(): Promise<void> {
  await lock.acquire();
  try {
    const body = String(sent);
    const response = await fetch('/sync', { method: 'POST', body, signal: AbortSignal.timeout(1000) });
    sent = response.status;
  } finally {
    lock.release();
  }
}`;
      expect(inRecommended(RULE, client('await work(); await lock.acquire();'))).toHaveLength(1);
      expect(inRecommended(RULE, client('lock.release(); await work(); await lock.acquire();'))).toEqual([]);
      const handed = (helper: string) =>
        client('await work();').replace(
          '  await yielding(prove);\n  sent += 1;',
          '  await proved(async () => { sent += 1; });',
        ) +
        `
async function again(): Promise<void> { ${helper} }
async function proved(then: () => Promise<void>): Promise<void> {
  await again();
  await then();
  lock.release();
}`;
      expect(inRecommended(RULE, handed('await lock.acquire();'))).toHaveLength(1);
      expect(inRecommended(RULE, handed('lock.release(); await prove(); await lock.acquire();'))).toEqual([]);
    });

    it('is none where a wrapper gives the lock back before its callback has waited', () => {
      const wrapper = (run: string) =>
        rates('', '      const currency = this.currency;\n      this.rates = await this.ask(currency);')
          .replaceAll('this.mutex.runExclusive(', 'this.locked(')
          .replace(
            '  private async load()',
            `  private async locked<R>(work: () => R): Promise<Awaited<R>> {
    const release = await this.mutex.acquire();
    try {
      return ${run};
    } finally {
      release();
    }
  }
  private async load()`,
          );
      expect(inRecommended(RULE, wrapper('await work()'))).toHaveLength(1);
      expect(findings(RULE, wrapper('work()'))).toEqual([]);
    });

    it('is none where a life begins or ends', () => {
      expect(inRecommended(RULE, rates('', apply, 'close'))).toEqual([]);
    });

    it('is none where the other section would see a change half done', () => {
      const before = "      this.currency = '';\n      this.rates = await this.load();";
      const within = "{ this.currency = ''; return this.ask(this.currency); }";
      expect(inRecommended(RULE, rates('', apply))).toHaveLength(1);
      expect(inRecommended(RULE, rates('', before))).toEqual([]);
      expect(inRecommended(RULE, rates('', apply).replace('{ return this.ask(this.currency); }', within))).toEqual([]);
    });

    it('is there where the change is done before the wait', () => {
      const told = "      this.currency = '';\n      await this.load();";
      expect(inRecommended(RULE, rates('', told))).toHaveLength(1);
    });

    it('is none where the other section changes what is asked', () => {
      const sample = rates('', apply)
        .replace('private readonly apiClient', 'private apiClient')
        .replace('this.currency = currency;', 'this.currency = currency; this.apiClient = new RatesApi(currency);');
      expect(inRecommended(RULE, sample)).toEqual([]);
    });
  });

  describe('a wait that asks again and again', () => {
    const wallet = (wait: string, balance = 'await this.client.balance(name)') => `
import { Mutex } from 'async-mutex';
declare function sleep(ms: number): Promise<void>;
declare class Chain {
  balance(name: string): Promise<number>;
  confirmed(tx: string): Promise<boolean>;
  waitFor(tx: string, options: object): Promise<void>;
}
export class Wallet {
  private readonly mutex = new Mutex();
  constructor(private readonly client: Chain) {}
  async settle(tx: string): Promise<void> {
    await this.mutex.runExclusive(async () => { // reports: asks again and again, with pauses between
      await ${wait};
    });
  }
  async balance(name: string): Promise<number> {
    return this.mutex.runExclusive(async () => ${balance});
  }
  private async waitForBlock(tx: string): Promise<void> {
    for (let tries = 0; tries < 60; tries++) {
      if (await this.client.confirmed(tx)) return;
      await sleep(1000);
    }
  }
  private async waitOnce(tx: string): Promise<boolean> {
    for (;;) {
      try { return await this.client.confirmed(tx); } catch { await sleep(1000); }
    }
  }
}`;
    const isSilent = (sample: string) => expect(inRecommended(RULE, sample)).toEqual([]);

    it('in a function that pauses in a loop, or by an interval that a client is told', () => {
      const [finding] = expectReports(RULE, wallet('this.waitForBlock(tx)'));
      expect(finding!.evidence).toBe('asymmetric');
      expectReports(RULE, wallet('this.client.waitFor(tx, { timeout: 60_000, interval: 5000 })'));
    });

    it('and not one that pauses after a failure alone, nor one that all sections make', () => {
      isSilent(wallet('this.waitOnce(tx)'));
      isSilent(wallet('this.waitForBlock(tx)', '{ await this.waitForBlock(name); return 1; }'));
    });
  });

  describe('a fetch before the first touch of what the lock guards', () => {
    const sign = (body: string) => `
import { Mutex } from 'async-mutex';
export class Signer {
  private readonly mutex = new Mutex();
  private nonce = 0;
  async sign(options: RequestInit): Promise<number> {
    return this.mutex.runExclusive(async () => { // reports
${body}
    });
  }
}
`;
    const price = "      const price = await fetch('/price', options);\n      return (this.nonce += price.status);";

    it('of a section that is alone with its lock', () => {
      const [finding] = expectReports(RULE, sign(price));
      expect(finding!.evidence).toBe('fetch-then-apply');
      expect(inRecommended(RULE, sign(price))).toHaveLength(1);
    });

    it('and not what only tells, nor what is asked because of what the lock guards', () => {
      expect(
        inRecommended(RULE, sign(price.replace('const price = await', 'await').replace('price.status', '1'))),
      ).toEqual([]);
      expect(inRecommended(RULE, sign(`      if (this.nonce > 9) return 0;\n${price}`))).toEqual([]);
    });
  });

  it('a lock that is a semaphore of one, and not one of two', () => {
    const held = (permits: number) => `
import { Semaphore } from 'async-mutex';
const lock = new Semaphore(${permits});
export async function send(url: string): Promise<void> {
  await lock.runExclusive(async () => {${permits === 1 ? ' // reports' : ''}
    await fetch(url);
  });
}
`;
    expectReports(RULE, held(1));
    expectSilent(RULE, held(2));
  });

  it('a wait that a method of the project leads to, naming it', () => {
    expectReports(
      RULE,
      `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
let count = 0;
async function send(value: number): Promise<void> {
  await fetch('/?' + value);
}
export async function publish(): Promise<void> {
  const release = await mutex.acquire(); // reports: send(value)
  try {
    const value = count;
    await send(value);
  } finally {
    release();
  }
}
export const add = () => mutex.runExclusive(() => { count += 1; });`,
    );
  });
});

describe('allows', () => {
  it('a wait after which the lock alone changes, by its own releaser', () => {
    const text = (after: string) => `class Mutex {
  private locked = false;
  private readonly queue: (() => void)[] = [];
  async acquire(): Promise<() => void> {
    if (!this.locked) { this.locked = true; return () => this.giveBack(); }
    return new Promise((resolve) => { this.queue.push(() => { this.locked = true; resolve(() => this.giveBack()); }); });
  }
  private giveBack(): void { const next = this.queue.shift(); if (next) next(); else this.locked = false; }
}
export class Session {
  private readonly mutex = new Mutex();
  private token = '';
  async refresh(old: string): Promise<string> {
    const release = await this.mutex.acquire();
    try {
      const answer = await fetch('https://example.org/token', { method: 'POST', body: old, signal: AbortSignal.timeout(5000) });
      ${after}
      return answer.statusText;
    } finally {
      release();
    }
  }
}`;
    const told = (after: string) =>
      findings(RULE, text(after)).some(({ message }) => message.includes('only what comes after it touches'));
    expect([told(''), told("this.token = 'new';")]).toEqual([false, true]);
  });

  it('a section that pauses in what it calls, which `no-delay-in-lock` reports', () => {
    const sample = (pause: string) =>
      store(`    await this.mutex.runExclusive(async () => {
      await this.settle();
      this.members.clear();
    });
  }
  private async settle(): Promise<void> {
    while (this.members.size > 0) await ${pause};`);
    const delay = 'new Promise((resolve) => setTimeout(resolve, 100))';
    expect(inRecommended('no-delay-in-lock', sample(delay))).toHaveLength(1);
    expectSilent(RULE, sample(delay));
    expect(inRecommended(RULE, sample("fetch('/members', { signal: AbortSignal.timeout(100) })"))).toHaveLength(1);
  });

  it('a lock that keeps out other processes by its name, and one that is handed on', () => {
    const lock = (name: string) => `
class ${name} {
  private tail: Promise<void> = Promise.resolve();
  async acquire(): Promise<() => void> {
    const before = this.tail;
    let done = () => {};
    this.tail = new Promise((resolve) => { done = resolve; });
    await before;
    return done;
  }
}
const mutex = new ${name}();
export async function load(url: string): Promise<void> {
  const release = await mutex.acquire();
  try {
    await fetch(url);
  } finally {
    release();
  }
}
`;
    expect(findings(RULE, lock('DownloadMutex'))).toHaveLength(1);
    expectSilent(RULE, lock('MultiProcessMutex'));
    expectSilent(
      RULE,
      `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export async function open(url: string): Promise<() => void> {
  const release = await mutex.acquire();
  await fetch(url);
  return release;
}`,
    );
  });

  it('waits on storage, which is as a rule what the lock protects', () => {
    expectSilent(
      RULE,
      `import { writeFile } from 'node:fs/promises';
import { Mutex } from 'async-mutex';
const mutex = new Mutex();
let dirty = true;
export const flush = () => mutex.runExclusive(async () => {
  const text = String(dirty);
  await writeFile('state', text);
});
export const mark = () => mutex.runExclusive(() => { dirty = true; });`,
    );
  });

  it('a wait on the very thing that other sections use under the lock', () => {
    expectSilent(
      RULE,
      `import { Mutex } from 'async-mutex';
export class Link {
  private readonly mutex = new Mutex();
  constructor(private readonly client: { fetch(url: string): Promise<string>; open: boolean }) {}
  read = () => this.mutex.runExclusive(async () => { if (this.client.open) await this.client.fetch('/'); });
  shut = () => this.mutex.runExclusive(() => { this.client.open = false; });
}`,
    );
  });

  it('the definition of a wrapper', () => {
    expectSilent(
      RULE,
      store(`    await this.locked(async () => {});
  }
  private locked<T>(work: () => Promise<T>): Promise<T> {
    return this.mutex.runExclusive(async () => {
      this.members.clear();
      return await work();
    });`),
    );
  });

  it('functions that start or end a life', () => {
    expectSilent(RULE, store(held).replace('async save()', 'async close()'));
  });

  const publish = (lock: string, take: string) => `
import { Mutex, Semaphore } from 'async-mutex';
import { AsyncRwLock, KeyedMutex } from '@lockwise/runtime';
${lock}
let names: string[] = [];
export async function publish(): Promise<void> {
  ${take}(async () => {
    const body = JSON.stringify(names);
    await fetch('/names', { method: 'POST', body });
  });
}
export async function add(name: string): Promise<void> {
  ${take.replace('withRead', 'withWrite')}(() => {
    names = [...names, name];
  });
}
void [Mutex, Semaphore, AsyncRwLock, KeyedMutex];
`;

  it('keyed locks, the read side, counting locks and Web Locks, where a mutex would be reported', () => {
    expect(findings(RULE, publish('const lock = new Mutex();', 'await lock.runExclusive')).length).toBe(1);
    expectSilent(RULE, publish('const lock = new Map<string, Mutex>();', "await lock.get('a')!.runExclusive"));
    expectSilent(RULE, publish('const lock = new AsyncRwLock(0);', 'await lock.withRead'));
    expectSilent(RULE, publish('const lock = new Semaphore(2);', 'await lock.runExclusive'));
    expectSilent(
      RULE,
      publish('', "await navigator.locks.request('names', ")
        .replaceAll(', (async', ', async')
        .replaceAll(', (()', ', ()'),
    );
  });

  it('a chain of promises that serves as a queue', () => {
    expectSilent(
      RULE,
      `let names: string[] = [];
let queue: Promise<void> = Promise.resolve();
export function publish(): Promise<void> {
  queue = queue.then(async () => {
    const body = JSON.stringify(names);
    await fetch('/names', { method: 'POST', body });
  }).catch(() => {});
  return queue;
}
export function add(name: string): Promise<void> {
  queue = queue.then(() => { names = [...names, name]; }).catch(() => {});
  return queue;
}`,
    );
  });

  it('a section whose state is touched again after the wait by a method that it calls', () => {
    expectSilent(
      RULE,
      `import { Mutex } from 'async-mutex';
export class Track {
  private readonly mutex = new Mutex();
  private muted = false;
  async mute(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      if (this.muted) return;
      await fetch('/mute', { signal: AbortSignal.timeout(1000) });
      this.set(true);
    });
  }
  async unmute(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      await fetch('/unmute', { signal: AbortSignal.timeout(1000) });
      this.set(false);
      await fetch('/done', { signal: AbortSignal.timeout(1000) });
      this.set(false);
    });
  }
  private set(value: boolean): void { this.muted = value; }
}`,
    );
  });

  it('tests', () => {
    expect(findings(RULE, { 'src/store.test.ts': store(held) })).toEqual([]);
  });
});

describe('fixes', () => {
  it('reads async-mutex-guarded fields with quickRead and waits without the lock', () => {
    const after = store(`    const body = await quickRead(this.mutex, () => JSON.stringify([...this.members]));
    await fetch('/members', { method: 'POST', body });`).replace(
      "from 'async-mutex';",
      "from 'async-mutex';\nimport { quickRead } from '@lockwise/runtime';",
    );
    expectFix(RULE, store(held), after, { tier: 'unsafe', reason: 'other tasks may change `this.members`' });
  });

  it('reads several values in one step', () => {
    const before = store(held)
      .replace("'/members', {", 'url, {')
      .replace('const body', "const url = '/?' + this.members.size;\n      const body");
    const after = store(`    const { url, body } = await quickRead(this.mutex, () => {
      const url = '/?' + this.members.size;
      const body = JSON.stringify([...this.members]);
      return { url, body };
    });
    await fetch(url, { method: 'POST', body });`).replace(
      "from 'async-mutex';",
      "from 'async-mutex';\nimport { quickRead } from '@lockwise/runtime';",
    );
    expectFix(RULE, before, after, { tier: 'unsafe' });
  });

  it('copies a guarded object that leaves the section', () => {
    const before = store(held)
      .replace('JSON.stringify([...this.members])', 'this.members')
      .replace("POST', body", "POST', body: String(body)");
    const after = store(`    const body = await quickReadExtract(this.mutex, () => this.members);
    await fetch('/members', { method: 'POST', body: String(body) });`).replace(
      "from 'async-mutex';",
      "from 'async-mutex';\nimport { quickReadExtract } from '@lockwise/runtime';",
    );
    expectFix(RULE, before, after, { tier: 'unsafe' });
  });

  it('ends a section that writes before it waits', () => {
    const before = store(
      held.replace(
        'JSON.stringify([...this.members])',
        'JSON.stringify([...this.members]);\n      this.members.clear()',
      ),
    );
    const after = store(`    const body = await this.mutex.runExclusive(() => {
      const body = JSON.stringify([...this.members]);
      this.members.clear();
      return body;
    });
    await fetch('/members', { method: 'POST', body });`);
    expectFix(RULE, before, after, { tier: 'unsafe', reason: 'other tasks may change `this.members`' });
  });

  it('refuses where state is read after the wait', () => {
    expectRefusal(
      RULE,
      store(`    await this.mutex.runExclusive(async () => {
      const names = [...this.members.keys()];
      await fetch('/members', { body: names.join() });
      this.members.clear();
    });`),
      'guarded state is read after the first wait',
    );
  });

  it('refuses where a name would be declared twice', () => {
    expectRefusal(
      RULE,
      store(`    const body = 1;\n    void body;\n${held}`),
      '`body` is declared beside the section too',
    );
  });

  it('refuses where the `finally` does more than release', () => {
    expectRefusal(
      RULE,
      store(held.replace('      release();', "      release();\n      this.members.has('x');")),
      'finally',
    );
  });

  describe('where the awaited call is given what the lock guards', () => {
    const call = (given: string) =>
      held.replace(/const body[^]*?\}\);/, `await ${given};`).replace('await await', 'await');
    const page = (text: string, declared: string) => `${declared}\n${store(text)}`;
    const send = (type: string, body = '') => `async function show(members: ${type}): Promise<void> {
  await fetch('/' + members.size);${body}
}`;
    const imported = (text: string, helper: string) =>
      text.replace("from 'async-mutex';", `from 'async-mutex';\nimport { ${helper} } from '@lockwise/runtime';`);

    it('copies it under the lock, and calls with the copy', () => {
      expectFix(
        RULE,
        page(call('show(this.members)'), send('ReadonlyMap<string, number>')),
        imported(
          page(
            `    const members = await quickReadExtract(this.mutex, () => this.members);
    await show(members);`,
            send('ReadonlyMap<string, number>'),
          ),
          'quickReadExtract',
        ),
        { tier: 'unsafe', reason: 'other tasks may change `this.members` and run this function while it waits' },
      );
    });

    it('reads what is computed as it is', () => {
      expectFix(
        RULE,
        page(call("fetch('/members?' + [...this.members.keys()].join(), { method: 'PUT' })"), ''),
        imported(
          page(
            `    const copy = await quickRead(this.mutex, () => '/members?' + [...this.members.keys()].join());
    await fetch(copy, { method: 'PUT' });`,
            '',
          ),
          'quickRead',
        ),
        { tier: 'unsafe' },
      );
    });

    it('takes the data that the lock carries by its name', () => {
      const carried = (body: string, imports: string) => `import { ${imports} } from '@lockwise/runtime';
async function show(hosts: readonly string[]): Promise<void> {
  await fetch('/' + hosts.length);
}
export class Store {
  private readonly hosts = new AsyncMutex<string[]>([]);
  async save(): Promise<void> {
${body}
  }
  async add(host: string): Promise<void> {
    await this.hosts.withLock((guard) => void guard.value.push(host));
  }
}
`;
      expectFix(
        RULE,
        carried(
          `    const guard = await this.hosts.acquire();
    try {
      return await show(guard.value);
    } finally {
      guard.release();
    }`,
          'AsyncMutex',
        ),
        carried(
          `    const hosts = await quickReadExtract(this.hosts, (value) => value);
    return await show(hosts);`,
          'AsyncMutex, quickReadExtract',
        ),
        { tier: 'unsafe' },
      );
    });

    it('names what it takes for granted where the called function makes no promise', () => {
      expectFix(
        RULE,
        page(call('show(this.members)'), send('Map<string, number>')),
        imported(
          page(
            `    const members = await quickReadExtract(this.mutex, () => this.members);
    await show(members);`,
            send('Map<string, number>'),
          ),
          'quickReadExtract',
        ),
        { tier: 'unsafe', reason: '`show` must not change `this.members`' },
      );
    });

    it('refuses where the called function changes it', () => {
      expectRefusal(
        RULE,
        page(call('show(this.members)'), send('Map<string, number>', "\n  members.set('x', 1);")),
        '`show` changes `this.members`, and a copy would not do',
      );
    });

    it('refuses what cannot be cloned', () => {
      expectRefusal(
        RULE,
        page(call('show(this.members)'), 'class Member { ping(): void {} }\n' + send('ReadonlyMap<string, Member>'))
          .replace('new Map<string, number>()', 'new Map<string, Member>()')
          .replace('set(name, 1)', 'set(name, new Member())'),
        '`this.members` holds what `structuredClone` cannot copy',
      );
    });

    it('refuses where a function that is handed on reads it later', () => {
      expectRefusal(
        RULE,
        page(call('fetch(((get: () => number) => String(get()))(() => this.members.size))'), ''),
        'is used by a function that the call gets',
      );
    });

    it('refuses where something with effects comes before the call', () => {
      expectRefusal(
        RULE,
        page(
          call('show(this.members, next())'),
          `declare function next(): string;
async function show(members: ReadonlyMap<string, number>, next: string): Promise<void> {
  await fetch('/' + next + members.size);
}`,
        ),
        '`next()` is evaluated before the call',
      );
    });

    it('refuses where the call is a part of more', () => {
      expectRefusal(
        RULE,
        page(
          call('show(this.members)').replace('await show', 'if (this.members.size > 0) await show'),
          send('ReadonlyMap<string, number>'),
        ),
        'the call that gets guarded state is part of a larger statement',
      );
    });
  });
});
