// Programs that have as much of something as one asks for: reading twice as much is to take about twice the time.

const many = (count, one, separator = '\n') => Array.from({ length: count }, (_, at) => one(at)).join(separator);

const MUTEX = `import { Mutex, Semaphore } from 'async-mutex';\n`;
const WORK = `declare function work(at: number): Promise<number>;\n`;

/** The methods of a class that has one lock. */
const ofOneLock = (count, method, fields = '') => `${MUTEX}${WORK}export class Store {
  private readonly mutex = new Mutex(); private count = 0; private readonly items = new Map<string, number>(); ${fields}
${many(count, method)}
}
`;

const scoped = (at, body) => `  async f${at}() { await this.mutex.runExclusive(async () => { ${body} }); }`;
const manual = (at, body) =>
  `  async f${at}() { const release = await this.mutex.acquire(); try { ${body} } finally { release(); } }`;

/** A function that takes a lock of the module around statements. */
const inOneFunction = (body) => `${MUTEX}${WORK}const mutex = new Mutex(); let total = 0;
export async function all(list: number[]) { const release = await mutex.acquire(); try {
${body}
  } finally { release(); } }
`;

/**
 * Much of one thing, by name: the text of a file, or texts by path, and what a configuration has to say.
 *
 * @type {Readonly<Record<string, import('./growing.mjs').Growing>>}
 */
