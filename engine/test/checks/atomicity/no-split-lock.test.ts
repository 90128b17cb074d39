import { describe, expect, it } from 'vitest';
import { createProject } from '@lockwise/engine';
import { findings, expectFix, expectRefusal, expectReports, expectSilent, memoryHost } from '../check-rule.js';

const RULE = 'no-split-lock';

const counter = (body: string) => `
import { Mutex } from 'async-mutex';
declare function price(count: number): Promise<number>;
export class Counter {
  private count = 0;
  private readonly mutex = new Mutex();
${body}
}
`;

const manual = (inSecond: string) => `  async add(): Promise<void> {
    let release = await this.mutex.acquire();
    const before = this.count;
    release();
    const more = await price(before);
    release = await this.mutex.acquire();
    ${inSecond}
    release();
  }`;

describe('reports', () => {
  it('what one section reads and a later one writes', () => {
    expectReports(RULE, counter(manual('this.count = before + more; // reports: the lock was free in between')));
  });

  it('the result of one callback in the next', () => {
    expectReports(
      RULE,
      counter(`  async add(): Promise<void> {
    const before = await this.mutex.runExclusive(() => this.count);
    const more = await price(before);
    await this.mutex.runExclusive(() => {
      this.count = before + more; // reports: this.mutex
    });
  }`),
    );
  });
});

describe('a record outside of the program', () => {
  const list = (body: string) => `
import AsyncLock from 'async-lock';
import { readFile, writeFile } from 'node:fs/promises';
const lock = new AsyncLock();
interface Store { load(key: string): Promise<string>; save(key: string, text: string): Promise<void> }
export async function remove(store: Store, path: string, name: string): Promise<void> {
${body}
}
`;

  it('reports what one section reads and a later one writes back', () => {
    expectReports(
      RULE,
      list(`  let text = await lock.acquire('list', async () => readFile(path, 'utf8'));
  const lines = text.split('\\n').filter((line) => line !== name);
  if (lines.length > 0) {
    text = lines.join('\\n');
    await lock.acquire('list', async () => writeFile(path, text)); // reports: \`path\` is written by what an earlier section
  }`),
    );
    expectReports(
      RULE,
      list(`  const text = await lock.acquire('list', () => store.load(path));
  await lock.acquire('list', () => store.save(path, text + name)); // reports: the lock was free in between`),
    );
  });

  it('reports it under a lock that a helper makes when it is first needed', () => {
    expectReports(
      RULE,
      `import AsyncLock from 'async-lock';
let lock;
function getLock() { if (lock === undefined) lock = new AsyncLock(); return lock; }
function locked(key, work) { return getLock().acquire(key, work); }
export async function remove({ fs, path, name }) {
  const text = await locked('list', async () => fs.read(path));
  await locked('list', async () => fs.write(path, text + name)); // reports: \`path\` is written
}`,
    );
  });

  it('is what the recommended preset reports, without what is in memory', () => {
    const files = {
      'list.ts': list(`  const text = await lock.acquire('list', () => store.load(path));
  await lock.acquire('list', () => store.save(path, text + name));`),
      'counter.ts': counter(manual('this.count = before + more;')),
    };
    const project = createProject({
      host: memoryHost(files),
      config: { preset: 'recommended', rules: {}, locks: [] },
    });
    for (const [path, text] of Object.entries(files)) project.set(path, text);
    const found = project.check().findings.filter(({ rule }) => rule === RULE);
    expect(found.map(({ path, evidence }) => [path, evidence])).toEqual([['list.ts', 'record']]);
  });

  it('allows one section, a second look, another record, and another lock', () => {
    for (const body of [
      `await lock.acquire('list', async () => { const text = await readFile(path, 'utf8'); await writeFile(path, text + name); });`,
      `const text = await lock.acquire('list', () => store.load(path));
  await lock.acquire('list', async () => { if ((await store.load(path)) === text) await store.save(path, text + name); });`,
      `const text = await lock.acquire('list', () => store.load(path));
  await lock.acquire('list', () => store.save(name, text));`,
      `const text = await lock.acquire('list', () => store.load(path));
  await lock.acquire('other', () => store.save(path, text + name));`,
      `await lock.acquire('list', () => store.load(path));
  await lock.acquire('list', () => store.save(path, name));`,
    ])
      expectSilent(RULE, list(`  ${body}`));
  });
});

describe('allows', () => {
  it('a later section that reads again', () => {
    expectSilent(RULE, counter(manual('this.count = this.count + more;')));
    expectSilent(RULE, counter(manual('if (this.count === before) this.count = before + more;')));
  });

  it('one section, and sections of two locks', () => {
    expectSilent(
      RULE,
      counter(`  private readonly other = new Mutex();
  one = () => this.mutex.runExclusive(async () => { this.count = this.count + (await price(this.count)); });
  async two(): Promise<number> {
    const before = await this.other.runExclusive(() => 1);
    return this.mutex.runExclusive(() => before);
  }`),
    );
  });
});

