import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { describe, expect, test, vi } from 'vitest';
import { readDiagnostics } from '../src/verify/tsc-process.js';
import { toyProject, type ToyRule } from './toy-project.js';
import { Workbench, type Ran } from './workbench.js';

const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));

/** Gives the project the TypeScript of this repository, or one that has its `tsc` and no programming interface, as TypeScript 7. */
const compilers: Record<string, (bench: Workbench, folder?: string) => void> = {
  'the compiler API': (bench, folder = '.') => {
    mkdirSync(join(bench.root, folder, 'node_modules'), { recursive: true });
    symlinkSync(typescript, join(bench.root, folder, 'node_modules/typescript'));
  },
  'tsc --noEmit': (bench, folder = '.') => {
    const at = `${folder}/node_modules/typescript`;
    bench.write(`${at}/package.json`, '{"version":"7.0.0","main":"version.cjs","bin":{"tsc":"tsc.cjs"}}');
    bench.write(`${at}/version.cjs`, 'exports.version = "7.0.0";\n');
    bench.write(`${at}/tsc.cjs`, `require(${JSON.stringify(join(typescript, 'lib/tsc.js'))});\n`);
  },
};

const STRICT =
  '{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2022", "lib": ["es2022"], "types": [] } }\n';
const wrong = { name: 'wrong', pattern: /lockOld\(\)/, replacement: 'lockNew().nowhere' };
const right = { name: 'right', pattern: /lockFine\(\)/, replacement: 'lockNew()' };
const LOCKS = 'export declare function lockNew(): { here: number };\nexport declare const lockOld: typeof lockNew;\n';
const USE = `import { lockNew, lockOld } from './locks.js';\nlockOld();\nconst lockFine = lockNew;\nlockFine();\n`;

async function fixed(bench: Workbench, ...rules: readonly ToyRule[]): Promise<Ran> {
  return bench.run(['fix', '--write', '--allow-dirty'], { make: toyProject(...rules) });
}

describe.each(Object.entries(compilers))('types are verified by %s', (how, give) => {
  const by = how === 'tsc --noEmit' ? 'types verified by tsc 7.0.0' : 'types verified by TypeScript 6.';

  test('a fix that brings an error is left out with the diagnostic; the others stay', async () => {
    const bench = new Workbench({
      'tsconfig.json': STRICT,
      'package.json': '{"type":"module"}',
      'src/locks.ts': LOCKS,
      'src/use.ts': USE,
    });
    give(bench);
    const { out } = await fixed(bench, wrong, right);
    expect(out).toMatch(/✗ src\/use\.ts:2 {2}Mend wrong\n +src\/use\.ts:2 TS2339: Property 'nowhere' does not exist/);
    expect(out).toContain(by);
    expect(bench.read('src/use.ts')).toBe(USE.replace('lockFine();', 'lockNew();'));
  });

  test('errors that were there before block nothing', async () => {
    const text = `${USE}export const bad: string = 1;\n`;
    const bench = new Workbench({
      'tsconfig.json': STRICT,
      'package.json': '{"type":"module"}',
      'locks.ts': LOCKS,
      'use.ts': text,
    });
    give(bench);
    const { out } = await fixed(bench, right);
    expect(out).toContain(by);
    expect(bench.read('use.ts')).toBe(text.replace('lockFine();', 'lockNew();'));
  });

  test('an error that shows in another file is laid to the fix that caused it', async () => {
    const bench = new Workbench({
      'tsconfig.json': STRICT,
      'package.json': '{"type":"module"}',
      'locks.ts':
        'declare function lockNew(): string;\ndeclare function lockOld(): number;\nexport const lock = lockOld();\n',
      'use.ts': "import { lock } from './locks.js';\nexport const double: number = lock * 2;\n",
    });
    give(bench);
    const { out } = await fixed(bench, { name: 'other', pattern: /lockOld\(\);/, replacement: 'lockNew();' });
    expect(out).toMatch(/✗ locks\.ts:3 {2}Mend other\n +use\.ts:2 TS/);
  });

  test('a runtime that is not installed is known by the declarations of this package', async () => {
    const bench = new Workbench({
      'tsconfig.json': STRICT,
      'package.json': '{"type":"module"}',
      'a.ts': 'declare const lockOld: any;\nlockOld();\nexport {};\n',
    });
    give(bench);
    const make = toyProject({
      name: 'require-release',
      pattern: /lockOld\(\)/,
      replacement: 'new AsyncMutex(1)',
      imports: ['AsyncMutex'],
      tier: 'unsafe',
    });
    const { out } = await bench.run(['fix', '--write', '--unsafe', '--allow-dirty'], { make });
    expect(out).toContain(by);
    expect(bench.read('a.ts')).toContain('new AsyncMutex(1);');
    const wrongly = toyProject({
      name: 'require-release',
      pattern: /new AsyncMutex\(1\)(?!\.nowhere)/,
      replacement: 'new AsyncMutex(1).nowhere',
      tier: 'unsafe',
    });
    const second = await bench.run(['fix', '--write', '--unsafe', '--allow-dirty'], { make: wrongly });
    expect(second.out).toContain("TS2339: Property 'nowhere' does not exist on type 'AsyncMutex<number>'");
  });

  test('a solution that only refers to others: the file is seen through the one that has it', async () => {
    const bench = new Workbench({
      'tsconfig.json': '{ "files": [], "references": [{ "path": "./tsconfig.app.json" }, { "path": "./tools" }] }',
      'tsconfig.app.json': STRICT.replace('{ ', '{ "include": ["src"], '),
      'tools/tsconfig.json': '{ "compilerOptions": { "strict": false, "composite": true } }',
      'package.json': '{"type":"module"}',
      'src/locks.ts': LOCKS,
      // An error under `strict` alone.
      'src/use.ts':
        "import { lockOld } from './locks.js';\nlockOld();\nexport const f = (x?: string): number => x!.length;\n",
    });
    give(bench);
    const { out } = await fixed(bench, { name: 'loose', pattern: /x!\.length/, replacement: 'x.length' });
    expect(out).toMatch(/src\/use\.ts:3 TS18048: 'x' is possibly 'undefined'/);
  });

  test('packages of a monorepo, each with a TypeScript of its own', async () => {
    const bench = new Workbench({
      'package.json': '{ "workspaces": ["packages/*"] }',
      'tsconfig.base.json': STRICT,
      'packages/a/package.json': '{ "name": "a", "type": "module" }',
      'packages/a/tsconfig.json': '{ "extends": "../../tsconfig.base.json" }',
      'packages/a/locks.ts': LOCKS,
      'packages/a/use.ts': USE,
    });
    give(bench, 'packages/a');
    const { out } = await fixed(bench, wrong, right);
    expect(out).toContain('TS2339');
    expect(out).toContain(by);
  });
});

