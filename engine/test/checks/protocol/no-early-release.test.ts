import { describe, it } from 'vitest';
import { expectFix, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-early-release';
const MUTEX = `import { Mutex } from 'async-mutex';
import { readFile } from 'node:fs/promises';
const mutex = new Mutex();
const cache = new Map<string, string>();
async function load(path: string) {
  cache.set(path, await readFile(path, 'utf8'));
}
`;

describe(RULE, () => {
  describe('reports', () => {
    it('a promise returned past the finally that releases', () => {
      expectReports(
        RULE,
        `${MUTEX}export async function f(path: string) {
  const release = await mutex.acquire();
  try {
    return load(path); // reports: returned without \`await\`
  } finally {
    release();
  }
}`,
      );
    });

    it('what a wrapper is given to run, where that waits', () => {
      const wrapper = (type: string, run: string, work: string) => `${MUTEX}async function locked<R>(work: ${type}) {
  const release = await mutex.acquire();
  try {
    return ${run};
  } finally {
    release();
  }
}
export const f = () => locked(${work});`;
      const mark = 'work(); // reports: returned without `await`\n    void 0';
      expectReports(RULE, wrapper('() => R', mark, "async () => { await load('a'); }"));
      expectReports(RULE, wrapper('() => Promise<R>', mark, 'undefined!'));
      expectSilent(RULE, wrapper('() => R', 'work()', "() => cache.get('a')"));
      expectSilent(RULE, wrapper('() => R', 'await work()', "async () => { await load('a'); }"));
      expectSilent(RULE, wrapper('() => R', 'work()', "() => mutex.runExclusive(() => load('a'))"));
    });

    it('a callback that drops the promise of its work', () => {
      expectReports(
        RULE,
        `${MUTEX}export const f = (path: string) => mutex.runExclusive(() => {\n  load(path); // reports: drops the promise\n});`,
      );
    });

    it('an async callback that waits for nothing', () => {
      expectReports(
        RULE,
        `${MUTEX}export const f = (path: string) => mutex.runExclusive(async () => {\n  load(path); // reports: Await it\n});`,
      );
    });

    it('under a lock function that is given, and no other function', () => {
      const client = (
        type: string,
        mark = '',
      ) => `type ${type} = <R>(name: string, work: () => Promise<R>) => Promise<R>;
export class Client {
  constructor(private readonly guard: ${type} | null) {}
  async start() { await this.guard!('session', async () => {
    this.load();${mark}
  }); }
  private async load() { await fetch('/session'); }
}`;
      expectReports(RULE, client('LockFunc', ' // reports: Await it'));
      expectSilent(RULE, client('OnLockLost'));
      expectSilent(RULE, client('ReleaseLock'));
    });

    it('a Web Locks callback that drops it', () => {
      expectReports(
        RULE,
        `${MUTEX}export const f = (path: string) => navigator.locks.request('cache', () => {\n  load(path); // reports\n});`,
      );
    });
  });

  describe('allows', () => {
    it('work that takes the lock itself, and could not run before the release', () => {
      expectSilent(
        RULE,
        `${MUTEX}async function safely(path: string) {
  await readFile(path);
  await mutex.runExclusive(() => load(path));
}
export async function f(path: string) {
  const release = await mutex.acquire();
  try {
    return safely(path);
  } finally {
    release();
  }
}`,
      );
    });

    it('a lock of another agent that is asked for as a signal, and that nobody waits for', () => {
      expectSilent(
        RULE,
        `async function close() { await fetch('/closed'); }
export function watch(name: string) {
  navigator.locks.request(name, () => { close(); });
}`,
      );
    });

    it('dropped work that takes the lock itself, and so comes after the section', () => {
      expectSilent(
        RULE,
        `${MUTEX}const safely = (path: string) => mutex.runExclusive(() => load(path));
export const f = (path: string) => mutex.runExclusive(async () => {
  safely(path);
});`,
      );
    });

    it('an async callback that waits, or says that it does not', () => {
      expectSilent(
        RULE,
        `${MUTEX}export const f = (path: string) => mutex.runExclusive(async () => { await load(path); });
export const g = (path: string) => mutex.runExclusive(async () => { void load(path); });`,
      );
    });

    it('return await, a returned promise in a callback, and synchronous work', () => {
      expectSilent(
        RULE,
        `${MUTEX}export async function f(path: string) {
  const release = await mutex.acquire();
  try {
    return await load(path);
  } finally {
    release();
  }
}
export const g = (path: string) => mutex.runExclusive(() => load(path));
export const h = (path: string) => mutex.runExclusive(() => { cache.delete(path); });
declare function parse(text: string): string;
const first = (path: string) => parse(cache.get(path) ?? '');
export async function plain(path: string) {
  const release = await mutex.acquire();
  try { return first(path); } finally { release(); }
}
export async function size() {
  const release = await mutex.acquire();
  try { return String(cache.size); } finally { release(); }
}`,
      );
    });

    it('a lock that stays held for others', () => {
      expectSilent(
        RULE,
        `${MUTEX}export class Gate {
  async take(path: string) {
    await mutex.acquire();
    return load(path);
  }
  give() { mutex.release(); }
}`,
      );
    });
  });

  describe('fixes', () => {
    it('awaits what is returned', () => {
      const before = `${MUTEX}export async function f(path: string) {
  const release = await mutex.acquire();
  try {
    return load(path);
  } finally {
    release();
  }
}
`;
      expectFix(RULE, before, before.replace('return load', 'return await load'), {
        tier: 'unsafe',
        reason: 'held until the work is done',
      });
    });

    it('returns what the callback dropped', () => {
      const before = `${MUTEX}export const f = (path: string) => mutex.runExclusive(() => {\n  load(path);\n});\n`;
      expectFix(RULE, before, before.replace('  load(path);\n}', '  return load(path);\n}'), { tier: 'unsafe' });
    });

    it('awaits in an async callback what it dropped', () => {
      const before = `${MUTEX}export const f = (path: string) => mutex.runExclusive(async () => {\n  load(path);\n});\n`;
      expectFix(RULE, before, before.replace('  load(path);\n}', '  await load(path);\n}'), { tier: 'unsafe' });
    });
  });
});
