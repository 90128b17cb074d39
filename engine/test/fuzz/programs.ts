import fc from 'fast-check';

/** Programs with locks, by a grammar: manual pairs, callbacks, wrappers, keyed locks, chains, in any nesting and any disorder. */

const NAMES = ['mutex', 'other', 'keyed', 'gate'] as const;
const name = fc.constantFrom(...NAMES);
const value = fc.constantFrom(
  '1',
  'n',
  'await fetch(u)',
  'state',
  'this.cell',
  'release',
  '[mutex, n]',
  'x?.y[n]',
  '(n ? mutex : other)',
);

interface Parts {
  statement: string;
  block: string;
}

const { block } = fc.letrec<Parts>((tie) => ({
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    value.map((text) => `use(${text});`),
    fc.tuple(name, value).map(([lock, text]) => `this.cell = await ${lock}.run(${text});`),
    name.map((lock) => `const release = await ${lock}.acquire();`),
    name.map((lock) => `release = ${lock}.acquire();`),
    fc.constantFrom(
      'release();',
      'await release();',
      'mutex.release();',
      'return release;',
      'throw n;',
      'return;',
      'this.tail = this.tail.then(job);',
    ),
    fc.tuple(name, tie('block')).map(([lock, body]) => `await ${lock}.runExclusive(async () => ${body});`),
    fc.tuple(name, tie('block')).map(([lock, body]) => `${lock}.acquire('k', async (done) => ${body});`),
    fc
      .tuple(fc.constantFrom('withLock', 'this.hold', 'again'), tie('block'))
      .map(([helper, body]) => `await ${helper}(async () => ${body});`),
    fc.tuple(tie('block'), tie('block')).map(([body, end]) => `try ${body} finally ${end}`),
    fc.tuple(tie('block'), tie('block')).map(([body, end]) => `try ${body} catch (e) ${end}`),
    fc.tuple(value, tie('block'), tie('block')).map(([test, yes, no]) => `if (${test}) ${yes} else ${no}`),
    fc
      .tuple(fc.constantFrom('while (n)', 'for (const n of x)', 'for await (using n of x)', 'for (;;)'), tie('block'))
      .map(([head, body]) => `${head} ${body}`),
    tie('block').map((body) => `do ${body} while (await mutex.isLocked());`),
    fc
      .tuple(value, tie('block'))
      .map(([on, body]) => `switch (${on}) { case n: ${body} case 2: break; default: ${body} }`),
    fc
      .tuple(fc.constantFrom('setTimeout', 'x.forEach', 'Promise.all(x.map', 'queueMicrotask'), tie('block'))
      .map(([call, body]) => `${call}(async (n) => ${body}${call.includes('map') ? ')' : ''});`),
    name.map((lock) => `await using held = await ${lock}.acquire();`),
  ),
  block: fc.array(tie('statement'), { maxLength: 4, depthIdentifier: 'block' }).map((list) => `{ ${list.join('\n')} }`),
}));

const header = `import { Mutex } from 'async-mutex';
import AsyncLock from 'async-lock';
import { withLock as gateLock } from './helpers.js';
const mutex = new Mutex(), other = new Mutex(), keyed = new AsyncLock();
let gate = new Mutex(), release: any, state: any;
declare const n: any, x: any, u: string, use: any, job: any;
const withLock = (task: () => Promise<unknown>) => mutex.runExclusive(task);
const again = (task: () => Promise<unknown>): Promise<unknown> => gateLock(() => again(task));
`;

/** The text of a program. */
export const program: fc.Arbitrary<string> = fc
  .array(fc.tuple(block, fc.boolean()), { minLength: 1, maxLength: 4 })
  .map((bodies) => {
    const members = bodies.map(
      ([body, isPrivate], at) => `${isPrivate ? 'private ' : ''}async m${at}(n?: any): Promise<any> ${body}`,
    );
    return `${header}export class Store {
cell = 0;
tail = Promise.resolve();
async hold(task: () => Promise<unknown>): Promise<unknown> { const release = await mutex.acquire(); try { return await task(); } finally { release(); } }
${members.join('\n')}
}
`;
  });

/** The helpers that every program imports from. */
export const helpers = `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export const withLock = <T>(task: () => Promise<T>): Promise<T> => mutex.runExclusive(task);
`;