describe('where types cannot be verified, the report says so', () => {
  const reasons: [string, Record<string, string>, RegExp][] = [
    ['no TypeScript', { 'tsconfig.json': STRICT }, /types not verified: typescript is not installed here/],
    ['no tsconfig', {}, /types not verified: no tsconfig\.json compiles them/],
    [
      'a tsc that fails',
      {
        'tsconfig.json': STRICT,
        'node_modules/typescript/package.json': '{"version":"7.0.0","main":"a.cjs","bin":{"tsc":"tsc.cjs"}}',
        'node_modules/typescript/a.cjs': '',
        'node_modules/typescript/tsc.cjs': 'console.error("no binary for this system"); process.exit(3);\n',
      },
      /types not verified: tsc 7\.0\.0 ended with code 3: no binary for this system/,
    ],
  ];
  test.each(reasons)('%s', async (_title, files, line) => {
    const bench = new Workbench({
      ...files,
      'a.ts': 'declare const lockFine: any, lockNew: any;\nlockFine();\nexport {};\n',
    });
    const { code, out } = await fixed(bench, right);
    expect(out).toMatch(line);
    expect(bench.read('a.ts')).toContain('\nlockNew();');
    expect(code).toBe(0);
    bench.commit();
    bench.write('a.ts', 'declare const lockFine: any, lockNew: any;\nlockFine();\nexport {};\n');
    const asked = await bench.run(['fix', '--write', '--verify', 'types', '--allow-dirty'], {
      make: toyProject(right),
    });
    expect(asked.err).toMatch(/^lockwise: --verify types cannot be done: .*; nothing was written\n$/);
    expect(bench.read('a.ts')).toContain('\nlockFine();');
    expect(asked.code).toBe(2);
  });
});

test('a disk on which no copy can be made is a reason, and the fix is written all the same', async () => {
  const bench = new Workbench({
    'tsconfig.json': STRICT,
    'package.json': '{"type":"module"}',
    'locks.ts': LOCKS,
    'use.ts': USE,
  });
  compilers['tsc --noEmit']!(bench);
  vi.stubEnv('TMPDIR', join(bench.root, 'nowhere'));
  const { out } = await fixed(bench, right).finally(() => vi.unstubAllEnvs());
  expect(out).toMatch(/types not verified: the disk refused a copy beside the tree \(ENOENT/);
  expect(bench.read('use.ts')).toContain('\nlockNew();');
});

test('no shadow is left behind, and nothing is written beside the sources', async () => {
  const bench = new Workbench({
    'tsconfig.json': STRICT,
    'package.json': '{"type":"module"}',
    '.gitignore': 'node_modules\n',
    'locks.ts': LOCKS,
    'use.ts': USE,
  });
  compilers['tsc --noEmit']!(bench);
  const temporary = join(bench.home, 'temporary');
  mkdirSync(temporary);
  vi.stubEnv('TMPDIR', temporary);
  const { out } = await bench.run(['fix'], { make: toyProject(wrong, right) }).finally(() => vi.unstubAllEnvs());
  expect(out).toContain('types verified by tsc 7.0.0');
  expect(bench.git('status', '--porcelain')).toBe('');
  expect(readdirSync(temporary)).toEqual([]);
});

test('diagnostics that tsc prints are read, further lines of a message included', () => {
  const printed = `src/a (1).ts(3,5): error TS2322: Type 'A' is not assignable to type 'B'.\r\n  Types of property 'x' differ.\r\n\r\nerror TS6053: File 'x' not found.\n`;
  expect(readDiagnostics(printed)).toEqual([
    {
      file: 'src/a (1).ts',
      line: 3,
      column: 5,
      code: 2322,
      message: "Type 'A' is not assignable to type 'B'. Types of property 'x' differ.",
    },
  ]);
});
