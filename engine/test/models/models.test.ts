import { describe, expect, it } from 'vitest';
import { builtInModels } from '../../src/models/index.js';
import { LockWords, namesLock } from '../../src/models/words.js';
import { callbackTiming, neverThrows } from '../../src/models/callbacks.js';
import { waitKind } from '../../src/models/waits.js';
import type { LockModel } from '../../src/models/model.js';

const model = (module: string, name: string): LockModel =>
  builtInModels.find((candidate) => candidate.modules.includes(module) && candidate.export === name)!;

describe('words of locks', () => {
  const words = new LockWords(builtInModels);

  it.each([
    'lock.acquire()',
    'this.#unlock()',
    'class KVLock {}',
    'await fileMutex.run()',
    'locks[name]!.take()',
    'both(this.mutex, other)',
    'function guarded(lock) { return enter(lock); }',
    'type LockFunction = <R>(name: string, work: () => Promise<R>) => Promise<R>',
    '/** @guardedBy mutex */',
    'isLocked = true; return (this.before = new Promise(settle))',
    'lock\n  ?.acquireRead()',
    "require('redlock')",
    'this.tail = this.tail.then(job)',
    'q =\n  q.then(job)',
    'chains[key] = chains[key]!.then(job)',
  ])('are in %s', (text) => expect(words.in(text)).toBe(true));

  it.each([
    'block',
    'the clock of a flock',
    'release notes',
    'const MAX_LOCKS = 1',
    'return isScrollLocked(state) && state.scrollLock === true',
    'if (block) clock(this.flock, one)',
    'p.then(job)',
    'pending',
    "import { Effect } from 'effect'",
  ])('are not in %s', (text) => expect(words.in(text)).toBe(false));

  it('are what makes a class look like a lock', () => {
    expect(['RWLock', 'AsyncLock', 'lock_table', 'Unlocker'].filter(namesLock)).toHaveLength(4);
    expect(['Blocker', 'Clock', 'Queue'].filter(namesLock)).toEqual([]);
  });
});

describe('the models of libraries', () => {
  it('name each export of each module once', () => {
    const keys = builtInModels.flatMap(({ modules, export: name }) =>
      (modules.length > 0 ? modules : ['']).map((module) => `${module} ${name}`),
    );
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it('cover every library that is documented as known', () => {
    const libraries = [
      'p-limit p-queue async-mutex async-lock async-sema mutexify redlock @livekit/mutex semaphore await-lock redis-semaphore await-semaphore',
      'semaphore-async-await async-await-mutex-lock @rocicorp/lock @matrixai/async-locks mortice @sapphire/async-queue proper-lockfile rwlock',
      'async-rwlock browser-tabs-lock es-toolkit @hazae41/mutex @shopify/semaphore navigator.locks effect @lockwise/runtime',
    ].flatMap((line) => line.split(' '));
    const known = new Set(
      builtInModels.flatMap(({ modules, export: name }) => (modules.length > 0 ? modules : [name])),
    );
    expect(libraries.filter((library) => !known.has(library))).toEqual([]);
  });

  it('leave a word in every file that uses one of them', () => {
    const words = new LockWords(builtInModels);
    for (const { modules, export: name } of builtInModels)
      for (const module of modules) {
        const specifier = module.replace('*', '../..');
        const imported = name === '*' || name === 'default' ? `x` : `{ ${name.split('.')[0]} }`;
        const text = `import ${imported} from "${specifier}"; new ${name.includes('.') ? name : 'X'}();`;
        expect(words.in(text), text).toBe(true);
      }
    expect(words.in('navigator.locks')).toBe(true);
  });

  it('give every lock a way in, and every way in a way out', () => {
    for (const { name, methods, releasedBy, made } of builtInModels) {
      const all = Object.values(methods);
      const acquires = all.filter((method) => method.does === 'acquire' || method.does === 'try-acquire');
      expect(acquires.length + all.filter((method) => method.does === 'section').length, name).toBeGreaterThan(0);
      if (acquires.some((method) => method.gives === 'nothing'))
        expect(
          all.some((method) => method.does === 'release'),
          name,
        ).toBe(true);
      if (acquires.some((method) => method.gives === 'guard')) expect(releasedBy?.length, name).toBeGreaterThan(0);
      expect(made === 'function' ? Object.keys(methods) : [''], name).toEqual(['']);
    }
  });

  it('tell the positions that the fixes depend on', () => {
    expect(model('async-lock', 'default').methods['acquire']).toEqual({
      does: 'section',
      callback: 1,
      keyArg: 0,
      list: 'keys',
      doneFrom: 1,
    });
    expect(model('async-mutex', 'Semaphore').methods['acquire']).toMatchObject({ gives: 'pair', releaserAt: 1 });
    expect(model('@matrixai/async-locks', 'Lock').methods['lock']).toMatchObject({
      gives: 'pair',
      releaserAt: 0,
      deferred: true,
    });
    expect(model('async-mutex', 'Mutex')).toMatchObject({ enqueue: 'sync', start: 'async' });
    expect(model('async-lock', 'default')).toMatchObject({ enqueue: 'sync', start: 'sync' });
  });

  it('keep locks that other agents share apart from those that may be removed', () => {
    const wide = builtInModels.filter(({ scope }) => scope !== 'agent').flatMap(({ modules }) => modules);
    expect([...new Set(wide)].sort()).toEqual([
      'browser-tabs-lock',
      'mortice',
      'node:worker_threads',
      'proper-lockfile',
      'redis-semaphore',
      'redlock',
      'worker_threads',
    ]);
  });
});

describe('the well-known callees', () => {
  it('tell when a callback runs', () => {
    expect(['.forEach', 'Promise', 'Array.from'].map(callbackTiming)).toEqual(['now', 'now', 'now']);
    expect(['setTimeout', '.on', '.addEventListener', '.push'].map(callbackTiming)).toEqual(Array(4).fill('later'));
    expect(['.then', '.finally'].map(callbackTiming)).toEqual(Array(2).fill('before-result'));
    expect(callbackTiming('.ownMethod')).toBeUndefined();
  });

  it('tell what cannot throw', () => {
    for (const callee of ['console.error', 'clearTimeout', 'Date.now', 'Math.max', 'this.logger.error', 'log.info'])
      expect(neverThrows(callee), callee).toBe(true);
    for (const callee of ['JSON.parse', 'fetch', 'this.catalog.load', 'login', 'blog.post'])
      expect(neverThrows(callee), callee).toBe(false);
  });

  it('tell what awaiting them waits for', () => {
    const kinds = {
      fetch: 'network',
      'axios#default.get': 'network',
      'undici#request': 'network',
      'node:https#get': 'network',
      'fs/promises#readFile': 'storage',
      'node:fs#promises.readFile': 'storage',
      'localforage#default.setItem': 'storage',
      'timers/promises#setTimeout': 'timer',
      sleep: 'timer',
      'this.delay': 'timer',
      'events#once': 'event',
      '.showOpenDialog': 'user',
      confirm: 'user',
    };
    for (const [callee, kind] of Object.entries(kinds)) expect(waitKind(callee), callee).toBe(kind);
    for (const callee of [
      'prefetchAll',
      'this.load',
      'sleepless',
      'lib#fetchAll',
      'fs#rmSync',
      'child_process#execSync',
    ])
      expect(waitKind(callee), callee).toBeUndefined();
  });
});
