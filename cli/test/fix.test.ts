import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { processes } from '../src/system/processes.js';
import { toyProject, type ToyRule } from './toy-project.js';
import { Workbench } from './workbench.js';

const safe: ToyRule = { name: 'toy-safe', pattern: /lockOld\(\)/, replacement: 'lockNew()' };
const unsafe: ToyRule = {
  name: 'require-release',
  pattern: /lockRisky\(\)/,
  replacement: 'lockBold()',
  tier: 'unsafe',
  reason: 'nobody relies on it',
};
const TEXT =
  'declare const lockOld: any, lockNew: any, lockRisky: any, lockBold: any;\nlockOld();\nlockRisky();\nexport {};\n';

describe('preview is the default', () => {
  test('shows the change, writes nothing, and ends in 1', async () => {
    const bench = new Workbench({ 'a.ts': TEXT });
    const { code, out } = await bench.run(['fix'], { make: toyProject(safe) });
    expect(out).toContain('-lockOld();\n+lockNew();');
    expect(out).toContain('Apply what is shown:       lockwise fix --write');
    expect(bench.read('a.ts')).toBe(TEXT);
    expect(code).toBe(1);
  });

  test('--diff prints a patch that git applies, and nothing else', async () => {
    const files = {
      'plain.ts': TEXT,
      'crlf.ts': TEXT.replaceAll('\n', '\r\n'),
      'mixed.ts': TEXT.replace('\n', '\r\n'),
      'bom.ts': `\uFEFF${TEXT}`,
      'no newline.ts': TEXT.trimEnd(),
      'with space/a b.ts': TEXT,
      'ümläut.ts': TEXT,
      'quote".ts': TEXT,
      'nothing.ts': 'export const lock = 1;\n',
    };
    const bench = new Workbench(files);
    const { out, err } = await bench.run(['fix', '--diff'], { make: toyProject(safe) });
    expect(err).toBe('');
    execFileSync('git', ['apply', '--allow-empty'], { cwd: bench.root, input: out });
    for (const [path, text] of Object.entries(files))
      expect(bench.read(path)).toBe(text.replace('lockOld()', 'lockNew()').replace('lockOld:', 'lockOld:'));
  });

  test('--diff of nothing is empty, and git takes it', async () => {
    const bench = new Workbench({ 'a.ts': 'export const lock = 1;\n' });
    const { code, out } = await bench.run(['fix', '--diff'], { make: toyProject(safe) });
    expect(out).toBe('');
    expect(code).toBe(0);
    execFileSync('git', ['apply', '--check', '--allow-empty'], { cwd: bench.root, input: out });
  });

  test('--diff of nothing says why where something was found', async () => {
    const bench = new Workbench({ 'a.ts': TEXT });
    const { out, err } = await bench.run(['fix', '--diff'], { make: toyProject(unsafe) });
    expect(out).toBe('');
    expect(err).toMatch(/^lockwise: no fix is safe; .+ assumes? more: see it with --unsafe\n$/);
  });

  test('--diff from a sub-directory applies there', async () => {
    const bench = new Workbench({ 'pkg/src/a.ts': TEXT });
    const { out } = await bench.run(['fix', '--diff'], { cwd: 'pkg', make: toyProject(safe) });
    execFileSync('git', ['apply'], { cwd: join(bench.root, 'pkg'), input: out });
    expect(bench.read('pkg/src/a.ts')).toContain('\nlockNew();');
  });
});

