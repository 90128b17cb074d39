import { describe, expect, it } from 'vitest';
import { decorators, type Sample } from '../checks/check-rule.js';
import { expectHeld, link } from './held.js';

const synchronized = decorators({ name: 'Synchronized' });
const declared = `declare function Synchronized(...given: unknown[]): any;`;

describe('a decorator that takes a lock holds it', () => {
  const forms: Readonly<Record<string, Sample>> = {
    'over the whole method': `${declared}
      class A { @Synchronized() async f() { await inside(); if (Math.random() > 0.5) return; await inside(); } async g() { await outside(); await this.f(); await outside(); } }`,
    'where it is not called': `${declared} class A { @Synchronized async f() { await inside(); } }`,
    'among others': `${declared} declare const log: any; class A { @log('f') @Synchronized() @log.at(1) async f() { await inside(); } }`,
    'under another one, and within a class that the method makes': `${declared}
      class A { @Synchronized(1) @Synchronized(2) async f() { await inside(); return new (class { async g() { await outside(); } @Synchronized() async h() { await inside(); } })(); } }`,
    'of a static method': `${declared} class A { @Synchronized() static async f() { await inside(); } }`,
    'of a private method of a class expression': `${declared} const A = class { @Synchronized() async #f() { await inside(); } };`,
    'and what the method runs at once': `${declared}
      class A { @Synchronized() async f(all: string[]) { all.forEach(() => { void inside(); }); setTimeout(() => { void outside(); }, 1); } }`,
    'that is imported under another name': {
      'a.ts': `export function Synchronized(): any {}`,
      'b.ts': `import { Synchronized as Guarded } from './a'; class A { @Guarded() async f() { await inside(); } }`,
      'c.ts': `import * as a from './a'; class A { @a.Synchronized() async f() { await inside(); } }`,
      'd.ts': `import Synchronized from './a'; class A { @Synchronized() async f() { await inside(); } }`,
      'e.ts': `import { Synchronized as Other, other as Synchronized } from './a'; class A { @Synchronized() async f() { await outside(); } }`,
    },
    'but not that of a generator, a field, an accessor or a class': `${declared}
      @Synchronized() class A { @Synchronized() async *f() { await outside(); } @Synchronized() g = async () => { await outside(); }; @Synchronized() get h() { return outside(); } }`,
    'nor that of a method which calls it by hand': `${declared} class A { async f() { Synchronized(); await outside(); } }`,
  };
  it.each(Object.entries(forms))('%s', (_, sample) => expect(expectHeld(sample, [], synchronized)).toBeDefined());

  it('of the module alone, where one is told', () => {
    const known = decorators({ name: 'Synchronized', module: ['@acme/locks', '*/locks'] });
    const files = {
      'a.ts': `import { Synchronized } from '@acme/locks'; class A { @Synchronized() async f() { await inside(); } }`,
      'b.ts': `import { Synchronized } from '../../locks'; class A { @Synchronized() async f() { await inside(); } }`,
      'c.ts': `import { Synchronized } from 'others'; class A { @Synchronized() async f() { await outside(); } }`,
      'd.ts': `${declared} class A { @Synchronized() async f() { await outside(); } }`,
    };
    expectHeld(files, [], known);
  });

  it('and none without a configuration', () =>
    expect(link(`${declared} class A { @Synchronized() async f() { await inside(); } }`).allLocks).toEqual([]));
});

/** The identities of the locks that the sections of a sample take, by method: the same letter for the same lock. */
function locksOf(sample: Sample, ...given: object[]): Record<string, string> {
  const linked = link(sample, [], decorators(...given));
  const seen = new Map<string, string>();
  const letter = (id: string) => seen.get(id) ?? seen.set(id, 'abcdefgh'[seen.size]!).get(id)!;
  return Object.fromEntries(
    linked.units.flatMap((unit) =>
      linked.allSections(unit).map(({ ref, fn }) => {
        const { name, receiver, key } = ref;
        return [unit.fn(fn).symbol, `${letter(ref.id)} ${[name, receiver, key?.text].filter(Boolean).join(', ')}`];
      }),
    ),
  );
}

