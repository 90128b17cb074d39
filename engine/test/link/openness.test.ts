import { describe, expect, it } from 'vitest';
import { builtInModels } from '@lockwise/engine';
import { Linked } from '../../src/link/linked.js';
import { openTo } from '../../src/link/openness.js';
import { Program } from '../../src/link/program.js';
import { expectFix, memoryHost } from '../checks/check-rule.js';

const PRIVATE = '{ "name": "shop", "version": "1.0.0", "private": true }';

const LOCKS = `import { Mutex } from 'async-mutex';

export const mutex = new Mutex();
let hits = 0;
let last = 0;

export async function hit(): Promise<void> {
  await mutex.runExclusive(() => {
    hits += 1;
    last = Date.now();
  });
}

export const seen = () => [hits, last];
`;

const MAIN = `import { hit, mutex, seen } from './locks.js';

await hit();
await mutex.runExclusive(() => {
  console.log(seen());
});
`;

const variable = { 'package.json': PRIVATE, 'locks.ts': LOCKS, 'main.ts': MAIN };

const STATS = `import { Mutex } from 'async-mutex';

export class Stats {
  readonly mutex = new Mutex();
  hits = 0;
  last = 0;

  async hit(): Promise<void> {
    await this.mutex.runExclusive(() => {
      this.hits += 1;
      this.last = Date.now();
    });
  }
}
`;

const USER = `import { Stats } from './stats.js';

const stats = new Stats();
await stats.hit();
await stats.mutex.runExclusive(() => {
  console.log(stats.hits, stats.last);
});
`;

const field = { 'package.json': PRIVATE, 'stats.ts': STATS, 'main.ts': USER };

/** Who else may take the one lock of a name; undefined where every use is known. */
function openIn(files: Readonly<Record<string, string>>, name: string): string | undefined {
  const program = new Program(memoryHost(files), builtInModels);
  for (const [path, text] of Object.entries(files))
    if (/Mutex|runExclusive|acquire/.test(text)) program.set(path, text);
  const project = new Linked(program);
  const [lock] = project.locks.filter((one) => one.name.endsWith(name));
  return openTo(project, lock!);
}

describe('who takes a lock that is exported', () => {
  it('is known of a whole project: its fix changes every file that uses it', () => {
    const result = {
      ...variable,
      'locks.ts': `let hits = 0;
let last = 0;

export async function hit(): Promise<void> {
  hits += 1;
  last = Date.now();
}

export const seen = () => [hits, last];
`,
      'main.ts': `import { hit, seen } from './locks.js';

await hit();
console.log(seen());
`,
    };
    expectFix('no-redundant-lock', variable, result, { tier: 'safe' });
  });

  it.each([
    ['a single file is seen', { 'package.json': '' }, '`mutex` is not private: code that was not analysed'],
    [
      'its package is for others',
      { 'package.json': '{ "name": "shop", "version": "1.0.0" }' },
      '`mutex` is not private: code that was not analysed (`shop` is not private, and every file of it can be imported)',
    ],
    [
      'it is handed on',
      { 'main.ts': `${MAIN}keep(mutex);\ndeclare function keep(lock: object): void;\n` },
      '`mutex` is handed on (`main.ts:7`)',
    ],
    [
      'it is handed on under another name',
      {
        'main.ts': `${MAIN.replace('hit, mutex', 'hit, mutex as lock').replace('await mutex', 'await lock')}keep(lock);\ndeclare function keep(lock: object): void;\n`,
      },
      'whoever gets it in `main.ts:7`',
    ],
    [
      'it is handed on in a file that has no word of a lock',
      {
        'more.ts': "import { mutex } from './locks.js';\nexport const doors = [mutex];\n",
      },
      'whoever gets it in `more.ts:2`',
    ],
    [
      'it is exported under another name',
      { 'index.ts': "export { mutex as lock } from './locks.js';\n" },
      'whoever imports `lock`, as `index.ts` exports `mutex`,',
    ],
    [
      'it is the default export',
      { 'locks.ts': `${LOCKS}export default mutex;\n` },
      '`mutex` is handed on (`locks.ts:15`)',
    ],
    [
      'an import leads nobody knows where',
      { 'more.ts': "import { mutex } from '#locks';\nawait mutex.runExclusive(() => {});\n" },
      '`mutex` (`more.ts:2`), which may be the same,',
    ],
    [
      'a module is imported by a name that is computed',
      { 'more.ts': 'export const go = async (name: string) => (await import(name)).mutex.acquire();\n' },
      '(`more.ts:1`), which may be the same,',
    ],
    [
      'a file does not parse',
      { 'more.ts': "import { mutex } from './locks.js';\nmutex.runExclusive(( ;\n" },
      '`more.ts`, which says `mutex` and was not analysed,',
    ],
  ])('is not known where %s', (_, files, why) => {
    const all = { ...variable, ...files };
    const sample = all['package.json'] === '' ? { 'locks.ts': LOCKS, 'main.ts': MAIN } : all;
    expect(openIn(sample, 'mutex')).toContain(why);
  });
});

describe('who takes a lock that a class shows', () => {
  it('is known of a whole project', () => {
    const result = {
      ...field,
      'stats.ts': `export class Stats {
  hits = 0;
  last = 0;

  async hit(): Promise<void> {
    this.hits += 1;
    this.last = Date.now();
  }
}
`,
      'main.ts': `import { Stats } from './stats.js';

const stats = new Stats();
await stats.hit();
console.log(stats.hits, stats.last);
`,
    };
    expectFix('no-redundant-lock', field, result, { tier: 'safe' });
  });

  it.each([
    [
      'an object may be one',
      { 'more.ts': 'export const go = (some: any) => some.mutex.acquire();\n' },
      '`some.mutex` (`more.ts:1`), which may be the same,',
    ],
    [
      'it is taken out in a pattern',
      { 'more.ts': 'export const go = ({ mutex }: any) => mutex.acquire();\n' },
      '`mutex` (`more.ts:1`), which may be the same,',
    ],
    [
      'it is handed on',
      { 'main.ts': `${USER}keep(stats.mutex);\ndeclare function keep(lock: object): void;\n` },
      'is handed on (`main.ts:8`)',
    ],
  ])('is not known where %s', (_, files, why) => {
    expect(openIn({ ...field, ...files }, 'mutex')).toContain(why);
  });

  it('is known beside another class that has one of that name', () => {
    const other = `import { Mutex } from 'async-mutex';
export class Other {
  mutex = new Mutex();
  go = () => this.mutex.acquire();
}
`;
    expect(openIn({ ...field, 'other.ts': other }, 'mutex')).toBeUndefined();
  });
});
