import { describe, expect, it } from 'vitest';
import { createProject } from '@lockwise/engine';
import { expectRefusal, expectReports, expectSilent, memoryHost } from '../check-rule.js';

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

describe('fixes', () => {
  it('offers none: which section should grow is for a person to say', () => {
    expectRefusal(RULE, counter(manual('this.count = before + more;')), 'which of the sections should grow');
  });
});
