// Programs that nobody writes by hand, and that generators, minifiers and attackers do: one table for every host that reads code.
// Each is to end in bounded time, with what was found or a line that says what could not be read, and never take its host down.

import { growing } from './growing.mjs';

/** Deeper than the stack of any parser, and as deep as most parsers go and our own reading may not. */
const DEPTHS = [10_000, 600];

const locking = (body) => `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export async function hold(): Promise<void> {
  const release = await mutex.acquire();
  ${body}
  release();
}
`;

const nested = (open, inner, close, depth) => open.repeat(depth) + inner + close.repeat(depth);

/** Of the growing programs those that took minutes once, as much of each as takes a moment now. */
const grown = [
  'network waits under one lock of a class',
  'unreleased locks',
  're-entrant calls in a chain',
  'guarded places',
  'locks in one class',
  'sections one after the other in one function',
].map((name) => ({ name: `much: ${name}`, files: { 'grown.ts': growing[name](200) } }));

/** Nested deeper than some stack: the file is a problem of its own, and no more. */
const nestings = (depth) => ({
  parentheses: locking(`const x = ${nested('(', '1', ')', depth)};`),
  arrays: locking(`const x = ${nested('[', '', ']', depth)};`),
  objects: locking(`const x = ${nested('{a:', '1', '}', depth)};`),
  ternaries: locking(`const x = ${nested('a?b:', 'c', '', depth)};`),
  'member chains': locking(`const x = a${'.b'.repeat(depth)};`),
  'call chains': locking(`a${'.b()'.repeat(depth)};`),
  calls: locking(`${nested('f(', '', ')', depth)};`),
  'nested functions': locking(`const x = ${nested('() => ', '1', '', depth)};`),
  'else-if': locking(`${'if (a) b(); else '.repeat(depth)} c();`),
  blocks: locking(nested('{', '', '}', depth)),
  operators: locking(`const x = ${'1 + '.repeat(depth)} 1;`),
  unary: locking(`const x = ${'!'.repeat(depth)}a;`),
  awaits: locking(`${'await '.repeat(depth)}a;`),
  types: locking(`let x: ${nested('Array<', 'string', '>', depth)};`),
  JSX: locking('') + `export const view = ${nested('<a>', '', '</a>', depth)};`,
  'template literals': locking(`const x = ${nested('`${', '1', '}`', depth)};`),
  sections: locking(nested('await mutex.runExclusive(async () => {', '', '});', depth / 5)),
});

/** Much of something, on one level: all of it is read. */
const broad = {
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
  'findings on one lock, of one variable': `import { Mutex } from 'async-mutex';
var m = new Mutex();
${'var x=m;x.acquire();\n'.repeat(4000)}`,
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
const modern = {
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
export const circles = {
  'a.ts': `export * from './b'; export * from './c'; export { lock } from './b'; import { locked } from './c'; export const again = () => locked(again);`,
  'b.ts': `export * from './a'; export { lock } from './c'; export { lock as mutex } from './a'; export { default } from './b';`,
  'c.ts': `export * from './a'; export { lock } from './a'; import * as a from './a'; export const locked = async (task: () => unknown) => { const release = await a.lock.acquire(); await a.again(); await a.mutex.runExclusive(task); release(); }; export default a;`,
  'd.ts': `import { mutex, again, locked } from './a'; import self, * as d from './d'; export { self as default }; export class Lock extends d.Lock { async f() { await mutex.acquire(); await again(); await locked(() => this.f()); } }`,
};

/** What an import leads to, and cannot be read. The importing file is read all the same. */
const unreadable = {
  'a module that does not parse': { 'main.ts': importing('./other'), 'other.ts': 'export const lock = ((;' },
  'a module that is not text': { 'main.ts': importing('./other'), 'other.ts': 'export const lock\0 = \u0001' },
  'a module that is a folder of its name': { 'main.ts': importing('./other'), 'other.ts/index.js': 'export {};' },
  'a module that is not there': { 'main.ts': importing('./other') },
};

function importing(module) {
  return `import { Mutex } from 'async-mutex'; import { lock } from '${module}'; import * as all from '${module}'; export * from '${module}';
const mutex = new Mutex(); declare function work(): Promise<void>;
export async function f() { const release = await mutex.acquire(); await all.work(lock); await work(); release(); }
`;
}

/** @type {readonly import('./inputs.mjs').HostileInput[]} */
export const inputs = [
  ...DEPTHS.flatMap((depth) =>
    Object.entries(nestings(depth)).map(([name, text]) => ({
      name: `${depth} deep: ${name}`,
      files: { 'deep.tsx': text },
      mayBeRefused: true,
    })),
  ),
  ...Object.entries(broad).map(([name, text]) => ({ name: `much: ${name}`, files: { 'broad.ts': text } })),
  ...grown,
  ...Object.entries(modern).map(([name, [path, text]]) => ({ name: `syntax: ${name}`, files: { [path]: text } })),
  ...Object.entries(unreadable).map(([name, files]) => ({ name: `unreadable: ${name}`, files, main: 'main.ts' })),
  { name: 'files in a circle', files: circles },
];
