import { describe, expect, it } from 'vitest';
import { findings, type Sample } from '../checks/check-rule.js';

const DECLARED = 'declare function load(id: string): Promise<string[]>;';

const MUTEX = `import { Mutex } from 'async-mutex';
export const makeMutex = () => { const mutex = new Mutex(); return { run<T>(work: () => Promise<T>) { return mutex.runExclusive(work); } }; };
`;

/** What the tests vary: the maker of the state, its own parts, and the file that calls it and has a lock for what it gets. */
interface Parts {
  readonly save?: string;
  readonly own?: string;
  readonly returned?: string;
  readonly between?: string;
  readonly taken?: string;
  readonly maker?: string;
  readonly made?: string;
  readonly section?: string;
  readonly after?: string;
}

const UPDATE = `lock.run(async () => { const before = (await cache.get(id)) ?? []; await load(id); await cache.set(id, [...before, id]); })`;

function sample({
  save = `await cache.set(id, await load(id));`,
  own = '',
  returned = `{ cache, save }`,
  between = `import { makeStore } from './store.js'; export const makeMiddle = () => { const store = makeStore({}); return { ...store, middle: 1 }; };`,
  taken = `const { cache } = middle;`,
  maker = '() =>',
  made = `const middle = makeMiddle(); const lock = makeMutex();`,
  section = UPDATE,
  after = '',
}: Parts = {}): Sample {
  return {
    'mutex.ts': MUTEX,
    'store.ts': `import { makeMutex } from './mutex.js'; ${DECLARED}
export const makeStore = (options: { cache?: Map<string, string[]> }) => {
  const cache = options.cache || new Map<string, string[]>();
  const other = new Map<string, string[]>();
  const mutex = makeMutex();
  const save = async (id: string) => { ${save} };
  void other; void mutex;
  ${own}
  return ${returned};
};
`,
    'middle.ts': between,
    'events.ts': `import { makeMutex } from './mutex.js'; import { makeMiddle } from './middle.js'; ${DECLARED}
export const makeEvents = ${maker} {
  ${made}
  ${taken}
  const added = async (id: string) => { await ${section}; };
  return { ...middle, added };
};
${after}
`,
  };
}

const paths = (parts?: Parts) => findings('no-unguarded-access', sample(parts)).map(({ path }) => path);

describe('what a maker keeps, changed under a lock of the file that has called it', () => {
  it('is changed without the lock in the file of the maker', () => {
    const [found, ...others] = findings('no-unguarded-access', sample());
    expect(others).toEqual([]);
    expect(found).toMatchObject({ path: 'store.ts', severity: 'warn' });
    expect(found!.message).toContain('`cache` is changed without `lock.mutex`, under which `events.ts` reads it');
    expect(found!.related.map(({ path }) => path)).toEqual(['events.ts', 'events.ts']);
  });

  const told: Readonly<Record<string, Parts>> = {
    'as a member, not by a name of its own': { taken: '', section: UPDATE.replaceAll('cache', 'middle.cache') },
    'under another name': {
      returned: `{ kept: cache, save }`,
      taken: `const { kept: mine } = middle;`,
      section: UPDATE.replaceAll('cache', 'mine'),
    },
    'passed on by name': {
      between: `import { makeStore } from './store.js'; export const makeMiddle = () => { const store = makeStore({}); const { cache } = store; return { cache }; };`,
    },
    'made with a wait': {
      between: `import { makeStore } from './store.js'; export const makeMiddle = async () => { const store = makeStore({}); return { ...store }; };`,
      maker: 'async () =>',
      made: `const middle = await makeMiddle(); const lock = makeMutex();`,
    },
    'once for the whole program': {
      made: '',
      taken: '',
      section: UPDATE.replaceAll('cache', 'middle.cache'),
      after: `const middle = makeMiddle(); const lock = makeMutex();`,
    },
  };
  for (const [name, parts] of Object.entries(told))
    it(`is told ${name}`, () => expect(paths(parts)).toEqual(['store.ts']));

  it('is told where the file of the lock goes on without it', () => {
    expect(paths({ save: '', after: '', section: `(id === '' ? cache.set(id, []) : ${UPDATE})` })).toEqual([
      'events.ts',
    ]);
  });

  const silent: Readonly<Record<string, Parts>> = {
    'the lock is the maker’s, and taken in both': {
      save: `const loaded = await load(id); await mutex.run(async () => { await cache.set(id, loaded); });`,
      returned: `{ cache, mutex, save }`,
      made: `const middle = makeMiddle();`,
      taken: `const { cache, mutex: lock } = middle;`,
    },
    'the section is the only one that changes it': { save: `await load(id);` },
    'the section does not go by what it has read': {
      section: `lock.run(async () => { await load(id); await cache.set(id, []); })`,
    },
    'it runs in a section': { section: UPDATE.replace('await load(id)', 'await middle.save(id)') },
    'two calls of the maker, one for the lock': {
      made: `const middle = makeMiddle(); const another = makeMiddle(); const { mutex: lock } = another;`,
      returned: `{ cache, mutex, save }`,
    },
    'two calls of the maker of the state': {
      between: `import { makeStore } from './store.js'; export const makeMiddle = () => { const store = makeStore({}); const spare = makeStore({}); return { ...store, spare }; };`,
    },
    'the maker is called in a loop': {
      made: `const lock = makeMutex(); let all: unknown[] = []; for (const one of [1, 2]) { const middle = makeMiddle(); all.push(middle); const { cache } = middle; const add = async (id: string) => { await ${UPDATE}; }; all.push(add); } const middle = {};`,
      taken: '',
      section: 'load(id)',
    },
    'a lock for all instances': { made: `const middle = makeMiddle();`, after: `const lock = makeMutex();` },
    'a member that is written after the spread': {
      between: `import { makeStore } from './store.js'; export const makeMiddle = () => { const store = makeStore({}); return { ...store, cache: new Map<string, string[]>() }; };`,
    },
    'a member that is set afterwards': {
      between: `import { makeStore } from './store.js'; export const makeMiddle = () => { const store = makeStore({}); store.cache = new Map(); return { ...store }; };`,
    },
    'a spread of something unknown after it': {
      between: `import { makeStore } from './store.js'; export const makeMiddle = (more: object) => { const store = makeStore({}); return { ...store, ...more }; };`,
    },
    'a computed name after it': {
      between: `import { makeStore } from './store.js'; export const makeMiddle = (name: string) => { const store = makeStore({}); return { ...store, [name]: new Map() }; };`,
    },
    'a default of the pattern': {
      // A file with a word of a lock is seen in any case.
      between: `import { makeStore } from './store.js'; export const makeMiddle = () => { const store = makeStore({}); return { ...store, mutex: 1 }; };`,
      taken: `const { cache = new Map<string, string[]>() } = middle;`,
    },
    'another member under the name': { returned: `{ cache: other, save }` },
    'one of two objects': {
      between: `import { makeStore } from './store.js'; export const makeMiddle = (spare?: boolean) => { const store = makeStore({}); const { cache } = spare ? { cache: new Map<string, string[]>() } : store; return { cache, save: store.save }; };`,
    },
    'a variable of the maker that is set again': {
      own: `let kept = cache;`,
      save: `await kept.set(id, await load(id)); kept = new Map();`,
      returned: `{ cache: kept, save }`,
    },
    'another place calls the maker': {
      after: `import { makeStore } from './store.js'; export const spare = makeStore({});`,
    },
    'the maker is handed on': {
      after: `import { makeStore } from './store.js'; declare function register(make: unknown): void; register(makeStore);`,
    },
  };
  for (const [name, parts] of Object.entries(silent))
    it(`is not told: ${name}`, () => expect(paths(parts)).toEqual([]));
});

