/** Programs that nobody writes by hand, and that generators, minifiers and attackers do: each by the name of what is too much in it. */

const DEEP = 10_000;

const locking = (body: string): string => `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export async function hold(): Promise<void> {
  const release = await mutex.acquire();
  ${body}
  release();
}
`;

const nested = (open: string, inner: string, close: string, depth = DEEP): string =>
  open.repeat(depth) + inner + close.repeat(depth);

/** Nested deeper than any stack: the file is a problem of its own, and no more. */
export const tooDeep: Readonly<Record<string, string>> = {
  parentheses: locking(`const x = ${nested('(', '1', ')')};`),
  arrays: locking(`const x = ${nested('[', '', ']')};`),
  objects: locking(`const x = ${nested('{a:', '1', '}')};`),
  ternaries: locking(`const x = ${nested('a?b:', 'c', '')};`),
  'member chains': locking(`const x = a${'.b'.repeat(DEEP)};`),
  'call chains': locking(`a${'.b()'.repeat(DEEP)};`),
  calls: locking(`${nested('f(', '', ')')};`),
  'nested functions': locking(`const x = ${nested('() => ', '1', '')};`),
  'else-if': locking(`${'if (a) b(); else '.repeat(DEEP)} c();`),
  blocks: locking(nested('{', '', '}')),
  operators: locking(`const x = ${'1 + '.repeat(DEEP)} 1;`),
  unary: locking(`const x = ${'!'.repeat(DEEP)}a;`),
  awaits: locking(`${'await '.repeat(DEEP)}a;`),
  types: locking(`let x: ${nested('Array<', 'string', '>')};`),
  JSX: locking('') + `export const view = ${nested('<a>', '', '</a>')};`,
  'template literals': locking(`const x = ${nested('`${', '1', '}`')};`),
  sections: locking(nested('await mutex.runExclusive(async () => {', '', '});', 2000)),
};

/** Much of something, on one level: all of it is read. */
export const broad: Readonly<Record<string, string>> = {
  'five megabytes':
    locking('') +
    Array.from({ length: 5000 }, (_, at) => `export const word${at} = '${'words for a lock '.repeat(60)}';\n`).join(''),
  'computed members': locking(
    Array.from({ length: 3000 }, (_, at) => `t[t[${at}] ^ k[t.a[${at}]]](t["\\x61" + ${at}]);`).join('\n  '),
  ),
  'branches one after the other': locking(
    Array.from({ length: 400 }, (_, at) => `if (await f(${at})) { x${at % 7} = ${at}; }`).join('\n  '),
  ),
  'loops in loops': locking(nested('for (const a of b) { await f(a);', 'g();', '}', 40)),
  'try in try': locking(nested('try { await f();', 'g();', '} catch { h(); } finally { i(); }', 40)),
  'functions that call each other': Array.from(
    { length: 400 },
    (_, at) =>
      `export async function f${at}() { await f${(at + 1) % 400}(); await f${(at * 7) % 400}(); await lock.acquire(); }`,
  ).join('\n'),
  'a wrapper that wraps itself': `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export async function withLock<T>(task: () => Promise<T>, depth = 3): Promise<T> {
  if (depth > 0) return withLock(() => withLock(task, depth - 1), depth - 1);
  return mutex.runExclusive(() => withLock(task, depth - 2));
}
export const twice = () => withLock(() => withLock(twice));
export const a = () => b(a);
export const b = (c: () => unknown): unknown => withLock(async () => b(() => c()));
`,
  'a class that is its own super class': `import { Mutex } from 'async-mutex';
class A extends B { lock = new Mutex(); async f() { await super.f(); await this.lock.acquire(); } }
class B extends A { async f() { await super.f(); await this.lock.acquire(); } }
`,
  'constants of each other': `const lock = mutex; const mutex = key; const key = lock;
export async function f() { const release = await lock.acquire(); release(); await { ...lock }[key]?.acquire(); }
`,
  'types of each other': `type Lock = Array<Gate>; type Gate = Map<string, Lock>; interface Mutex extends Mutex { lock: Mutex }
export async function f(lock: Lock, mutex: Mutex): Promise<Lock> { await lock[0]!.get('a')![0]!.get('b'); await mutex.lock.lock; return f(lock, mutex); }
`,
};