const mutex = `import { Mutex } from 'async-mutex';`;

describe('whose lock it is', () => {
  const two = `class A { @S() async f() {} @S() async g() {} @S() static async h() {} } class B extends A { @S() async f() {} } class C { @S() async f() {} }`;

  it('that of the object', () =>
    expect(locksOf(two, { name: 'S' })).toEqual({
      'A.f': 'a @S of A, this',
      'A.g': 'a @S of A, this',
      'A.h': 'b @S of class A',
      'B.f': 'a @S of A, this',
      'C.f': 'c @S of C, this',
    }));

  it('that of the method of the object', () =>
    expect(locksOf(two, { name: 'S', lock: 'method' })).toEqual({
      'A.f': 'a @S of A.f, this',
      'A.g': 'b @S of A.g, this',
      'A.h': 'c @S of class A.h',
      'B.f': 'a @S of A.f, this',
      'C.f': 'd @S of C.f, this',
    }));

  it('that of the class, or of all', () => {
    expect(locksOf(two, { name: 'S', lock: 'class' })).toMatchObject({
      'A.f': 'a @S of class A',
      'B.f': 'a @S of class A',
      'C.f': 'b @S of class C',
    });
    expect(locksOf(two, { name: 'S', lock: 'global' })).toMatchObject({ 'A.f': 'a @S', 'B.f': 'a @S', 'C.f': 'a @S' });
  });

  it('the one that the object keeps, with those who take it by hand', () =>
    expect(
      locksOf(
        `${mutex} class A { readonly mutex = new Mutex(); @S() async f() {} async g() { await this.mutex.runExclusive(async () => {}); } } class B { gate: any; @S() async f() {} }`,
        { name: 'S', lock: 'this.mutex' },
      ),
    ).toEqual({ 'A.f': 'a this.mutex, this', 'A.g': 'a this.mutex, this', 'B.f': 'b this.mutex, this' }));

  it('the one that it is given, by itself or by its name', () =>
    expect(
      locksOf(
        `${mutex} const shared = new Mutex(); class A { readonly own = new Mutex();
          @S(shared) async f() {} @S('own') async g() {} @S('orders') async h() {} @S() async i() {} async j() { await shared.runExclusive(async () => {}); } }`,
        { name: 'S', lockArg: 0 },
      ),
    ).toEqual({
      'A.f': 'a shared',
      'A.g': 'b this.own, this',
      'A.h': "c @S, 'orders'",
      'A.i': 'd @S of A, this',
      'A.j': 'a shared',
    }));

  it('the one that the key chooses', () =>
    expect(
      locksOf(
        `const ORDERS = 'orders'; class A { @S('orders', 5) async f() {} @S(ORDERS) async g() {} @S((id: string) => id) async h() {} @S(String(1)) async i() {} }`,
        { name: 'S', lock: 'global', keyArg: 0 },
      ),
    ).toEqual({ 'A.f': "a @S, 'orders'", 'A.g': "a @S, 'orders'", 'A.h': 'a @S, ?', 'A.i': 'a @S, ?' }));

  it('and an object tells nothing of which', () =>
    expect(
      locksOf(`class A { @S({ timeout: 5 }) async f() {} @S({ timeout: 5 }) async g() {} }`, { name: 'S', lockArg: 0 }),
    ).toEqual({ 'A.f': 'a @S, ?', 'A.g': 'a @S, ?' }));

  it('nobody knows which, where a function among the arguments may choose it', () =>
    expect(
      locksOf(`class A { @S({ timeout: 5, key: (id: string) => id }) async f() {} @S({ timeout: 5 }) async g() {} }`, {
        name: 'S',
      }),
    ).toEqual({
      'A.f': 'a @S of A, this, ?',
      'A.g': 'a @S of A, this',
    }));
});