export const growing = {
  'network waits under one lock of a class': (n) => ofOneLock(n, (at) => scoped(at, `await fetch('/${at}');`)),
  'polls under one lock of a class': (n) =>
    ofOneLock(
      n,
      (at) => scoped(at, `await this.waitFor${at % 9}(); this.count++;`),
      many(
        9,
        (at) => `
  async waitFor${at}() { while (this.count < ${at}) { await new Promise((done) => setTimeout(done, 9)); } }`,
      ),
    ),
  'network waits around changes of one field': (n) =>
    ofOneLock(n, (at) =>
      manual(at, `const a = this.count; const b = await fetch('/${at}'); this.count = a + b.status;`),
    ),
  'unreleased locks': (n) =>
    ofOneLock(
      n,
      (at) => `  async f${at}() { const release = await this.mutex.acquire(); await work(${at}); release(); }`,
    ),
  'locks never released': (n) =>
    ofOneLock(n, (at) => `  async f${at}() { await this.mutex.acquire(); await work(${at}); }`),
  're-entrant calls of one method': (n) =>
    ofOneLock(n, (at) => scoped(at, `await this.g();`), `async g() { await this.mutex.runExclusive(() => work(0)); }`),
  're-entrant calls in a chain': (n) => ofOneLock(n, (at) => scoped(at, `await this.f${at + 1}();`)),
  'guarded places': (n) =>
    ofOneLock(
      n,
      (at) => manual(at, `this.count = (await work(this.count)) + ${at};`) + `\n  get g${at}() { return this.count; }`,
    ),
  'guarded places and places without the lock': (n) =>
    ofOneLock(
      n,
      (at) =>
        `${scoped(at, `this.items.set('${at}', await work(${at}));`)}\n  g${at}() { this.items.delete('${at}'); }`,
    ),
  'holds leaked in one function': (n) =>
    `${MUTEX}${WORK}const mutex = new Mutex();\nexport async function all() {\n${many(n, (at) => `  await mutex.acquire(); await work(${at});`)}\n}\n`,
  'holds of many locks leaked in one function': (n) =>
    `${MUTEX}${WORK}${many(n, (at) => `const mutex${at} = new Mutex();`)}\nexport async function all() {\n${many(n, (at) => `  await mutex${at}.acquire();`)}\n}\n`,
  'sections one after the other in one function': (n) =>
    `${MUTEX}${WORK}const mutex = new Mutex(); let total = 0;\nexport async function all() {\n${many(n, (at) => `  { const release${at} = await mutex.acquire(); try { total += await work(${at}); } finally { release${at}(); } }`)}\n}\n`,
  'callback sections one after the other in one function': (n) =>
    `${MUTEX}${WORK}const mutex = new Mutex(); let total = 0;\nexport async function all() {\n${many(n, (at) => `  await mutex.runExclusive(async () => { total += await work(${at}); });`)}\n}\n`,
  'decorated methods': (n) => ({
    files: {
      'a.ts': `import { Synchronized } from './synchronized';\nexport class Store { private count = 0;\n${many(n, (at) => `  @Synchronized() async f${at}() { this.count++; }`)}\n}\n`,
    },
    decorators: [{ name: 'Synchronized' }],
  }),
  'decorated methods that wait and call each other': (n) => ({
    files: {
      'a.ts': `import { Synchronized } from './synchronized';\nexport class Store { private count = 0;\n${many(n, (at) => `  @Synchronized() async f${at}() { await fetch('/${at}'); this.count++; await this.f${at + 1}(); }`)}\n}\n`,
    },
    decorators: [{ name: 'Synchronized' }],
  }),
  'locks in one class': (n) =>
    `${MUTEX}${WORK}export class Store {\n${many(n, (at) => `  private readonly mutex${at} = new Mutex(); private count${at} = 0;\n  async f${at}() { await this.mutex${at}.runExclusive(async () => { this.count${at} = await work(this.count${at}); }); }`)}\n}\n`,
  classes: (n) =>
    `${MUTEX}${WORK}${many(n, (at) => `export class Store${at} { private mutex = new Mutex(); private count = 0; async f() { const release = await this.mutex.acquire(); this.count = await work(this.count); release(); } }`)}\n`,
  'classes that extend each other': (n) =>
    `${MUTEX}${WORK}export class Store0 { protected mutex = new Mutex(); protected count = 0; }\n${many(n, (at) => `export class Store${at + 1} extends Store${at} { async f${at}() { const release = await this.mutex.acquire(); this.count = await work(this.count); release(); } }`)}\n`,
  'classes that extend one': (n) =>
    `${MUTEX}${WORK}export class Store { protected mutex = new Mutex(); protected count = 0; }\n${many(n, (at) => `export class Store${at} extends Store { async f() { await this.mutex.runExclusive(async () => { await fetch('/'); this.count++; }); } }`)}\n`,
  'callers of one helper that takes the lock': (n) =>
    ofOneLock(
      n,
      (at) => `  async f${at}() { const release = await this.lock(); this.count = await work(this.count); release(); }`,
      `private async lock() { return this.mutex.acquire(); }`,
    ),
  'callers of one helper under the lock': (n) =>
    ofOneLock(
      n,
      (at) => scoped(at, `await this.change(${at});`),
      `private async change(at: number) { this.count = await work(this.count + at); }`,
    ),
  fields: (n) =>
    ofOneLock(
      n,
      (at) =>
        scoped(at, `this.field${at} = await work(this.field${at});`) + `\n  get g${at}() { return this.field${at}; }`,
      many(n, (at) => `private field${at} = 0;`),
    ),
  'fields in one section': (n) =>
    `${MUTEX}${WORK}export class Store { private mutex = new Mutex();\n${many(n, (at) => `  private field${at} = 0;`)}\n  async all() { const release = await this.mutex.acquire(); try {\n${many(n, (at) => `    this.field${at} = await work(this.field${at});`)}\n  } finally { release(); } }\n}\n`,
  'wrappers in a chain': (n) =>
    `${MUTEX}${WORK}const mutex = new Mutex();\nexport async function with0<T>(task: () => Promise<T>): Promise<T> { return mutex.runExclusive(task); }\n${many(n, (at) => `export async function with${at + 1}<T>(task: () => Promise<T>): Promise<T> { return with${at}(task); }`)}\n${many(n, (at) => `export const f${at} = () => with${at}(async () => { await fetch('/'); });`)}\n`,
  'helpers in a chain under the lock': (n) =>
    `${MUTEX}${WORK}const mutex = new Mutex(); let total = 0;\n${many(n, (at) => `async function step${at}() { total += ${at}; await step${at + 1}(); }`)}\nasync function step${n}() { await fetch('/'); }\n${many(n, (at) => `export const f${at} = () => mutex.runExclusive(() => step${at}());`)}\n`,
  'branches in one section': (n) =>
    inOneFunction(many(n, (at) => `  if (total > ${at}) { total = await work(${at}); } else { total += ${at}; }`)),
  'flags in one section': (n) =>
    inOneFunction(
      `${many(n, (at) => `  let flag${at} = list[${at}] > 0;`)}\n${many(n, (at) => `  if (flag${at}) { flag${at} = await work(${at}) > 0; }`)}`,
    ),
  'try and finally one after the other': (n) =>
    inOneFunction(many(n, (at) => `  try { await work(${at}); } catch { total += ${at}; } finally { total--; }`)),
  'loops one after the other': (n) =>
    inOneFunction(many(n, (at) => `  for (const one of list) { total += await work(one + ${at}); }`)),
  'conditional releases': (n) =>
    `${MUTEX}${WORK}const mutex = new Mutex();\nexport async function all(a: number) { const release = await mutex.acquire();\n${many(n, (at) => `  if (a === ${at}) { release(); return work(${at}); }`)}\n  release(); }\n`,
  'cases of a switch': (n) =>
    inOneFunction(`  switch (list[0]) {\n${many(n, (at) => `    case ${at}: total = await work(total); break;`)}\n  }`),
  'cases of a switch that fall through': (n) =>
    inOneFunction(`  switch (list[0]) {\n${many(n, (at) => `    case ${at}: total = await work(total);`)}\n  }`),
  'callbacks of arrays': (n) =>
    inOneFunction(
      many(n, (at) => `  await Promise.all(list.map(async (one) => { total += await work(one + ${at}); }));`),
    ),
  'edges of lock order': (n) =>
    `${MUTEX}${WORK}${many(n, (at) => `const mutex${at} = new Mutex();`)}\n${many(n, (at) => `export async function f${at}() { await mutex${at}.runExclusive(() => mutex${(at + 1) % n}.runExclusive(() => work(${at}))); }`)}\n`,
  'edges of lock order of few locks': (n) =>
    `${MUTEX}${WORK}${many(40, (at) => `const mutex${at} = new Mutex();`)}\n${many(n, (at) => `export async function f${at}() { await mutex${at % 40}.runExclusive(() => mutex${(at * 7 + 3) % 40}.runExclusive(() => work(${at}))); }`)}\n`,
  'locks on top of each other': (n) =>
    `${MUTEX}${WORK}${many(n, (at) => `const mutex${at} = new Mutex();`)}\n${many(n, (at) => `export async function f${at}() { await mutex${at}.runExclusive(() => f${at + 1}()); }`)}\nasync function f${n}() {}\n`,
  're-exports in a chain': (n) => ({
    files: {
      'm0.ts': `${MUTEX}export const mutex = new Mutex();\n`,
      ...Object.fromEntries(
        Array.from({ length: n }, (_, at) => [
          `m${at + 1}.ts`,
          `export * from './m${at}';\nexport { mutex as mutex${at} } from './m${at}';\n`,
        ]),
      ),
      'a.ts': `import { mutex } from './m${n}';\n${many(n, (at) => `export const f${at} = () => mutex.runExclusive(() => fetch('/${at}'));`)}\n`,
    },
  }),
  're-exports of many modules': (n) => ({
    files: {
      ...Object.fromEntries(
        Array.from({ length: n }, (_, at) => [`m${at}.ts`, `${MUTEX}export const mutex${at} = new Mutex();\n`]),
      ),
      'all.ts': many(n, (at) => `export * from './m${at}';`),
      'a.ts': `import { ${many(n, (at) => `mutex${at}`, ', ')} } from './all';\n${many(n, (at) => `export const f${at} = () => mutex${at}.runExclusive(() => fetch('/${at}'));`)}\n`,
    },
  }),
  'importers of one module': (n) => ({
    files: {
      'm.ts': `${MUTEX}export const mutex = new Mutex();\nexport const locked = <T>(task: () => Promise<T>) => mutex.runExclusive(task);\n`,
      ...Object.fromEntries(
        Array.from({ length: n }, (_, at) => [
          `f${at}.ts`,
          `import { locked, mutex } from './m';\nexport const f${at} = () => locked(() => fetch('/${at}')); export const g${at} = async () => { const release = await mutex.acquire(); await f${at}(); release(); };\n`,
        ]),
      ),
    },
  }),
  'promise chains that are added to': (n) =>
    `${WORK}export class Queue { private queue = Promise.resolve(); private count = 0;\n${many(n, (at) => `  f${at}() { this.queue = this.queue.then(async () => { this.count = await work(this.count + ${at}); }); return this.queue; }`)}\n}\n`,
  'promise chains': (n) =>
    `${WORK}export class Queue {\n${many(n, (at) => `  private queue${at} = Promise.resolve(); f${at}() { this.queue${at} = this.queue${at}.then(async () => { await work(${at}); }); return this.queue${at}; }`)}\n}\n`,
  counters: (n) =>
    `${MUTEX}export class Counters {\n${many(n, (at) => `  private mutex${at} = new Mutex(); private count${at} = 0; async f${at}() { await this.mutex${at}.runExclusive(() => { this.count${at}++; }); }`)}\n}\n`,
  'counters of one lock': (n) => ofOneLock(n, (at) => scoped(at, `this.count++;`)),
  'keyed locks': (n) =>
    `${MUTEX}${WORK}export class Store {\n${many(n, (at) => `  private locks${at} = new Map<string, Mutex>(); async f${at}(key: string) { let lock = this.locks${at}.get(key); if (!lock) { lock = new Mutex(); this.locks${at}.set(key, lock); } await lock.runExclusive(() => work(${at})); }`)}\n}\n`,
  'places of one keyed lock': (n) =>
    `${MUTEX}${WORK}export class Store { private locks = new Map<string, Mutex>();\n  private lockOf(key: string) { let lock = this.locks.get(key); if (!lock) { lock = new Mutex(); this.locks.set(key, lock); } return lock; }\n${many(n, (at) => `  async f${at}(key: string) { await this.lockOf(key).runExclusive(() => work(${at})); }`)}\n}\n`,
  'comments that silence': (n) =>
    ofOneLock(n, (at) => `  // lockwise-disable-next-line\n${scoped(at, `await fetch('/${at}');`)}`),
  'races without a lock': (n) =>
    `${WORK}export class Store { private count = 0;\n${many(n, (at) => `  async f${at}() { const a = this.count; this.count = a + await work(${at}); }`)}\n}\n`,
  'races in one function': (n) =>
    `${WORK}export class Store { private count = 0; private items = new Map<number, number>();\n  async all() {\n${many(n, (at) => `    if (!this.items.has(${at})) { this.items.set(${at}, await work(this.count)); }`)}\n  }\n}\n`,
  'initialisations once': (n) =>
    `${WORK}export class Store {\n${many(n, (at) => `  private value${at}?: number; async f${at}() { if (this.value${at} === undefined) { this.value${at} = await work(${at}); } return this.value${at}; }`)}\n}\n`,
  'optional locks': (n) =>
    `${MUTEX}${WORK}export class Store { private mutex?: Mutex;\n${many(n, (at) => `  async f${at}() { if (!this.mutex) this.mutex = new Mutex(); await this.mutex.runExclusive(() => work(${at})); }`)}\n}\n`,
  'locks made in functions': (n) =>
    `${MUTEX}${WORK}${many(n, (at) => `export async function f${at}() { const mutex = new Mutex(); await mutex.runExclusive(() => work(${at})); }`)}\n`,
  'splits of one section': (n) =>
    ofOneLock(
      n,
      (at) =>
        `  async f${at}() { const a = await this.mutex.runExclusive(async () => this.count); await work(a); await this.mutex.runExclusive(async () => { this.count = a + 1; }); }`,
    ),
  'listeners called under the lock': (n) =>
    ofOneLock(
      n,
      (at) => scoped(at, `for (const listener of this.listeners) await listener(${at});`),
      `private listeners: ((at: number) => Promise<void>)[] = []; onChange(listener: (at: number) => Promise<void>) { this.listeners.push(listener); }`,
    ),
  'delays under the lock': (n) =>
    ofOneLock(n, (at) => scoped(at, `await new Promise((done) => setTimeout(done, ${at}));`)),
  'tries until it is there': (n) =>
    ofOneLock(n, (at) =>
      scoped(
        at,
        `for (let i = 0; i < 5; i++) { try { await fetch('/${at}'); break; } catch { await new Promise((done) => setTimeout(done, 9)); } }`,
      ),
    ),
  'work nobody waits for under the lock': (n) =>
    ofOneLock(n, (at) => scoped(at, `void work(${at}); work(${at}).then(() => { this.count++; });`)),
  'flags as locks': (n) =>
    `${WORK}export class Store {\n${many(n, (at) => `  private busy${at} = false; async f${at}() { if (this.busy${at}) return; this.busy${at} = true; try { await work(${at}); } finally { this.busy${at} = false; } }`)}\n}\n`,
  'semaphores of nothing': (n) =>
    `${MUTEX}${WORK}${many(n, (at) => `const slots${at} = new Semaphore(${at % 3}); export const f${at} = () => slots${at}.runExclusive(() => work(${at}));`)}\n`,
  'aliases of one lock': (n) =>
    `${MUTEX}${WORK}const mutex0 = new Mutex();\n${many(n, (at) => `const mutex${at + 1} = mutex${at};`)}\n${many(n, (at) => `export const f${at} = () => mutex${at}.runExclusive(() => work(${at}));`)}\n`,
  'functions that call all others': (n) =>
    `${MUTEX}${WORK}const mutex = new Mutex();\n${many(n, (at) => `export async function f${at}() { ${many(12, (k) => `await f${(at * 13 + k * 7) % n}();`, ' ')} await mutex.runExclusive(() => work(${at})); }`)}\n`,
  'calls of one object': (n) =>
    inOneFunction(`${many(n, (at) => `  const a${at} = await client.get('/${at}'); await client.put(a${at});`)}`),
  'names in one object': (n) =>
    inOneFunction(`  const all = { ${many(n, (at) => `a${at}: await work(${at})`, ', ')} }; total = all.a0;`),
};