/** A counter whose two sections are callbacks. */
const sections = (between: string, write = 'this.count = before + more;', after = '') =>
  counter(`  async add(more: number): Promise<void> {
    const before = await this.mutex.runExclusive(() => this.count);
${between}    await this.mutex.runExclusive(() => {
      ${write}
    });${after}
  }`);

const joined = (content: string, after = '', names = '', async = '') =>
  counter(`  async add(more: number): Promise<void> {
    ${names}await this.mutex.runExclusive(${async}() => {
      ${content}
    });${after}
  }`);

describe('fixes', () => {
  it('by one section, for sure where nothing is waited for in between', () => {
    expectFix(
      RULE,
      sections(
        '    // what is new\n    const all = `${more}\n  in all`.length;\n\n',
        'this.count = before + all; // written',
      ),
      joined(
        'const before = this.count;\n      // what is new\n      const all = `${more}\n  in all`.length;\n\n      this.count = before + all; // written',
      ),
      { tier: 'safe' },
    );
  });

  it('under an assumption where something is waited for in between', () => {
    expectFix(
      RULE,
      sections('    more = await price(before);\n').replace('(more: number)', '()').replace('more = ', 'const more = '),
      joined(
        'const before = this.count;\n      const more = await price(before);\n      this.count = before + more;',
        '',
        '',
        'async ',
      ).replace('(more: number)', '()'),
      { tier: 'unsafe', reason: 'while `price(before)` is under way' },
    );
  });

  it('with what is used afterwards handed out, and a name that two of them have kept apart', () => {
    expectFix(
      RULE,
      sections(
        '',
        'const now = before + more;\n      this.count = now;',
        '\n    const now = before;\n    console.log(now);',
      ),
      joined(
        'const before = this.count;\n      {\n        const now = before + more;\n        this.count = now;\n      }\n      return before;',
        '\n    const now = before;\n    console.log(now);',
        'const before = ',
      ),
      { tier: 'safe' },
    );
  });

  it('which may return from its end', () => {
    expectFix(
      RULE,
      sections('', 'if (before > 9) return;\n      this.count = before + more;'),
      joined('const before = this.count;\n      if (before > 9) return;\n      this.count = before + more;'),
      { tier: 'safe' },
    );
  });

  it('and waits for what the section gave as a promise', () => {
    expectFix(
      RULE,
      sections('', 'this.count = before + more;\n      return more > 1 ? price(more) : price(1);'),
      joined(
        'const before = this.count;\n      this.count = before + more;\n      await (more > 1 ? price(more) : price(1));',
        '',
        '',
        'async ',
      ),
      { tier: 'safe' },
    );
  });

  it('is returned where the last section was', () => {
    const returning = (body: string) => counter(`  async add(): Promise<number> {\n${body}\n  }`);
    expectFix(
      RULE,
      returning(`    const before = await this.mutex.runExclusive(() => this.count);
    return this.mutex.runExclusive(() => {
      this.count = before + 1;
      return this.count;
    });`),
      returning(`    return await this.mutex.runExclusive(() => {
      const before = this.count;
      this.count = before + 1;
      return this.count;
    });`),
      { tier: 'safe' },
    );
  });

  it('of every section in between, in a branch too', () => {
    const keyed = (body: string) => `import AsyncLock from 'async-lock'
const lock = new AsyncLock()
let count = 0
export async function add(more: number) {
${body}
}
`;
    expectFix(
      RULE,
      keyed(`  const before = await lock.acquire(
    'count',
    async () => count
  )
  await lock.acquire('count', async () => console.log(count))
  if (more > 0) {
    await lock.acquire('count', async () => {
      count = before + more
    })
  }`),
      keyed(`  await lock.acquire('count', async () => {
    const before = count
    console.log(count)
    if (more > 0) {
      count = before + more
    }
  })`),
      { tier: 'safe' },
    );
  });

  it('not for sure where somebody gives up waiting: a section takes longer than it did', () => {
    const [finding] = findings(
      RULE,
      `import AsyncLock from 'async-lock';
const lock = new AsyncLock();
let count = 0;
export const look = () => lock.acquire('count', () => count, { timeout: 10 });
export async function add(): Promise<void> {
  const before = await lock.acquire('count', () => count);
  await lock.acquire('count', () => void (count = before + 1));
}`,
    );
    expect(finding!.fixes.map(({ tier, reason }) => [tier, reason])).toEqual([
      ['unsafe', 'who asks whether `lock` is held, or gives up waiting for it, may now find it held'],
    ]);
  });

  it('refuses where what is narrowed outside would be lost', () => {
    const shared = 'declare const given: { text?: string };\n';
    expectRefusal(
      RULE,
      shared +
        sections('    console.log(given.text.length);\n').replace(
          '    const',
          '    if (!given.text) return;\n    const',
        ),
      'what is known of `given.text` would be lost',
    );
    expectRefusal(RULE, sections('    more += 1;\n'), 'what is known of `more` would be lost');
  });
});