/** Syntax that came late, or that only TypeScript or React have. */
export const modern: Readonly<Record<string, readonly [path: string, text: string]>> = {
  'decorators and accessors': [
    'a.ts',
    `import { Mutex } from 'async-mutex';
@sealed class Store<const T extends readonly unknown[] = []> { @inject() accessor #mutex = new Mutex(); static { this.count = 0; } static count: number;
  constructor(@Inject(T) private readonly lock?: Mutex) {} @log() async save(@param value: T): Promise<void> { await using _ = await this.open(value); await this.lock?.runExclusive(() => value); } }`,
  ],
  'using, import attributes, regular expressions and labels': [
    'a.ts',
    `import data from './lock.json' with { type: 'json' }; import defer * as later from './x.js'; import { type A } from 'x';
export async function f() { outer: for await (using lock of locks()) { await using other = lock.acquire(), third = data; if (/[\\p{L}--[a-z]]/v.test(String(other))) continue outer; else break outer; } }`,
  ],
  'satisfies, enums, namespaces, overloads and assertions': [
    'a.ts',
    `export const enum Lock { A = 1 << 2, B = \`b\`.length } declare module 'lock' { export = x; } namespace N.M { export import y = z.w; }
function f(lock: string): asserts lock is 'a'; function f(lock: unknown): void { return <any>(lock as unknown satisfies unknown)!; } abstract class C { abstract lock(): this; declare x: number; [key: string]: any; }
export type T = typeof import('./lock', { with: { 'resolution-mode': 'import' } }); let u: unique symbol, t: [a?: string, ...b: number[]]; export = f;`,
  ],
  'JSX with generics and spreads': [
    'a.tsx',
    `export const Lock = <T,>({ lock, ...rest }: Props<T>) => <><A.B {...rest} onClick={async () => { const release = await lock.acquire(); release(); }}>{...rest.children}{/* lock */}</A.B><svg:a xlink:href="x" /></>;`,
  ],
  'private names, optional calls and assignments': [
    'a.js',
    `export class Lock { #a; static async *#b() { yield* await this.#a?.[0]?.(); } has(x) { return #a in x; } async f() { this.#a ??= await new.target; this.#a &&= import.meta.url; await import('./lock.js'); a.b\`c\`; ({ a: [this.#a = 1, ...b], ...c } = d); } }`,
  ],
  'CommonJS and old habits': [
    'a.cjs',
    `var Lock = require('async-lock'), lock = new Lock(); exports.f = function f(a, a2) { with_: { var x = function* () { arguments.length; }; lock.acquire('k', function (done) { done(); }, function () {}); } return 010 + void 0; }; module.exports = Object.assign(exports, { get lock() { return lock; }, set lock(v) { delete exports.lock; } });`,
  ],
};

/** Files of each other: imports, re-exports and helpers that go round in a circle. */
export const circles: Readonly<Record<string, string>> = {
  'a.ts': `export * from './b'; export * from './c'; export { lock } from './b'; import { locked } from './c'; export const again = () => locked(again);`,
  'b.ts': `export * from './a'; export { lock } from './c'; export { lock as mutex } from './a'; export { default } from './b';`,
  'c.ts': `export * from './a'; export { lock } from './a'; import * as a from './a'; export const locked = async (task: () => unknown) => { const release = await a.lock.acquire(); await a.again(); await a.mutex.runExclusive(task); release(); }; export default a;`,
  'd.ts': `import { mutex, again, locked } from './a'; import self, * as d from './d'; export { self as default }; export class Lock extends d.Lock { async f() { await mutex.acquire(); await again(); await locked(() => this.f()); } }`,
};
