import { describe, expect, test } from 'vitest';
import { Workbench } from './workbench.js';

const HELD = `import { Mutex } from 'async-mutex';

export class Store {
  private readonly mutex = new Mutex();
  private items: string[] = [];

  async add(item: string): Promise<void> {
    const release = await this.mutex.acquire();
    this.items.push(item);
    await fetch('https://example.org/' + item);
    release();
  }
}
`;

describe('check', () => {
  test('shows the code, every related place, the fix with its tier and reason, and how to apply it', async () => {
    const { code, out } = await new Workbench({ 'src/store.ts': HELD }).run(['check']);
    expect(code).toBe(1);
    expect(out).toContain('src/store.ts:8:27  error  require-release  in Store.add');
    expect(out).toContain('▸ 8 │     const release = await this.mutex.acquire();');
    expect(out).toMatch(/src\/store\.ts:10:\d+ {2}\S/);
    expect(out).toMatch(/fix Release in `finally` \(unsafe\)\n +\S/);
    expect(out).toMatch(/lockwise fix --write --unsafe/);
  });

  test('knows the decorators that the configuration names, in files that no other word gives away', async () => {
    const own =
      "import { Serial } from './serial';\nexport class Store {\n  @Serial()\n  async add() {\n    await this.flush();\n  }\n  @Serial()\n  async flush() {}\n}\n";
    const files = { 'serial.ts': 'export declare function Serial(): MethodDecorator;\n', 'store.ts': own };
    const quiet = await new Workbench(files).run(['check']);
    expect(quiet.code).toBe(0);
    const configured = { ...files, 'lockwise.config.jsonc': '{ "decorators": [{ "name": "Serial" }] }' };
    const { code, out } = await new Workbench(configured).run(['check']);
    expect(code).toBe(1);
    expect(out).toContain('store.ts:5:11  error  no-reentrant-acquire  in Store.add');
  });

  test('goes on without types where nothing can be asked for them, and says so', async () => {
    const { code, err } = await new Workbench({ 'src/store.ts': HELD }).run(['check', '--types']);
    expect(code).toBe(1);
    expect(err).toBe('lockwise: checked without types: typescript is not installed here\n');
  });

  test('reports nothing and ends in 0 on a clean folder', async () => {
    const { code, out } = await new Workbench({ 'src/a.ts': 'export const lock = 1;\n' }).run([]);
    expect(code).toBe(0);
    expect(out).toBe('✔ No findings in 1 file checked\n');
  });

  test('gives JSON of version 1, to stdout or to a file', async () => {
    const bench = new Workbench({ 'src/store.ts': HELD });
    const { out } = await bench.run(['check', 'src', '--reporter', 'json', '--reporter', 'text=report.txt']);
    const report = JSON.parse(out);
    expect(Object.keys(report)).toEqual(['version', 'findings', 'files', 'skipped', 'errors']);
    const finding = report.findings.find((one: { rule: string }) => one.rule === 'require-release');
    expect(finding).toMatchObject({
      path: 'src/store.ts',
      start: { line: 8, column: 27 },
      symbol: 'Store.add',
      fixes: [{ tier: 'unsafe', edits: [{ path: 'src/store.ts' }] }],
    });
    expect(bench.read('report.txt')).toContain('require-release');
  });

  test('--rule and --skip narrow the rules', async () => {
    const bench = new Workbench({ 'src/store.ts': HELD });
    const rulesOf = async (...argv: string[]): Promise<Set<string>> =>
      new Set(
        JSON.parse((await bench.run(['check', '--reporter', 'json', ...argv])).out).findings.map(
          (one: { rule: string }) => one.rule,
        ),
      );
    expect(await rulesOf('--rule', 'require-release')).toEqual(new Set(['require-release']));
    expect(await rulesOf('--skip', 'require-release')).not.toContain('require-release');
  });
});

describe('--workspace', () => {
  const files = {
    'package.json': '{ "workspaces": ["packages/*"] }',
    'packages/a/package.json': '{ "name": "@m/a" }',
    'packages/a/store.ts': HELD,
    'packages/b/package.json': '{ "name": "@m/b" }',
    'packages/b/store.ts': HELD,
  };

  test.each([
    ['.', 'packages/a/store.ts'],
    ['packages/a', 'store.ts'],
    // A package is meant wherever one stands: to look at no file would look like success.
    ['packages/b', 'store.ts'],
  ])('names one package of the monorepo, from %s', async (cwd, path) => {
    const { code, out } = await new Workbench(files).run(['check', '--workspace', '@m/a', '--reporter', 'json'], {
      cwd,
    });
    const report = JSON.parse(out);
    expect(report.files).toBe(1);
    expect(new Set(report.findings.map((one: { path: string }) => one.path))).toEqual(new Set([path]));
    expect(code).toBe(1);
  });
});

