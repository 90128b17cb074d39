import { describe, expect, it } from 'vitest';
import { decorators, expectReports, findings, type Sample } from './check-rule.js';

// The decorators that the samples use. What a sample says without them is nothing.
const KNOWN = decorators(
  { name: 'Synchronized' },
  { name: 'Serial', lock: 'method' },
  { name: 'Again', reentrant: true },
  { name: 'Guarded', lock: 'this.mutex' },
  { name: 'Named', lock: 'global', keyArg: 0 },
);
const DECLARED =
  'declare const Synchronized: any, Serial: any, Again: any, Guarded: any, Named: any; declare function load(): Promise<string>;';

const withDeclared = (sample: Sample): Sample => (typeof sample === 'string' ? `${DECLARED}\n${sample}` : sample);

function reports(rule: string, sample: Sample): void {
  expectReports(rule, withDeclared(sample), 'recommended', KNOWN);
  expect(findings(rule, withDeclared(sample), 'recommended')).toEqual([]);
}

function allows(rule: string, sample: Sample): void {
  const found = findings(rule, withDeclared(sample), 'strict', undefined, KNOWN);
  expect(found.map(({ message }) => message)).toEqual([]);
}

describe('decorated methods and no-reentrant-acquire', () => {
  const rule = 'no-reentrant-acquire';

  it('reports one that waits for another of the same object', () => {
    reports(
      rule,
      `class Store {
        @Synchronized() async add() {
          await this.flush(); // reports: \`this.flush()\` waits for \`@Synchronized of Store\`, which \`Store.add\` holds
        }
        @Synchronized() async flush() { await load(); }
      }`,
    );
  });

  it('reports it through calls that take no lock, through the class above, and across files', () => {
    reports(rule, {
      'base.ts': `export class Base { @Synchronized() async flush() {} protected async sync() { await this.flush(); } }`,
      'store.ts': `import { Base } from './base';
        export class Store extends Base {
          @Synchronized() async add() {
            await this.later(); // reports
          }
          private async later() { await this.sync(); }
          @Synchronized() async flush() {
            return super.flush(); // reports
          }
        }`,
    });
  });

  it('reports recursion under a lock of the method, and a method that takes the same lock by hand', () => {
    reports(
      rule,
      `import { Mutex } from 'async-mutex';
      class Tree {
        readonly mutex = new Mutex();
        @Serial() async visit(depth: number): Promise<void> {
          if (depth > 0) await this.visit(depth - 1); // reports
        }
        @Guarded() async read() {
          await this.mutex.runExclusive(async () => { await load(); }); // reports
        }
      }`,
    );
  });

  it('reports two methods that name one lock', () => {
    reports(
      rule,
      `class A { constructor(readonly b: B) {}
        @Named('orders') async f() {
          await this.b.g(); // reports
        }
      }
      class B { @Named('orders') async g() {} }`,
    );
  });

  it.each([
    [
      'another object',
      `class A { other!: A; @Synchronized() async f() { await this.other.g(); } @Synchronized() async g() {} }`,
    ],
    [
      'a lock that its holder may take again',
      `class A { @Again() async f() { await this.g(); } @Again() async g() {} }`,
    ],
    ['locks of two methods', `class A { @Serial() async f() { await this.g(); } @Serial() async g() {} }`],
    [
      'a call that nobody waits for',
      `class A { @Synchronized() async f() { void this.g(); } @Synchronized() async g() {} }`,
    ],
    ['another name', `class A { @Named('a') async f() { await this.g(); } @Named('b') async g() {} }`],
    ['a key of the call', `class A { @Named((id: string) => id) async f(id: string) { await this.f(id + 1); } }`],
    [
      'a method beside it that takes nothing',
      `class A { @Synchronized() async f() { await this.g(); } async g() { await load(); } }`,
    ],
  ])('allows %s', (_, sample) => allows(rule, sample));

  it('has no fix, for the body has no name of its own', () => {
    const [finding] = findings(
      rule,
      withDeclared(`class A { @Synchronized() async f() { await this.g(); } @Synchronized() async g() {} }`),
      'strict',
      undefined,
      KNOWN,
    );
    expect(finding!.fixes).toEqual([]);
    expect(finding!.message).toContain('No automatic fix: ');
    expect(finding!.related.map(({ message }) => message)).toEqual([
      '`@Synchronized of A` is taken here',
      'and held across this call',
      'which waits for `@Synchronized of A` here',
    ]);
  });
});

