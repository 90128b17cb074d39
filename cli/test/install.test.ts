import { describe, expect, test } from 'vitest';
import type { ProcessResult } from '../src/ports.js';
import { version } from '../src/version.js';
import { toyProject } from './toy-project.js';
import { Workbench, type Ran } from './workbench.js';

const TEXT = 'lockOld();\n';
const make = toyProject({ name: 'toy', pattern: /lockOld\(\)/, replacement: 'lockNew()', imports: ['quickRead'] });

interface Call {
  readonly command: string;
  readonly cwd?: string | undefined;
}

/** Runs `fix --write --install` in a package, where package managers are told from other programs and end as they are told to. */
async function install(
  bench: Workbench,
  cwd: string,
  {
    spec = '',
    ends = { code: 0 } as Partial<ProcessResult>,
    onInstall = (): void => undefined,
    argv = [] as string[],
  } = {},
): Promise<Ran & { calls: Call[] }> {
  const { processes } = await import('../src/system/processes.js');
  const calls: Call[] = [];
  const run: typeof processes.run = async (program, args, options) => {
    if (program === 'git' || options?.shell) return processes.run(program, args, options);
    calls.push({ command: [program, ...args].join(' '), cwd: options?.cwd?.slice(bench.root.length) });
    onInstall();
    return { code: 0, stdout: '', stderr: '', ...ends };
  };
  const ran = await bench.run(['fix', '--write', `--install${spec && `=${spec}`}`, ...argv], {
    cwd,
    make,
    processes: { run },
  });
  return { ...ran, calls };
}

describe('the manifest gets the runtime, and keeps all else as it is', () => {
  const release = `^${version}`;
  test.each<[string, string, string]>([
    [
      'tabs and no final newline',
      '{\n\t"dependencies": {\n\t\t"zod": "1"\n\t}\n}',
      `{\n\t"dependencies": {\n\t\t"@lockwise/runtime": "${release}",\n\t\t"zod": "1"\n\t}\n}`,
    ],
    [
      'four spaces and CRLF',
      '{\r\n    "dependencies": {\r\n        "a": "1"\r\n    }\r\n}\r\n',
      `{\r\n    "dependencies": {\r\n        "@lockwise/runtime": "${release}",\r\n        "a": "1"\r\n    }\r\n}\r\n`,
    ],
    [
      'an order of its own',
      '{\n  "dependencies": {\n    "b": "1",\n    "a": "1"\n  }\n}\n',
      `{\n  "dependencies": {\n    "b": "1",\n    "a": "1",\n    "@lockwise/runtime": "${release}"\n  }\n}\n`,
    ],
    [
      'a byte-order mark',
      '\uFEFF{\n  "dependencies": {\n    "a": "1"\n  }\n}\n',
      `\uFEFF{\n  "dependencies": {\n    "@lockwise/runtime": "${release}",\n    "a": "1"\n  }\n}\n`,
    ],
    [
      'workspace: and catalog:',
      '{\n  "dependencies": {\n    "@a/b": "workspace:*",\n    "c": "catalog:"\n  }\n}\n',
      `{\n  "dependencies": {\n    "@a/b": "workspace:*",\n    "@lockwise/runtime": "${release}",\n    "c": "catalog:"\n  }\n}\n`,
    ],
    [
      'no dependencies yet',
      '{\n  "name": "a"\n}\n',
      `{\n  "name": "a",\n  "dependencies": {\n    "@lockwise/runtime": "${release}"\n  }\n}\n`,
    ],
  ])('%s', async (_title, before, after) => {
    const bench = new Workbench({ 'package.json': before, 'a.js': TEXT });
    const { code, calls } = await install(bench, '.');
    expect(bench.read('package.json')).toBe(after);
    expect(calls).toEqual([{ command: 'npm install', cwd: '' }]);
    expect(code).toBe(0);
  });
});