describe('tiers', () => {
  test('--write applies safe fixes alone, and names the reason of the rest', async () => {
    const bench = new Workbench({ 'a.ts': TEXT });
    const { code, out } = await bench.run(['fix', '--write'], { make: toyProject(safe, unsafe) });
    expect(bench.read('a.ts')).toContain('lockNew();\nlockRisky();');
    expect(out).toContain('nobody relies on it');
    expect(out).toContain('lockwise fix --write --unsafe');
    expect(code).toBe(1);
  });

  test.each([['--unsafe'], ['--unsafe=require-release']])(
    '%s applies the unsafe ones too, and never takes a path for a rule',
    async (option) => {
      const bench = new Workbench({ 'src/a.ts': TEXT });
      const { code } = await bench.run(['fix', '--write', option, 'src'], { make: toyProject(safe, unsafe) });
      expect(bench.read('src/a.ts')).toContain('lockNew();\nlockBold();');
      expect(code).toBe(0);
    },
  );

  test('a fix that imports a runtime which is not there is at most unsafe, and names the command', async () => {
    const bench = new Workbench({ 'a.ts': TEXT, 'package.json': '{}', 'pnpm-lock.yaml': '' });
    const make = toyProject({ ...safe, imports: ['quickRead'] });
    const before = await bench.run(['fix', '--write'], { make });
    expect(before.out).toContain('needs @lockwise/runtime, which is not a dependency here: pnpm add @lockwise/runtime');
    expect(bench.read('a.ts')).toBe(TEXT);
    bench.write('node_modules/@lockwise/runtime/package.json', '{"name":"@lockwise/runtime"}');
    await bench.run(['fix', '--write'], { make });
    expect(bench.read('a.ts')).toContain("import { quickRead } from '@lockwise/runtime';");
  });
});

describe('rounds', () => {
  test('go on until nothing is left, and a second run changes nothing', async () => {
    const make = toyProject(
      { name: 'a', pattern: /lockOne\(\)/, replacement: 'lockTwo()' },
      { name: 'b', pattern: /lockTwo\(\)/, replacement: 'lockThree()' },
    );
    const bench = new Workbench({ 'a.js': 'lockOne();\n' });
    expect((await bench.run(['fix', '--write'], { make })).code).toBe(0);
    expect(bench.read('a.js')).toBe('lockThree();\n');
    bench.commit();
    await bench.run(['fix', '--write'], { make });
    expect(bench.git('status', '--porcelain')).toBe('');
  });

  test('what a later round mends is no longer told as left, and is told where it stood before', async () => {
    const make = toyProject(
      { name: 'wide', pattern: /lockOne\(\);\nlockTwo\(\);/, replacement: 'x;\n\n\nlockTwo();' },
      { name: 'later', pattern: /lockTwo\(\)/, replacement: 'lockThree()' },
      { name: 'four', pattern: /lockFour\(\)/, replacement: 'lockFive()' },
      { name: 'five', pattern: /lockFive\(\)/, replacement: 'lockSix()' },
    );
    const bench = new Workbench({ 'a.js': 'lockOne();\nlockTwo();\nlockFour();\n' });
    const report = JSON.parse((await bench.run(['fix', '--reporter', 'json'], { make })).out);
    expect(report.findings).toEqual([]);
    const places = report.fixing.applied.map(({ rule, line }: { rule: string; line: number }) => `${rule} ${line}`);
    expect(places).toEqual(['wide 1', 'later 1', 'four 3', 'five 3']);
  });

  test('stop where fixes undo one another: the file, the rules, the round and the hunk are told, that file is untouched', async () => {
    const make = toyProject(
      { name: 'to', pattern: /lockA\(\)/, replacement: 'lockB()' },
      { name: 'fro', pattern: /lockB\(\)/, replacement: 'lockA()' },
      safe,
    );
    const bench = new Workbench({ 'circle.js': 'lockA();\n', 'good.js': 'lockOld();\n' });
    const { code, out } = await bench.run(['fix', '--write'], { make });
    expect(out).toMatch(/stopped circle\.js: the fixes undo one another \(fro, round 2\)/);
    expect(out).toContain('-lockB();');
    expect(bench.read('circle.js')).toBe('lockA();\n');
    expect(bench.read('good.js')).toBe('lockNew();\n');
    expect(code).toBe(2);
  });

  test('stop where a file grows without end', async () => {
    const make = toyProject({ name: 'grow', pattern: /lock(x*)\(\)/, replacement: `lock$1${'x'.repeat(30_000)}()` });
    const bench = new Workbench({ 'a.js': 'lock();\n' });
    const { code, out } = await bench.run(['fix', '--write'], { make });
    expect(out).toMatch(/stopped a\.js: the file grows without end/);
    expect(bench.read('a.js')).toBe('lock();\n');
    expect(code).toBe(2);
  });
});