describe('decorated methods and no-lock-order-cycle', () => {
  const rule = 'no-lock-order-cycle';

  it('reports a decorator and a lock that are taken either way round', () => {
    reports(
      rule,
      `import { Mutex } from 'async-mutex';
      const files = new Mutex();
      class Store {
        @Synchronized() async save() {
          await files.runExclusive(async () => { await load(); }); // reports
        }
        @Synchronized() async touch() {}
      }
      const store = new Store();
      export async function all() {
        await files.runExclusive(async () => { await store.touch(); });
      }`,
    );
  });
  it('reports two decorators of one method, the outer of which is taken first', () => {
    reports(
      rule,
      `class Store {
        @Synchronized()
        @Named('files') // reports: holds \`@Synchronized of Store\`
        async save() { await load(); }
        @Named('files')
        @Synchronized()
        async sync() { await load(); }
      }`,
    );
  });

  it('allows one order', () =>
    allows(
      rule,
      `import { Mutex } from 'async-mutex';
      const files = new Mutex();
      class Store {
        @Synchronized() async save() { await files.runExclusive(async () => { await load(); }); }
        @Synchronized() async touch() { await files.runExclusive(async () => { await load(); }); }
      }`,
    ));
});

describe('a lock that an object keeps and a decorator takes', () => {
  const counter = (members: string) =>
    `import { Mutex } from 'async-mutex';\nexport class Counter {\n  private readonly mutex = new Mutex();\n  private count = { n: 0 };\n${members}\n}`;

  it('is not taken away, for the decorator would miss it', () => {
    const sample = withDeclared(counter(`  @Guarded() async add() { this.count.n++; }`));
    const [finding] = findings('no-redundant-lock', sample, 'strict', undefined, KNOWN);
    expect(finding!.fixes).toEqual([]);
    expect(finding!.message).toContain('No automatic fix: a decorator holds the lock over the whole method.');
  });

  it('excludes somebody where the method suspends', () =>
    allows(
      'no-redundant-lock',
      counter(
        `  @Guarded() async add() { this.count.n++; await load(); this.count.n++; }\n  async get() { return this.mutex.runExclusive(() => this.count.n); }`,
      ),
    ));
});

describe('annotations that name a decorator', () => {
  const guarded = (tag: string, members: string) =>
    `class Store { /** ${tag} */ private last = ''; @Synchronized() async add(job: string) { this.last = job; await load(); this.last = ''; } ${members} }`;

  it('say what its lock guards', () => {
    expectReports(
      'no-unguarded-access',
      withDeclared(
        guarded(
          '@guardedBy Synchronized',
          "\nreset() { this.last = ''; } // reports: `this.last` is changed without `@Synchronized of Store`\n",
        ),
      ),
      'recommended',
      KNOWN,
    );
    allows(
      'no-unguarded-access',
      guarded('@guardedBy Synchronized', `@Synchronized() async reset() { this.last = ''; }`),
    );
    allows(
      'no-unguarded-access',
      guarded('@guardedBy Synchronized', `/** @requiresLock Synchronized */ reset() { this.last = ''; }`),
    );
  });

  it('say who is to be called with it held', () => {
    const helper = `/** @requiresLock Synchronized */ reset() { this.last = ''; }`;
    expectReports(
      'require-held-lock',
      withDeclared(guarded('', `${helper}\nasync all() { this.reset(); } // reports\n`)),
      'recommended',
      KNOWN,
    );
    allows('require-held-lock', guarded('', `${helper} @Synchronized() async all() { this.reset(); }`));
  });

  it('mean nothing where the decorator is not known, or has a lock for each method', () => {
    const unresolved = (name: string, known = KNOWN) =>
      findings('require-held-lock', withDeclared(guarded(`@guardedBy ${name}`, '')), 'recommended', undefined, known);
    expect(unresolved('Synchronized')).toEqual([]);
    expect(
      unresolved(
        'Synchronized',
        KNOWN.filter(({ name }) => name !== 'Synchronized'),
      )[0]!.message,
    ).toContain('names no lock that can be found');
    expect(unresolved('Serial')[0]!.message).toContain('names no lock that can be found');
  });
});