describe('the specifier', () => {
  const member = { 'packages/a/package.json': '{"name":"a"}\n', 'packages/a/a.js': TEXT };
  const own = { 'packages/runtime/package.json': '{"name":"@lockwise/runtime"}\n' };
  const pnpm = (more = ''): Record<string, string> => ({
    ...member,
    'package.json': '{}',
    'pnpm-lock.yaml': '',
    'pnpm-workspace.yaml': `packages: ["packages/*"]\n${more}`,
  });
  const yarn = (more: string): Record<string, string> => ({
    ...member,
    'package.json': '{"workspaces":["packages/*"]}',
    'yarn.lock': '',
    '.yarnrc.yml': more,
  });
  test.each<[string, Record<string, string>, string]>([
    ["pnpm's catalogue", pnpm('catalog:\n  "@lockwise/runtime": 0.1.0\n'), 'catalog:'],
    ["pnpm's catalogue of a name", pnpm('catalogs:\n  locks:\n    "@lockwise/runtime": 0.1.0\n'), 'catalog:locks'],
    ["yarn's catalogue", yarn('catalog:\n  "@lockwise/runtime": 0.1.0\n'), 'catalog:'],
    ['a runtime in the workspace', { ...pnpm(), ...own }, 'workspace:^'],
    ['a runtime in the workspace of npm', { ...member, ...own, 'package.json': '{"workspaces":["packages/*"]}' }, '*'],
    ['nothing of the kind', pnpm(), `^${version}`],
  ])('is of %s', async (_title, files, expected) => {
    const bench = new Workbench(files);
    await install(bench, 'packages/a');
    expect(JSON.parse(bench.read('packages/a/package.json')).dependencies).toEqual({ '@lockwise/runtime': expected });
  });

  test('may be given, and the command runs at the top of the workspace', async () => {
    const bench = new Workbench(pnpm());
    const { calls, out } = await install(bench, 'packages/a', { spec: 'npm:@fork/runtime@2' });
    expect(bench.read('packages/a/package.json')).toContain('"npm:@fork/runtime@2"');
    expect(calls).toEqual([{ command: 'pnpm install --no-frozen-lockfile', cwd: '' }]);
    expect(out).toContain('Added @lockwise/runtime to a');
  });
});

describe('a failure leaves everything as it was', () => {
  const files = { 'package.json': '{"name":"x"}\n', 'package-lock.json': '{"lockfileVersion":3}\n', 'a.js': TEXT };

  test('of the package manager: manifest and lock file are restored together, no source is written, its complaint is told', async () => {
    const bench = new Workbench(files);
    const ends = { code: 1, stderr: 'npm notice something\nnpm error code E404\nnpm error 404 Not Found\n' };
    const { code, err } = await install(bench, '.', {
      ends,
      onInstall: () => bench.write('package-lock.json', 'half'),
    });
    expect(err).toContain('lockwise: nothing was written. `npm install` failed in ');
    expect(err).toContain(
      ': npm error code E404 npm error 404 Not Found; package.json and the lock file are as they were\n',
    );
    expect(bench.git('status', '--porcelain')).toBe('');
    expect(code).toBe(2);
  });

  test('of a package manager that is not there', async () => {
    const { err } = await install(new Workbench(files), '.', { ends: { code: 127 } });
    expect(err).toContain('npm is not installed; package.json and the lock file are as they were');
  });

  test("of the user's own check: manifest, lock file, modules and sources are restored", async () => {
    const bench = new Workbench(files);
    const { code, calls } = await install(bench, '.', {
      argv: ['--verify-command', 'exit 4'],
      onInstall: () => bench.write('package-lock.json', 'new'),
    });
    expect(bench.read('a.js')).toBe(TEXT);
    expect(bench.read('package.json')).toBe(files['package.json']);
    expect(calls).toHaveLength(2);
    expect(code).toBe(2);
  });

  test('of a manifest that is no JSON', async () => {
    const bench = new Workbench({ ...files, 'package.json': '{ "name": ' });
    const { code, err, calls } = await install(bench, '.');
    expect(err).toMatch(/lockwise: nothing was written\. package\.json is not valid JSON; correct it/);
    expect(calls).toEqual([]);
    expect(bench.git('status', '--porcelain')).toBe('');
    expect(code).toBe(2);
  });
});