describe('verification', () => {
  test('drops a fix after which the file would not parse, and keeps the others', async () => {
    const make = toyProject(safe, { name: 'breaks', pattern: /lockRisky\(\)/, replacement: 'lock(;' });
    const bench = new Workbench({ 'a.ts': TEXT });
    const { out } = await bench.run(['fix', '--write'], { make });
    expect(out).toMatch(/✗ a\.ts:3 {2}Mend breaks\n +a\.ts would not parse: /);
    expect(bench.read('a.ts')).toContain('lockNew();\nlockRisky();');
  });

  test('drops a fix that brings a new finding of ours', async () => {
    const make = toyProject(
      { name: 'moves', pattern: /lockRisky\(\)/, replacement: 'lockWorse()' },
      { name: 'worse', pattern: /lockWorse\(\)/ },
    );
    const bench = new Workbench({ 'a.ts': TEXT });
    const { out } = await bench.run(['fix', '--write'], { make });
    expect(out).toContain('a.ts would newly have worse: found worse');
    expect(bench.read('a.ts')).toBe(TEXT);
  });

  test('drops a fix that brings a type error, and leaves those that were there alone', async () => {
    const bench = new Workbench({
      'a.ts':
        'const wrong: number = "old";\ndeclare const lockOld: () => void, lockNew: () => void, lockRisky: () => void;\nlockOld();\nlockRisky();\nexport { wrong };\n',
      'tsconfig.json':
        '{ "compilerOptions": { "strict": true, "target": "es2022", "module": "nodenext" }, "include": ["*.ts"] }',
    });
    mkdirSync(join(bench.root, 'node_modules'));
    symlinkSync(
      join(import.meta.dirname, '../../node_modules/typescript'),
      join(bench.root, 'node_modules/typescript'),
    );
    const { out } = await bench.run(['fix', '--write', '--unsafe'], { make: toyProject(safe, unsafe) });
    expect(out).toMatch(/✗ a\.ts:4 {2}Mend require-release\n +a\.ts:4 TS2552: Cannot find name 'lockBold'\./);
    expect(out).toMatch(/types verified by TypeScript 6\./);
    expect(bench.read('a.ts')).toContain('lockNew();\nlockRisky();');
  });

  test('--verify-command rolls everything back when it fails', async () => {
    const bench = new Workbench({ 'a.ts': TEXT });
    const { code, err } = await bench.run(['fix', '--write', '--verify-command', 'test 1 = 2'], {
      make: toyProject(safe),
    });
    expect(err).toContain('failed with code');
    expect(bench.read('a.ts')).toBe(TEXT);
    expect(code).toBe(2);
  });
});

describe('a verify command that is interrupted', () => {
  test('is undone as one that fails: every file is restored, and there is nothing to go on with', async () => {
    const bench = new Workbench({ 'a.ts': TEXT, 'b.ts': TEXT });
    let stopped = false;
    const run: typeof processes.run = async (program, args, options) => {
      if (!options?.shell) return processes.run(program, args, options);
      expect(bench.read('a.ts')).not.toBe(TEXT);
      stopped = true;
      return { code: 130, stdout: '', stderr: '' };
    };
    const { code, err } = await bench.run(['fix', '--write', '--verify-command', 'npm test'], {
      make: toyProject(safe),
      processes: { run },
      interrupted: () => stopped,
    });
    expect(err).toContain('`npm test` failed with code 130, so every file was restored');
    expect(code).toBe(130);
    expect(bench.git('status', '--porcelain')).toBe('');
    expect((await bench.run(['fix', '--resume'])).err).toContain('nothing to go on with');
  });
});

