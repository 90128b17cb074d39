import { describe, expect, it } from 'vitest';
import { expectFix, expectReports, expectReportsInStrict, expectSilent } from '../check-rule.js';

const RULE = 'no-poisoned-chain';

describe(RULE, () => {
  describe('reports', () => {
    it('a field that jobs are chained to', () => {
      expectReports(
        RULE,
        `declare function work(): Promise<void>;
export class Queue {
  private tail = Promise.resolve();
  add() {
    this.tail = this.tail.then(() => work()); // reports: the chain stays rejected
    return this.tail;
  }
}`,
      );
    });

    it('a job that logs its failure and throws it on', () => {
      expectReports(
        RULE,
        `declare function work(): Promise<void>;
export class Queue {
  private tail = Promise.resolve();
  add() {
    this.tail = this.tail.then(async () => { // reports
      try { await work(); } catch (error) { console.error(error); throw error; }
    });
  }
}`,
      );
    });

    it('a job that makes a promise and can reject it', () => {
      expectReports(
        RULE,
        `export class Queue {
  private tail = Promise.resolve();
  add(input: EventTarget) {
    this.tail = this.tail.then(() => new Promise((done, failed) => input.addEventListener('error', failed))); // reports
  }
}`,
      );
    });

    it('a job of the caller, by way of a constant', () => {
      expectReports(
        RULE,
        `declare function work(): Promise<void>;
let tail: Promise<unknown> = Promise.resolve();
export function add(job: () => Promise<void>) {
  const next = tail.then(job);
  tail = next; // reports
  return next;
}`,
      );
    });
  });
  describe('reports in the strict preset alone', () => {
    it('a job that deals with its failures by calls of which nothing is known', () => {
      expectReportsInStrict(
        RULE,
        `declare function work(): Promise<void>;
declare function end(error: unknown): void;
export class Queue {
  private tail = Promise.resolve();
  add() {
    this.tail = this.tail.then(() => this.run()); // reports
  }
  private async run() {
    try { await work(); } catch (error) { end(error); }
  }
}`,
      );
    });
  });

  describe('allows', () => {
    it('a chain that is given up when its first job ends', () => {
      const text = (ending: string) => `declare function send(): Promise<void>;
export class Queue {
  private ongoing?: Promise<void>;
  add(): Promise<void> {
    if (!this.ongoing) this.ongoing = send().finally(() => { ${ending} });
    else
      this.ongoing = this.ongoing.then(() => send());${ending === '' ? ' // reports' : ''}
    return this.ongoing;
  }
}`;
      expectSilent(RULE, text('this.ongoing = undefined;'));
      expectReports(RULE, text(''));
    });

    it('a chain of a test', () => {
      const text = `declare function work(): Promise<void>;
let tail: Promise<void> = Promise.resolve();
export function add() { tail = tail.then(() => work()); }`;
      expectSilent(RULE, { 'test/helpers.ts': text });
    });

    it('steps of one call, which end at the first failure', () => {
      expectSilent(
        RULE,
        `export function run(hooks: (() => Promise<void>)[]) {
  let chain = Promise.resolve();
  hooks.forEach((hook) => { chain = chain.then(() => hook()); });
  return chain;
}`,
      );
    });

    it('a job of the project that catches by itself', () => {
      expectSilent(
        RULE,
        `declare function send(): Promise<void>;
export class Log {
  private chain: Promise<void> = Promise.resolve();
  flush() { this.chain = this.chain.then(() => this.attempt()); }
  private async attempt() {
    try { await send(); } catch { console.error('lost'); }
  }
}`,
      );
    });

    it('the steps of a builder', () => {
      expectSilent(
        RULE,
        `declare function work(): Promise<void>;
export class Scenario {
  private steps = Promise.resolve();
  given() {
    this.steps = this.steps.then(() => work());
    return this;
  }
}`,
      );
    });

    it('a chain that hands a value from job to job', () => {
      expectSilent(
        RULE,
        `declare function renew(token: string): Promise<string>;
export class Session {
  private token = Promise.resolve('');
  refresh() {
    this.token = this.token.then(async (token) => renew(token));
    return this.token;
  }
}`,
      );
    });

    it('a job that records its failure and throws it on', () => {
      expectSilent(
        RULE,
        `export class Queue {
  private tail: Promise<unknown> = Promise.resolve();
  private failure: unknown;
  add(job: () => Promise<void>) {
    if (this.failure) throw this.failure;
    this.tail = this.tail.then(() => job().catch((error: unknown) => { this.failure = error; throw error; }));
  }
}`,
      );
    });

    it('a job that only waits for a release: nobody can reject its promise', () => {
      expectSilent(
        RULE,
        `export class Gate {
  private tail = Promise.resolve();
  lock(): Promise<() => void> {
    let begin: (unlock: () => void) => void = () => {};
    this.tail = this.tail.then(() => new Promise(begin));
    return new Promise((granted) => { begin = granted; });
  }
  pause(ms: number) {
    this.tail = this.tail.then(() => new Promise((done) => { setTimeout(done, ms); }));
  }
}`,
      );
    });

    it('a chain that catches', () => {
      expectSilent(
        RULE,
        `declare function work(): Promise<void>;
export class Queue {
  private tail: Promise<unknown> = Promise.resolve();
  add(job: () => Promise<void>) {
    const next = this.tail.then(job);
    this.tail = next.catch(() => undefined);
    return next;
  }
  both(job: () => Promise<void>) {
    this.tail = this.tail.then(job, job);
  }
  first(job: () => Promise<void>) {
    this.tail = this.tail.catch(() => undefined).then(job);
  }
  safe() {
    this.tail = this.tail.then(async () => {
      try { await work(); } catch { console.log('failed'); }
    });
  }
}`,
      );
    });

    it('a step that is added to the promise of an object of this call', () => {
      const later = (
        deferred: string,
      ) => `declare function defer(): { promise: Promise<unknown>; resolve(value: unknown): void };
declare function known(): { promise: Promise<unknown> };
const waiting: unknown[] = [];
export function later(request: () => Promise<unknown>) {
  const deferred = ${deferred};
  waiting.push(deferred);
  deferred.promise = deferred.promise.then(async () => { await fetch('x'); await request(); });${deferred === 'known()' ? ' // reports' : ''}
  return deferred.promise;
}`;
      expectSilent(RULE, later('defer()'));
      expectReports(RULE, later('known()'));
    });
  });
  describe('fixes', () => {
    it('catches wherever a job is added, and tells the chain once', () => {
      const queue = (tail: string, mark = '') => `declare function work(): Promise<void>;
export class Queue {
  private tail = Promise.resolve();
  private other = Promise.resolve();
  add() {
    this.tail = ${tail}.then(() => work());${mark && ` // reports: ${mark}`}
  }
  addTwice() {
    this.other = this.other.catch(() => undefined).then(() => work());
    const added = ${tail}.then(() => work()).then(() => work());
    this.tail = ${tail}.then(() => work());
    return added;
  }
}
`;
      const [finding] = expectReports(RULE, queue('this.tail', 'here and where else jobs are added'));
      expect(finding!.related).toHaveLength(2);
      expectFix(
        RULE,
        queue('this.tail'),
        queue('this.tail.catch(() => undefined)').replace(
          'added = this.tail.catch(() => undefined)',
          'added = this.tail',
        ),
        { tier: 'unsafe', reason: 'jobs after a failed one now run' },
      );
    });

    it('catches before the next job', () => {
      expectFix(
        RULE,
        `declare function work(): Promise<void>;
export class Queue {
  private tail = Promise.resolve();
  add() {
    this.tail = this.tail.then(() => work());
  }
}
`,
        `declare function work(): Promise<void>;
export class Queue {
  private tail = Promise.resolve();
  add() {
    this.tail = this.tail.catch(() => undefined).then(() => work());
  }
}
`,
        { tier: 'unsafe', reason: 'jobs after a failed one now run' },
      );
    });
  });
});
