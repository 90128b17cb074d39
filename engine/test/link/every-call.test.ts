import { describe, expect, it } from 'vitest';
import { expectFix, findings } from '../checks/check-rule.js';

const PRIVATE = '{ "name": "shop", "version": "1.0.0", "private": true }';

const STATS = `import { Mutex } from 'async-mutex';

export class Stats {
  private readonly mutex = new Mutex();
  private hits = 0;

  async hit(): Promise<number> {
    return await this.mutex.runExclusive(() => {
      this.hits += 1;
      return this.hits;
    });
  }
}
`;

const COUNTED = `import { AtomicCounter } from '@lockwise/runtime';

export class Stats {
  private readonly hits = new AtomicCounter();

  async hit(): Promise<number> {
    this.hits.add(1);
    return this.hits.get();
  }
}
`;

const MAIN = `import { Stats } from './stats.js';

const stats = new Stats();
console.log(await stats.hit());
export {};
`;

const shop = { 'package.json': PRIVATE, 'stats.ts': STATS, 'main.ts': MAIN };

/** The tier of the fix that makes the counter, and what it is not safe for. */
function tierIn(files: Readonly<Record<string, string>>): string {
  const [finding] = findings('prefer-atomic-counter', files);
  const [fix] = finding!.fixes;
  return fix!.tier === 'safe' ? 'safe' : fix!.reason!;
}

describe('who calls a method of an exported class', () => {
  it('is known of a whole project, also from a file that has no word of a lock', () => {
    expectFix('prefer-atomic-counter', shop, { ...shop, 'stats.ts': COUNTED }, { tier: 'safe' });
  });

  const tested = (call: string) => ({
    ...shop,
    'stats.test.ts': `import { expect, test } from 'vitest';
import { Stats } from './stats.js';

${call}('a hit', async () => {
  expect(await new Stats().hit()).toBe(1);
});
`,
  });

  it('is known where a test calls it, for whose body its runner waits', () => {
    expect(tierIn(tested('test'))).toBe('safe');
    expect(tierIn(tested('test.each([1, 2])'))).toBe('safe');
    expect(tierIn(tested('test.concurrent'))).toContain('the code that runs this callback');
  });

  it('is known beside another class that has one of that name', () => {
    const other = `export class Other {
  constructor(private readonly next?: Other) {}
  async hit(): Promise<void> {
    await this.next?.hit();
  }
}
const other = new Other();
void other.hit();
`;
    expect(tierIn({ ...shop, 'other.ts': other })).toBe('safe');
  });

  it('is known by a name that is no word', () => {
    const files = {
      'stats.ts': STATS.replace('async hit()', "async 'hit('()"),
      'main.ts': MAIN.replace('stats.hit()', "stats['hit(']()"),
    };
    expect(tierIn({ ...shop, ...files })).toBe('safe');
  });

  it('is not known to a host of single files', () => {
    expect(tierIn({ 'stats.ts': STATS, 'main.ts': MAIN })).toContain('code outside that calls `hit` can notice');
  });

  it.each([
    [
      'a caller goes on without waiting',
      { 'main.ts': MAIN.replace('await stats', 'stats') },
      '`the module`, which calls `hit` and does not wait',
    ],
    ['nobody calls it', { 'main.ts': '' }, 'code outside that calls `hit`'],
    ['it is handed on', { 'main.ts': `${MAIN}setTimeout(stats.hit);\n` }, 'whoever gets `hit` as a value'],
    [
      'an object may be one',
      { 'more.ts': 'export const go = async (some: any) => {\n  await some.hit();\n};\n' },
      '`some.hit` (`more.ts:2`), which may be the same,',
    ],
    [
      'it is taken out in a pattern',
      { 'more.ts': 'export const go = ({ hit }: any) => hit();\n' },
      '`hit` (`more.ts:1`), which may be the same,',
    ],
    [
      'an object is one of two things',
      {
        'more.ts':
          "import { Stats } from './stats.js';\nexport class Other {\n  async hit() {}\n}\nexport const go = async (one: Other | Stats) => {\n  await one.hit();\n};\n",
      },
      '`one.hit` (`more.ts:6`), which may be the same,',
    ],
    [
      'a variable becomes one',
      {
        'more.ts':
          "import { Stats } from './stats.js';\nexport class Other {\n  async hit() {}\n}\nlet one: any = new Other();\none = new Stats();\nawait one.hit();\n",
      },
      '`one.hit` (`more.ts:7`), which may be the same,',
    ],
    [
      'a field is one of two things',
      {
        'more.ts':
          "import { Stats } from './stats.js';\nexport class Other {\n  async hit() {}\n}\nclass Both {\n  constructor(readonly one: Other | Stats) {}\n  go = () => this.one.hit();\n}\n",
      },
      '`this.one.hit` (`more.ts:7`), which may be the same,',
    ],
    [
      'a variable of another file is one of two things',
      {
        'more.ts':
          "import { Stats } from './stats.js';\nexport class Other {\n  async hit() {}\n}\nexport let one: Other | Stats = new Other();\n",
        'use.ts': "import { one } from './more.js';\nawait one.hit();\n",
      },
      '`one.hit` (`use.ts:2`), which may be the same,',
    ],
    [
      'a namespace has one of two things',
      {
        'more.ts':
          "import { Stats } from './stats.js';\nexport class Other {\n  async hit() {}\n}\nexport let one: Other | Stats = new Other();\n",
        'use.ts': "import * as more from './more.js';\nawait more.one.hit();\n",
      },
      '`more.one.hit` (`use.ts:2`), which may be the same,',
    ],
    [
      'a field that no type holds to one thing gets another in another file',
      {
        'more.js':
          'export class Other {\n  async hit() {}\n}\nexport class Both {\n  one = new Other();\n  go = () => this.one.hit();\n}\n',
      },
      '`this.one.hit` (`more.js:6`), which may be the same,',
    ],
    [
      'a member is taken by a name that is computed',
      {
        'more.ts':
          "import { Stats } from './stats.js';\nexport const go = async (one: Stats, name: keyof Stats) => {\n  await one[name]();\n};\n",
      },
      '`one[name]` (`more.ts:3`), which may be the same,',
    ],
    [
      'it is told by its name',
      { 'more.ts': "declare function call(name: string): void;\ncall('hit');\n" },
      "`'hit'` (`more.ts:2`)",
    ],
    [
      'a module is imported by a name that is computed',
      { 'more.ts': 'export const go = async (name: string) => (await import(name)).stats.hit();\n' },
      '`more.ts:1`',
    ],
    ['a file does not parse', { 'more.ts': 'stats.hit( ;\n' }, '`more.ts`, which says `hit` and was not analysed,'],
    [
      'a file is in another language',
      { 'page.vue': '<button @click="stats.hit()" />\n' },
      '`page.vue`, which says `hit` and was not analysed,',
    ],
    [
      'a class overrides it',
      {
        'more.ts':
          "import { Stats } from './stats.js';\nexport class More extends Stats {\n  override async hit() {\n    return 1;\n  }\n}\nawait new More().hit();\n",
      },
      '`new More().hit` (`more.ts:7`)',
    ],
    [
      'the class is known by an interface',
      { 'stats.ts': STATS.replace('class Stats', 'class Stats implements Hits') },
      'by what it extends or implements',
    ],
    [
      'a framework calls it',
      { 'stats.ts': STATS.replace('  async hit', '  @Get() async hit') },
      'the framework that reads the decorators',
    ],
    [
      'a framework has the class',
      { 'stats.ts': STATS.replace('export class', "@Component({ on: '(click)' })\nexport class") },
      'the framework that reads the decorators',
    ],
    [
      'the language calls it',
      { 'stats.ts': STATS.replace('hit()', 'toJSON()') },
      'the platform, which calls `toJSON` by itself,',
    ],
  ])('%s', (_, files, why) => {
    expect(tierIn({ ...shop, ...files })).toContain(why);
  });
});