describe('what a maker updates under a lock of its own', () => {
  const store = `import { Mutex } from 'async-mutex'; ${DECLARED}
export const makeStore = () => {
  const mutex = new Mutex();
  const cache = new Map<string, string[]>();
  const add = (id: string) => mutex.runExclusive(async () => { const before = cache.get(id) ?? []; await load(id); cache.set(id, [...before, id]); });
  return { cache, mutex, add };
};`;
  const user = (body: string) =>
    findings('no-unguarded-access', {
      'store.ts': store,
      'main.ts': `import { makeStore } from './store.js'; ${DECLARED} const store = makeStore(); export const later = store.mutex; export async function f(id: string) { ${body} }`,
    });

  it('is changed without it where the maker is called', () => {
    const [found] = user(`store.cache.set(id, await load(id));`);
    expect(found).toMatchObject({ path: 'main.ts' });
    expect(found!.message).toContain('`store.cache` is changed without `mutex`, under which `store.ts` reads it');
    expect(found!.message).toContain('No automatic fix: no section of `mutex` in this file shows how to take it here');
  });

  it('is changed under it there', () => {
    expect(user(`await store.mutex.runExclusive(async () => { store.cache.set(id, await load(id)); });`)).toEqual([]);
  });

  it('is changed under the one of another instance', () => {
    const body = `const one = makeStore(); await one.mutex.runExclusive(async () => { store.cache.set(id, await load(id)); });`;
    expect(user(body).map(({ path }) => path)).toEqual(['main.ts']);
  });

  it('is changed where it is made, before anybody has it', () => {
    expect(user(`const own = makeStore(); own.cache.set(id, await load(id)); return own;`)).toEqual([]);
  });
});

describe('the lock that an object has', () => {
  const maker = `import { Mutex } from 'async-mutex'; export const makeLock = () => { const mutex = new Mutex(); return { run<T>(work: () => Promise<T>) { return mutex.runExclusive(work); } }; };`;
  const user = (body: string) => ({
    'lock.ts': maker,
    'base.ts': `import { makeLock } from './lock.js'; ${DECLARED} export const makeBase = () => { const lock = makeLock(); const save = () => lock.run(() => load('')); return { lock, save }; };`,
    'main.ts': `import { makeLock } from './lock.js'; import { makeBase } from './base.js'; ${DECLARED} ${body}`,
  });
  const reentrant = (body: string) => findings('no-reentrant-acquire', user(body)).length;

  it('is the same by a name that was taken out of it, and through a spread', () => {
    expect(
      reentrant(`const { save, lock } = makeBase(); export const f = () => lock.run(async () => { await save(); });`),
    ).toBe(0);
    expect(
      reentrant(
        `const base = makeBase(); const { save } = base; export const f = () => base.lock.run(async () => { await save(); });`,
      ),
    ).toBe(1);
    expect(
      reentrant(
        `const makeMore = () => { const base = makeBase(); return { ...base, more: 1 }; }; const more = makeMore(); export const f = () => more.lock.run(async () => { await more.save(); });`,
      ),
    ).toBe(1);
  });

  it('is another one for each object', () => {
    expect(
      reentrant(
        `const one = makeBase(); const two = makeBase(); export const f = () => one.lock.run(async () => { await two.save(); });`,
      ),
    ).toBe(0);
    expect(
      reentrant(
        `class Room { readonly lock = makeLock(); constructor(readonly next: Room) {} f() { return this.lock.run(() => this.next.lock.run(() => load(''))); } }`,
      ),
    ).toBe(0);
    expect(
      reentrant(
        `class Room { readonly lock = makeLock(); f() { return this.lock.run(() => this.lock.run(() => load(''))); } }`,
      ),
    ).toBe(1);
  });
});
