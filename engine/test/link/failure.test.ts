import { describe, expect, it } from 'vitest';
import { findings, type Sample } from '../checks/check-rule.js';

const RULE = 'require-release';

/** What stands between the acquire and the `try` whose `finally` releases. */
const gap = (code: string, declarations = '') => `import { Mutex } from 'async-mutex';
import { readFileSync } from 'node:fs';
import { normalise } from 'somewhere';
declare const db: { run(sql: string): Promise<void>; state: string };
declare function log(error: unknown): void;
const mutex = new Mutex();
${declarations}
export async function f(text: string, given: () => Promise<void>) {
  const release = await mutex.acquire();
  ${code}
  try { await db.run('x'); } finally { release(); }
}`;

const outer = `async function outer() { await db.run('y'); }`;
const check = 'function check(text: string) { if (text === "") throw new Error("empty"); }';

describe('a failure is shown by', () => {
  const shown: Readonly<Record<string, string>> = {
    'a wait for what others do': gap(`await db.run('y');`),
    'a throw': gap(`if (text === '') throw new Error('empty');`),
    'a throw in a function of the project': gap(`check(text);`, check),
    'a throw further down': gap(`outer(text);`, `${check}\nfunction outer(text: string) { check(text); }`),
    'a function of the project whose promise rejects': gap(
      `await outer();`,
      `async function outer() { await db.run('y'); }`,
    ),
    'a failure that the handler throws on': gap(
      `await outer();`,
      `async function outer() { try { await db.run('y'); } catch (error) { log(error); throw error; } }`,
    ),
    'one promise of several': gap(`await Promise.all([Promise.resolve(1), db.run('y')]);`),
    'a promise made by hand, whose second function somebody has': gap(
      `await new Promise<void>((resolve, reject) => { setTimeout(resolve, 1); process.on('exit', reject); });`,
    ),
    'one that others may reject': gap(
      `const { promise, reject } = Promise.withResolvers<void>(); process.on('exit', reject); await promise;`,
    ),
    'a callee that is documented to throw': gap(`const at = JSON.parse(text); void at;`),
    'a constructor that is': gap(`const url = new URL(text); void url;`),
    'the form of an operation that does not wait': gap(`const content = readFileSync(text); void content;`),
  };
  for (const [name, sample] of Object.entries(shown))
    it(name, () => expect(findings(RULE, sample, 'recommended')).toHaveLength(1));
});

describe('a failure is only guessed, and told in the strict preset alone, of', () => {
  const guessed: Readonly<Record<string, string>> = {
    'a reading of what was just written': gap(`const copy = JSON.parse(JSON.stringify(text)); void copy;`),
    'a callee that nothing is known of': gap(`const path = normalise(text); void path;`),
    'the start of work that the caller supplies': gap(`const job = given(); void job;`),
    'a function of the project that calls such a one': gap(
      `outer(text);`,
      `const outer = (text: string) => normalise(text);`,
    ),
    'a handler that calls such a one': gap(
      `await outer();`,
      `async function outer() { try { await db.run('y'); } catch (error) { log(error); } }`,
    ),
    'a logger of the project, whatever it throws': gap(
      `logger.info(text);`,
      `class Logger { info(text: string) { if (text === '') throw new Error('nothing to tell'); } }\nconst logger = new Logger();`,
    ),
    'a handler that is given': gap(`await db.run('y').catch(log);`),
    'a request for a lock that nobody bounds or cancels': gap(
      `const second = await other.acquire(); second();`,
      `const other = new Mutex();`,
    ),
  };
  for (const [name, sample] of Object.entries(guessed))
    it(name, () => {
      expect(findings(RULE, sample)).not.toEqual([]);
      expect(findings(RULE, sample, 'recommended')).toEqual([]);
    });
});

describe('nothing fails in', () => {
  const never: Readonly<Record<string, Sample>> = {
    'a function of the project that catches': gap(
      `await outer();`,
      `async function outer() { try { await db.run('y'); } catch { console.error('failed'); } }`,
    ),
    'the start of an async function': gap(
      `const job = outer(); void job;`,
      `async function outer() { await db.run('y'); }`,
    ),
    'a pause': gap(
      `await sleep(5);`,
      `const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));`,
    ),
    'a promise that nobody can reject': gap(
      `const { promise, resolve } = Promise.withResolvers<void>(); setTimeout(resolve, 1); await promise;`,
    ),
    'a function of a file that has no lock, which deals with its failures': {
      'sample.ts': gap(`await outer();`, `import { outer } from './outer.js';`),
      'outer.ts': `export async function outer() { try { await fetch('x'); } catch { console.error('failed'); } }`,
    },
    'a promise whose failure is dealt with': gap(`await outer().catch(() => undefined);`, outer),
    'promises that are only waited for': gap(`await Promise.allSettled([outer(), outer()]);`, outer),
    'a map of those': gap(
      `await Promise.all([1, 2].map(async () => { try { await outer(); } catch { console.error('failed'); } }));`,
      outer,
    ),
  };
  for (const [name, sample] of Object.entries(never)) it(name, () => expect(findings(RULE, sample)).toEqual([]));
});

describe('the surest place tells the story', () => {
  it('and not the first', () => {
    const [finding] = findings(
      RULE,
      gap(`const path = normalise(text); const url = new URL(path); void url;`),
      'recommended',
    );
    expect(finding?.message).toContain('if `new URL(path)` throws');
  });
});
