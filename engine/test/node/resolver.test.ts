import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createProject, defaultConfig } from '@lockwise/engine';
import { createNodeHost, ModuleResolver } from '@lockwise/engine/node';

type Files = Readonly<Record<string, string>>;

function treeOf(files: Files): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'lockwise-resolver-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const json = (value: unknown): string => JSON.stringify(value);

const MONOREPO: Files = {
  'package.json': json({ private: true, workspaces: ['packages/*'] }),
  'packages/a/package.json': json({ name: '@app/a', type: 'module' }),
  'packages/a/src/save.ts': `import { enter } from '@app/b';
export async function save(): Promise<void> {
  const leave = await enter();
  await fetch('x');
  leave();
}
`,
  'packages/b/package.json': json({
    name: '@app/b',
    type: 'module',
    exports: { '.': { types: './dist/index.d.ts', import: './dist/index.js' }, './deep/*': './dist/deep/*.js' },
  }),
  'packages/b/src/index.ts': `export { enter } from './order.js';\n`,
  'packages/b/src/order.ts': `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export const enter = () => mutex.acquire();
`,
  'packages/b/src/deep/far.ts': 'export const far = 1;\n',
};

describe('what a specifier means', () => {
  const cases: Readonly<Record<string, readonly [files: Files, specifier: string, target: string | undefined]>> = {
    'a .js that was written as .ts': [{ 'b.ts': '' }, './b.js', 'b.ts'],
    'a .jsx that was written as .tsx': [{ 'b.tsx': '' }, './b.jsx', 'b.tsx'],
    'a .mjs that was written as .mts': [{ 'b.mts': '' }, './b.mjs', 'b.mts'],
    'a .js that is there': [{ 'b.js': '' }, './b.js', 'b.js'],
    'no extension': [{ 'b.ts': '' }, './b', 'b.ts'],
    'a folder': [{ 'b/index.ts': '' }, './b', 'b/index.ts'],
    'paths of the tsconfig': [
      { 'tsconfig.json': json({ compilerOptions: { paths: { '~/*': ['./lib/*'] } } }), 'lib/b.ts': '' },
      '~/b.js',
      'lib/b.ts',
    ],
    'paths of a tsconfig that it extends': [
      {
        'tsconfig.json': json({ extends: './base.json' }),
        'base.json': json({ compilerOptions: { paths: { '#b': ['./lib/b.ts'] } } }),
        'lib/b.ts': '',
      },
      '#b',
      'lib/b.ts',
    ],
    'imports of the manifest': [
      { 'package.json': json({ type: 'module', imports: { '#b': './lib/b.js' } }), 'lib/b.ts': '' },
      '#b',
      'lib/b.ts',
    ],
    'a broken tsconfig hides nothing': [{ 'tsconfig.json': '{', 'b.ts': '' }, './b.js', 'b.ts'],
    'what is not there': [{}, './b', undefined],
    'a built-in': [{}, 'node:fs', undefined],
    'a package of the registry': [
      { 'node_modules/b/package.json': json({ name: 'b', main: 'b.js' }), 'node_modules/b/b.js': '' },
      'b',
      undefined,
    ],
  };

  it.each(Object.entries(cases))('%s', (_title, [files, specifier, target]) => {
    const root = treeOf({ 'a.ts': '', ...files });
    expect(new ModuleResolver(root).resolve(specifier, 'a.ts')).toBe(target);
  });

  it.each([
    ['linked, and not built', true],
    ['not even linked', false],
  ])('a package of the same monorepo, %s', (_title, linked) => {
    const root = treeOf(MONOREPO);
    if (linked) {
      mkdirSync(join(root, 'node_modules/@app'), { recursive: true });
      symlinkSync(join(root, 'packages/b'), join(root, 'node_modules/@app/b'), 'dir');
    }
    const resolver = new ModuleResolver(root);
    expect(resolver.resolve('@app/b', 'packages/a/src/save.ts')).toBe('packages/b/src/index.ts');
    expect(resolver.resolve('@app/b/deep/far', 'packages/a/src/save.ts')).toBe('packages/b/src/deep/far.ts');
    expect(resolver.resolve('@app/b/order', 'packages/a/src/save.ts')).toBeUndefined();
  });

  it('a package that is built: its source, not what was made of it', () => {
    const root = treeOf({
      ...MONOREPO,
      'packages/b/dist/index.js': `export { enter } from './order.js';`,
      'packages/b/dist/index.d.ts': `export { enter } from './order.js';`,
    });
    mkdirSync(join(root, 'node_modules/@app'), { recursive: true });
    symlinkSync(join(root, 'packages/b'), join(root, 'node_modules/@app/b'), 'dir');
    expect(new ModuleResolver(root).resolve('@app/b', 'packages/a/src/save.ts')).toBe('packages/b/src/index.ts');
  });
});

it('a lock of another package of the monorepo is seen, from the root and from the package', () => {
  const root = treeOf(MONOREPO);
  for (const [folder, path] of [
    ['', 'packages/a/src/save.ts'],
    ['packages/a', 'src/save.ts'],
  ] as const) {
    const project = createProject({ host: createNodeHost({ root: join(root, folder) }), config: defaultConfig });
    const text = MONOREPO['packages/a/src/save.ts']!;
    expect(project.concerns(path, text)).toBe(true);
    project.set(path, text);
    expect(project.check().findings.map(({ rule, symbol }) => `${symbol} ${rule}`)).toEqual([
      'save no-long-held-lock',
      'save require-release',
    ]);
  }
});