describe('the git guard', () => {
  test.each([
    ['changed', (bench: Workbench) => bench.write('a.ts', `${TEXT}// more\n`), 'has uncommitted changes'],
    [
      'staged',
      (bench: Workbench) => (bench.write('a.ts', `${TEXT}// more\n`), bench.git('add', 'a.ts')),
      'has staged changes',
    ],
    ['untracked', (bench: Workbench) => bench.git('rm', '-q', '--cached', 'a.ts'), /has staged changes|is not tracked/],
  ])('lists a file that would be changed and is %s', async (_title, prepare, words) => {
    const bench = new Workbench({ 'a.ts': TEXT, 'b.ts': 'export const lock = 1;\n' });
    prepare(bench);
    bench.write('b.ts', 'export const lock = 2;\n');
    const before = bench.read('a.ts');
    const { code, err } = await bench.run(['fix', '--write'], { make: toyProject(safe) });
    expect(err).toMatch(/^lockwise: nothing was written\. /);
    expect(err).toMatch(words);
    expect(err).not.toContain('b.ts');
    expect(code).toBe(2);
    expect(bench.read('a.ts')).toBe(before);
    await bench.run(['fix', '--write', '--allow-dirty'], { make: toyProject(safe) });
    expect(bench.read('a.ts')).toContain('\nlockNew();');
  });

  test('asks for --allow-no-vcs where there is no repository', async () => {
    const bench = new Workbench({ 'a.ts': TEXT }, { git: false });
    const { code, err } = await bench.run(['fix', '--write'], { make: toyProject(safe) });
    expect(err).toContain('--allow-no-vcs');
    expect(code).toBe(2);
    expect((await bench.run(['fix', '--write', '--allow-no-vcs'], { make: toyProject(safe) })).code).toBe(0);
    expect(bench.read('a.ts')).toContain('\nlockNew();');
  });
});

describe('interactive', () => {
  const both = { 'a.ts': TEXT.replace('lockOld();', 'lockOld();\nlockOld();'), 'b.ts': TEXT };
  const fixed = async (...answers: string[]): Promise<number[]> => {
    const bench = new Workbench(both);
    await bench.run(['fix', '--write', '-i'], { make: toyProject(safe), answers });
    return ['a.ts', 'b.ts'].map((path) => bench.read(path).split('lockNew();').length - 1);
  };
  test.each([
    ['y applies one', ['y', 'n', 'n'], [1, 0]],
    ['a applies all in the file', ['a', 'n'], [2, 0]],
    ['A applies all of the rule', ['A'], [2, 1]],
    ['s leaves all of the rule', ['s'], [0, 0]],
    ['q ends the questions and keeps what was said', ['y', 'q'], [1, 0]],
    ['d and ? tell more, and ask again', ['d', '?', 'A'], [2, 1]],
  ])('%s', async (_title, answers, counts) => {
    expect(await fixed(...answers)).toEqual(counts);
  });
});

describe('--mark', () => {
  test('leaves a comment above what needs a person, once', async () => {
    const make = toyProject({ name: 'hard', pattern: /lockHard\(\)/ });
    const bench = new Workbench({ 'a.js': 'export function f() {\r\n\tlockHard();\r\n}\r\n' });
    await bench.run(['fix', '--write', '--mark'], { make });
    const marked = 'export function f() {\r\n\t// lockwise-todo(hard): found hard\r\n\tlockHard();\r\n}\r\n';
    expect(bench.read('a.js')).toBe(marked);
    bench.commit();
    await bench.run(['fix', '--write', '--mark'], { make });
    expect(bench.read('a.js')).toBe(marked);
  });
});
