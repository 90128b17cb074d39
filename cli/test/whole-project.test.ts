import { mkdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Workbench } from './workbench.js';

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

export const seen = (): number[] => [hits, last];
`;

const MAIN = `import { hit, mutex, seen } from './locks.js';

await hit();
await mutex.runExclusive(() => {
  console.log(seen());
});
`;

const TSCONFIG = `{ "compilerOptions": {
  "strict": true, "noUnusedLocals": true, "module": "nodenext", "target": "es2022", "skipLibCheck": true, "types": []
} }
`;

const shop = {
  '.gitignore': 'node_modules\n',
  'package.json': '{ "name": "shop", "version": "1.0.0", "private": true, "type": "module" }\n',
  'tsconfig.json': TSCONFIG,
  'src/globals.d.ts': 'declare const console: { log(...values: unknown[]): void };\n',
  'src/locks.ts': LOCKS,
  'src/main.ts': MAIN,
};

const require = createRequire(import.meta.url);

function shopWith(files: Record<string, string> = {}): Workbench {
  const bench = new Workbench({ ...shop, ...files });
  mkdirSync(join(bench.root, 'node_modules'));
  for (const name of ['typescript', 'async-mutex'])
    symlinkSync(dirname(require.resolve(`${name}/package.json`)), join(bench.root, 'node_modules', name));
  return bench;
}

describe('a lock that other files use', () => {
  test('is taken away in all of them by a fix that is safe, with the types verified, and nothing is left to fix', async () => {
    const bench = shopWith();
    const { out } = await bench.run(['fix', '--write']);
    expect(out).toContain('types verified by TypeScript');
    expect(bench.read('src/locks.ts')).toBe(`let hits = 0;
let last = 0;

export async function hit(): Promise<void> {
  hits += 1;
  last = Date.now();
}

export const seen = (): number[] => [hits, last];
`);
    expect(bench.read('src/main.ts')).toBe(`import { hit, seen } from './locks.js';

await hit();
console.log(seen());
`);
    bench.commit();
    const again = await bench.run(['fix', '--write']);
    expect(again.code).toBe(0);
    expect(bench.git('status', '--porcelain')).toBe('');
  });

  const USE = "import { mutex } from './locks.js';\nexport const all = [mutex];\n";
  test.each<[string, Record<string, string>, string, string[]]>([
    ['the run is about some files', {}, 'code that was not analysed (the run is about a part of the folder)', ['src']],
    [
      'its package is published',
      { 'package.json': '{ "name": "shop", "version": "1.0.0", "exports": "./src/main.ts" }' },
      'code that was not analysed (`shop` is not private, and its entry `src/main.ts` leads here)',
      [],
    ],
    [
      'its package is published as it is built',
      { 'package.json': '{ "name": "shop", "version": "1.0.0", "exports": "./dist/main.js" }' },
      'code that was not analysed (`shop` is not private, and its entry `src/main.ts` leads here)',
      [],
    ],
    [
      'its manifest cannot be read',
      { 'package.json': '' },
      'code that was not analysed (`package.json` is not private, and every file of it can be imported)',
      [],
    ],
    [
      'the configuration leaves a file out',
      { 'lockwise.config.json': '{ "ignore": ["src/old.ts"] }', 'src/old.ts': USE },
      'whoever gets it in `src/old.ts:2`',
      [],
    ],
    ['a file is generated', { 'src/all.gen.ts': USE }, 'whoever gets it in `src/all.gen.ts:2`', []],
    [
      'a file is in another language',
      { 'src/page.vue': `<script>\n${USE}</script>\n` },
      '`src/page.vue`, which says `mutex` and was not analysed,',
      [],
    ],
    [
      'a file is not parsed',
      { 'src/broken.ts': `${USE}const ;\n` },
      '`src/broken.ts`, which says `mutex` and was not analysed,',
      [],
    ],
  ])('may be taken by others where %s', async (_, files, who, paths) => {
    const bench = shopWith(files);
    const { out } = await bench.run(['check', ...paths]);
    expect(out).toContain(`\`mutex\` is not private: ${who}`);
    await bench.run(['fix', '--write', ...paths]);
    expect(bench.read('src/main.ts')).toBe(MAIN);
  });

  test('may be taken by others where the folder is a part of a repository', async () => {
    const bench = new Workbench(Object.fromEntries(Object.entries(shop).map(([path, text]) => [`shop/${path}`, text])));
    const { out } = await bench.run(['check'], { cwd: 'shop' });
    expect(out).toContain('code that was not analysed (the run is about a part of the repository)');
  });

  test('is told of anew when a file comes that is in another language', async () => {
    const bench = shopWith();
    const today = () => Date.now() + 10_000;
    expect((await bench.run(['check'], { today })).out).not.toContain('is not private');
    bench.write('src/page.vue', `<script>\n${USE}</script>\n`);
    expect((await bench.run(['check'], { today })).out).toContain('`src/page.vue`, which says `mutex`');
    bench.write('src/page.vue', '<script></script>\n');
    expect((await bench.run(['check'], { today })).out).not.toContain('is not private');
  });
});
