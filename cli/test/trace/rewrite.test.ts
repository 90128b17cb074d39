import { describe, expect, test } from 'vitest';
import { rewrite, SiteNumbers, type SourceKind } from '../../src/trace/loading/rewrite.js';

function rewritten(source: string, file = '/app/a.js', kind: SourceKind = 'module') {
  return rewrite(source, file, kind, new SiteNumbers(1, 1));
}

describe('marks', () => {
  test.each([
    ['a method of a lock', 'await lock.acquire()', 'await __lockwise$at(1, lock).acquire()'],
    [
      'a private field',
      'class A { #m; f() { this.#m.runExclusive(g) } }',
      'class A { #m; f() { __lockwise$at(1, this.#m).runExclusive(g) } }',
    ],
    [
      'a function that is a lock',
      'const limit = pLimit(2); limit(() => 1)',
      'const limit = pLimit(2); __lockwise$at(1, limit)(() => 1)',
    ],
    ['the first link of an optional call', 'lock?.acquire()', '__lockwise$at(1, lock)?.acquire()'],
    ['the lock of a helper', 'quickRead(this.lock, (v) => v.a)', 'quickRead(__lockwise$at(1, this.lock), (v) => v.a)'],
    ['a parenthesized receiver', '(a, lock).acquire()', '__lockwise$at(1, (a, lock)).acquire()'],
    ['a call within a call', 'locks.get(key).acquire()', '__lockwise$at(1, locks.get(key)).acquire()'],
    [
      'a side of a read/write lock',
      'await this.state.read() // lock',
      'await __lockwise$at(1, this.state).read() // lock',
    ],
    ['Web Locks', "navigator.locks.request('a', f)", "__lockwise$at(1, navigator.locks).request('a', f)"],
    [
      'a nested section',
      'a.runExclusive(() => b.runExclusive(f)) // lock',
      '__lockwise$at(1, a).runExclusive(() => __lockwise$at(2, b).runExclusive(f)) // lock',
    ],
  ])('%s', (_, source, code) => {
    expect(rewritten(source)?.code).toBe(code);
  });

  test('calls in TypeScript, before its types are stripped', () => {
    expect(rewritten('await (this.lock as Mutex).acquire<number>()', '/app/a.ts')?.code).toBe(
      'await __lockwise$at(1, (this.lock as Mutex)).acquire<number>()',
    );
  });

  test('with the place, the enclosing path and the text of the line', () => {
    const source = [
      'class Store {',
      '  async save() {',
      '    const x = 1; await this.lock.acquire();',
      '  }',
      '}',
    ].join('\n');
    expect(rewritten(source)?.marks).toEqual([
      [
        1,
        {
          file: '/app/a.js',
          line: 3,
          column: 24,
          symbol: 'Store.save',
          operation: 'acquire',
          text: 'const x = 1; await this.lock.acquire();',
        },
      ],
    ]);
  });

  test.each([
    ['a method', 'class A { m() { lock.acquire() } }', 'A.m'],
    ['a field that is a function', 'class A { #f = async () => { lock.acquire() } }', 'A.#f'],
    ['a variable that is a function', 'const f = () => lock.acquire()', 'f'],
    ['a function in a function', 'function f() { function g() { lock.acquire() } }', 'f.g'],
    ['a property that is a function', 'const o = { f() { lock.acquire() } }', 'f'],
    ['a module', 'lock.acquire()', ''],
  ])('inside of %s', (_, source, symbol) => {
    expect(rewritten(source)?.marks[0]?.[1].symbol).toBe(symbol);
  });
});

describe('leaves alone', () => {
  test.each([
    ['a file without a word of locking', 'tasks.add(1)'],
    ['a later link of an optional chain', 'a?.lock.acquire()'],
    ['a call whose arguments are awaited', 'lock.runExclusive(await f())'],
    ['super', 'class A extends Lock { acquire() { return super.acquire() } }'],
    ['a computed method', "lock['acquire']()"],
    ['a stream that is read', 'const lock = 1; file.read(buffer)'],
    ['a set that is added to', 'const lock = 1; seen.add(2)'],
    ['a file that cannot be parsed', 'lock.acquire( }'],
  ])('%s', (_, source) => {
    expect(rewritten(source)).toBeUndefined();
  });
});

test('every other character stays where it was in its line', () => {
  const source = '#!/usr/bin/env node\n"use strict";\nconst a = lock\nlock.acquire()\r\n// lock.acquire()\n';
  const code = rewritten(source, '/app/a.cjs', 'commonjs')!.code;
  expect(code.replaceAll(/__lockwise\$at\(\d+, (\w+)\)/g, '$1')).toBe(source);
});