describe('what a package gives to others', () => {
  const published = (manifest: object) => JSON.stringify({ name: 'shop', version: '1.0.0', ...manifest });
  it.each([
    ['every file, where it does not say which', {}, '`shop` is not private, and every file of it can be imported'],
    ['what its entry leads to', { exports: './main.ts' }, '`shop` is not private, and its entry `main.ts` leads here'],
    [
      'what its entry exports again',
      { exports: { '.': { import: './index.ts' } } },
      '`shop` is not private, and its entry `index.ts` leads here',
    ],
    [
      'any file by a pattern',
      { exports: { './*': './*.js' } },
      '`shop` is not private, and every file of it can be imported',
    ],
    [
      'what nobody sees, where its entry is not there',
      { exports: './dist/main.js' },
      '`shop` is not private, and its entry `./dist/main.js` is no file here',
    ],
    [
      'anything, where it imports what it computes',
      { exports: './open.ts' },
      '`shop` is not private, and `open.ts`, which belongs to it, imports what it computes',
    ],
  ])('%s', (_, manifest, why) => {
    const files = {
      'index.ts': "export * from './stats.js';\n",
      'open.ts': 'export const open = (name: string) => import(name);\n',
    };
    expect(tierIn({ ...shop, ...files, 'package.json': published(manifest) })).toContain(
      `code outside that calls \`hit\` (${why}`,
    );
  });

  it('nothing that its entries do not lead to', () => {
    const files = { 'index.ts': 'export const version = 1;\n', 'package.json': published({ exports: './index.ts' }) };
    expect(tierIn({ ...shop, ...files })).toBe('safe');
  });

  it('nothing, where npm would not publish it', () => {
    expect(tierIn({ ...shop, 'package.json': '{ "name": "shop" }' })).toBe('safe');
  });

  it('what another package of the same project publishes', () => {
    const files = {
      'packages/api/package.json': published({ name: 'api', exports: './index.ts' }),
      'packages/api/index.ts': "export * from '../../stats.js';\n",
    };
    expect(tierIn({ ...shop, ...files })).toContain(
      '`api` is not private, and its entry `packages/api/index.ts` leads here',
    );
  });
});