test('what is written by name gets its folder, and a disk that refuses is told with the name', async () => {
  const bench = new Workbench({ 'store.ts': HELD });
  await bench.run(['check', '--reporter', 'json=reports/lock/wise.json']);
  expect(JSON.parse(bench.read('reports/lock/wise.json')).version).toBe(1);
  const { code, err } = await bench.run(['check', '--reporter', 'json=store.ts/wise.json']);
  expect(err).toMatch(/^lockwise: store\.ts\/wise\.json could not be written, for it .+\n$/);
  expect(code).toBe(2);
});

describe('bad input is told in one line', () => {
  const cases: [string, string[], RegExp][] = [
    ['an unknown option', ['check', '--frob'], /^lockwise: unknown option '--frob'; see lockwise --help\n$/],
    ['a path that is not there', ['check', 'nowhere'], /^lockwise: nowhere does not exist; check the path\n$/],
    ['a command that is none', ['chekc'], /^lockwise: chekc does not exist/],
    [
      'an unknown rule',
      ['check', '--rule', 'no-such'],
      /^lockwise: the command line has an unknown rule "no-such"; lockwise explain lists those that there are\n$/,
    ],
    ['an unknown reporter', ['check', '--reporter', 'xml'], /^lockwise: .*Known are text, json.*\n$/],
    [
      'two reporters on stdout',
      ['check', '--reporter', 'json', '--reporter', 'text'],
      /^lockwise: two reporters would write to stdout/,
    ],
    ['a ref that is none', ['check', '--since', 'nowhere'], /^lockwise: git: nowhere is not a commit/],
    ['a workspace that is none', ['check', '--workspace', 'a'], /^lockwise: there is no workspace package a/],
    ['a baseline that is not there', ['check', '--baseline', 'b.txt'], /^lockwise: b\.txt does not exist/],
    ['questions without a terminal', ['fix', '-i'], /^lockwise: -i asks for each fix, and there is no terminal/],
    ['a part that is none', ['merge', 'a.ts'], /^lockwise: a\.ts has no facts in it\n$/],
    ['a link to nothing', ['check', '--link', 'b.json'], /^lockwise: b\.json does not exist; check the path\n$/],
  ];
  test.each(cases)('%s', async (_title, argv, line) => {
    const { code, out, err } = await new Workbench({ 'a.ts': 'export {};\n' }).run(argv);
    expect(err).toMatch(line);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  test('a file that does not parse is a problem, and the others are checked', async () => {
    const { code, out } = await new Workbench({
      'bad.ts': 'const lock = ;\nawait lock.run();\n',
      'store.ts': HELD,
    }).run(['check']);
    expect(out).toMatch(/problem bad\.ts:1:14 does not parse: /);
    expect(out).toContain('store.ts:8:27');
    expect(code).toBe(2);
  });

  test('a file that could not be read is told before that nothing was found in the rest', async () => {
    const { code, out } = await new Workbench({
      'bad.ts': 'const lock = ;\nawait lock.run();\n',
      'a.ts': 'export const lock = 1;\n',
    }).run([]);
    expect(out).toMatch(
      /^problem bad\.ts:1:14 does not parse: .*\n\n✖ 1 problem kept some of it from being checked; no findings in the rest\n$/,
    );
    expect(code).toBe(2);
  });

  test.each([
    [
      'lockwise.config.jsonc',
      '{ "rules": { "no-such": "error" } }',
      /problem lockwise\.config\.jsonc has an unknown rule "no-such"/,
    ],
    ['lockwise.config.jsonc', '{ "rules": ', /problem lockwise\.config\.jsonc:1:\d+ is not valid JSON/],
    [
      'lockwise.config.jsonc',
      '{ "presets": "strict" }',
      /problem lockwise\.config\.jsonc has an unknown key "presets"/,
    ],
    [
      'lockwise.config.jsonc',
      '{ "decorators": [{ "name": "Synchronized", "lock": "me" }] }',
      /problem lockwise\.config\.jsonc has a decorator that makes no sense: decorators\[0\]\.lock must be one of this, /,
    ],
    ['tsconfig.json', '{ "compilerOptions": { ', /problem tsconfig\.json:1:\d+ is not valid JSON/],
  ])('a broken %s: %s', async (name, text, line) => {
    const { code, out } = await new Workbench({ [name]: text, 'store.ts': HELD }).run(['check']);
    expect(out).toMatch(line);
    expect(out).toContain('store.ts:8:27');
    expect(code).toBe(2);
  });

  test('a file that this user cannot read is a problem', async () => {
    const { disk } = await import('../src/system/disk.js');
    const { FileTrouble } = await import('../src/ports.js');
    const look = (path: string): Buffer => {
      if (path.endsWith('secret.ts'))
        throw new FileTrouble('EACCES', 'is not accessible to this user; check its permissions');
      return disk.look(path);
    };
    const { code, out } = await new Workbench({ 'secret.ts': HELD, 'store.ts': HELD }).run(['check'], {
      files: { look },
    });
    expect(out).toContain('problem secret.ts is not accessible to this user; check its permissions');
    expect(out).toContain('store.ts:8:27');
    expect(code).toBe(2);
  });
});
