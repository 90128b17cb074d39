import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createProject, type ProjectOptions } from '@lockwise/engine';
import type { Workbench as Bench } from './workbench.js';

// Only a bundle has a cache, for the sources may change under it: its name has to be there before the first import.
vi.hoisted(() => (process.env['LOCKWISE_BUILD'] = 'of this test'));

let Workbench: typeof Bench;
beforeAll(async () => ({ Workbench } = await import('./workbench.js')));

const FILES = {
  'package.json': '{ "name": "app", "type": "module" }\n',
  'tsconfig.json': '{ "compilerOptions": { "paths": { "#locks": ["./locks.ts"] } } }\n',
  '.gitignore': 'generated\n',
  'locks.ts': "import { Mutex } from 'async-mutex';\nexport const mutex = new Mutex();\n",
  'generated/hold.ts': "import { mutex } from '../locks.js';\nexport const hold = () => mutex.acquire();\n",
  'save.ts':
    "import { mutex } from '#locks';\nexport async function save(): Promise<void> {\n  const release = await mutex.acquire();\n  await fetch('x');\n  release();\n}\n",
  'use.ts':
    "import { hold } from './generated/hold.js';\nexport async function use(lock = 1): Promise<void> {\n  const release = await hold();\n  await fetch(String(lock));\n  release();\n}\n",
};

/** Runs a check long after the files were written, and tells whether it had to look. */
async function check(bench: Bench, ...argv: string[]) {
  let looked = false;
  const make = (options: ProjectOptions) => ((looked = true), createProject(options));
  const told = await bench.run(['check', ...argv], { make, today: () => Date.now() + 60_000 });
  return { looked, told };
}

describe('the same check again', () => {
  it('tells the same without looking', async () => {
    const bench = new Workbench(FILES);
    const first = await check(bench);
    expect(first.looked).toBe(true);
    expect(first.told.out).toContain('save.ts:3');
    expect(first.told.out).toContain('use.ts:3');
    expect(await check(bench)).toEqual({ ...first, looked: false });
  });

  it('tells again of a tsconfig that is broken', async () => {
    const bench = new Workbench({ ...FILES, 'tsconfig.json': '{ "compilerOptions": \n' });
    const first = await check(bench);
    expect(first.told.out).toContain('problem tsconfig.json');
    expect(await check(bench)).toEqual({ ...first, looked: false });
  });

  it.each([
    [
      'a file is edited, to the same length',
      (bench: Bench) => bench.write('save.ts', FILES['save.ts'].replace("'x'", "'y'")),
    ],
    ['a file comes', (bench: Bench) => bench.write('more.ts', 'export {};\n')],
    [
      'a file that is not checked itself changes',
      (bench: Bench) => bench.write('generated/hold.ts', 'export const hold = 1;\n'),
    ],
    ['a tsconfig changes', (bench: Bench) => bench.write('tsconfig.json', '{}\n')],
    ['a manifest comes', (bench: Bench) => bench.write('node_modules/.package-lock.json', '{}\n')],
    ['the configuration changes', (bench: Bench) => bench.write('lockwise.config.jsonc', '{ "preset": "strict" }\n')],
  ])('looks when %s', async (_when, change) => {
    const bench = new Workbench(FILES);
    await check(bench);
    expect((await check(bench)).looked).toBe(false);
    change(bench);
    const again = await check(bench);
    expect(again.looked).toBe(true);
    expect(again.told).toEqual((await check(bench, '--no-cache')).told);
  });

  it('looks for other rules, and without a cache', async () => {
    const bench = new Workbench(FILES);
    await check(bench);
    expect((await check(bench, '--skip', 'require-release')).looked).toBe(true);
    expect((await check(bench, '--no-cache')).looked).toBe(true);
  });

  it('looks where a file is too young to tell whether it changed while it was read', async () => {
    const bench = new Workbench(FILES);
    await bench.run(['check']);
    expect((await check(bench)).looked).toBe(true);
  });
});
