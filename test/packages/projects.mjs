import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expectHostileInputRead } from './hostile.mjs';
import { diagnosticsFromServer } from './language-client.mjs';

const versions = {
  eslint9: '9.39.5',
  eslint10: '10.15.0',
  typescript6: '6.0.3',
  typescript7: '7.0.2',
  typescriptEslint: '8.73.0',
  asyncMutex: '0.5.0',
};

/** A leak that every part must see: a rejected `load()` leaves the lock held. */
const leak = (annotation) => `import { Mutex } from 'async-mutex';

const lock = new Mutex();
let total = 0;

export async function add(load${annotation}) {
  const release = await lock.acquire();
  total += await load();
  release();
  return total;
}
`;
const typed = leak(': () => Promise<number>');
const plain = leak('');

export async function commonJsWithEslint9(folder, packs) {
  write(folder, {
    'src/store.ts': typed,
    'eslint.config.cjs': `const lockwise = require('eslint-plugin-lockwise');
const tseslint = require('typescript-eslint');
module.exports = [
  { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } },
  { files: ['**/*.ts'], ...lockwise.configs.recommended },
];
`,
    'typed.cts': `import lockwise = require('eslint-plugin-lockwise');
import type { Linter } from 'eslint';
export const config: Linter.Config[] = [lockwise.configs.strict];
`,
    'tsconfig.json': tsconfig(['typed.cts', 'src/store.ts']),
  });
  install(folder, [packs.plugin, packs.runtime, packs.cli], {
    eslint: versions.eslint9,
    typescript: versions.typescript6,
    'typescript-eslint': versions.typescriptEslint,
    'async-mutex': versions.asyncMutex,
  });
  expectLeak(lint(folder), 'src/store.ts');
  compile(folder);
  expectLeakFromCli(folder, 'src/store.ts');
  expectHostileInputRead(folder);
}

export async function esmWithEslint10(folder, packs) {
  write(folder, {
    'package.json': '{ "type": "module" }',
    'src/store.ts': typed,
    'src/gate.js': plain,
    'src/counter.ts': `import { AsyncMutex, quickRead } from '@lockwise/runtime';
const counter = new AsyncMutex<{ n: number }>({ n: 1 });
export const current: Promise<number> = quickRead(counter, ({ n }) => n);
`,
    'eslint.config.js': `import lockwise from 'eslint-plugin-lockwise';
import tseslint from 'typescript-eslint';
export default [
  { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } },
  { files: ['**/*.ts', '**/*.js'], ...lockwise.configs.recommended },
];
`,
    'typed.ts': `import lockwise, { type LockwisePlugin } from 'eslint-plugin-lockwise';
import { defineConfig } from 'eslint/config';
export const plugin: LockwisePlugin = lockwise;
export default defineConfig([lockwise.configs.recommended]);
`,
    'tsconfig.json': tsconfig(['typed.ts', 'src/store.ts', 'src/counter.ts']),
  });
  install(folder, [packs.plugin, packs.runtime, packs.cli], {
    eslint: versions.eslint10,
    typescript: versions.typescript6,
    'typescript-eslint': versions.typescriptEslint,
    'async-mutex': versions.asyncMutex,
  });
  const results = lint(folder);
  expectLeak(results, 'src/store.ts');
  expectLeak(results, 'src/gate.js');
  compile(folder);
  const ran = run(folder, process.execPath, [
    '--input-type=module',
    '-e',
    `import { AsyncMutex, quickRead } from '@lockwise/runtime';
console.log(await quickRead(new AsyncMutex({ n: 41 }), ({ n }) => n + 1));`,
  ]);
  assert.equal(ran.stdout.trim(), '42', ran.stderr);
  expectFixFromCli(folder, 'src/store.ts');
  expectHostileInputRead(folder);
}

const knownByTypesAlone = {
  'src/deps.ts': `import type { MutexInterface } from 'async-mutex';
export interface Deps {
  readonly lock: MutexInterface;
}
`,
  'src/room.ts': `import type { Deps } from './deps.js';
declare function work(): Promise<void>;
export async function save(deps: Deps): Promise<void> {
  const release = await deps.lock.acquire();
  await work();
  release();
}
`,
};

export async function onlyTypeScript7(folder, packs) {
  write(folder, {
    'package.json': '{ "type": "module" }',
    'src/store.ts': typed,
    'src/gate.js': plain,
    ...knownByTypesAlone,
    'eslint.config.js': `import lockwise from 'eslint-plugin-lockwise';
export default [lockwise.configs.recommended];
`,
    'tsconfig.json': tsconfig(['src/store.ts', 'src/room.ts', 'src/deps.ts']),
  });
  install(folder, [packs.plugin, packs.runtime, packs.cli], {
    eslint: versions.eslint10,
    typescript: versions.typescript7,
    'async-mutex': versions.asyncMutex,
  });
  expectLeak(lint(folder), 'src/gate.js');
  expectLeakFromCli(folder, 'src/store.ts');
  expectLeakByTypes(folder, 'src/room.ts');
  const diagnostics = await diagnosticsFromServer(folder, 'src/store.ts');
  assert.ok(
    diagnostics.some(({ code }) => code === 'require-release'),
    `the language server said ${JSON.stringify(diagnostics)}`,
  );
  // It has no compiler API: types are verified by its `tsc`, over the fixed texts, before they are written.
  assert.match(expectFixFromCli(folder, 'src/store.ts'), /types verified by tsc 7\.\d/);
}

/** Where the parser's binaries cannot be had, the plugin still sees each file. */
export async function withoutBinaries(folder, packs) {
  write(folder, {
    'package.json': '{ "type": "module" }',
    'gate.js': plain,
    'eslint.config.js': `import lockwise from 'eslint-plugin-lockwise';
export default [lockwise.configs.recommended];
`,
  });
  install(folder, [packs.plugin], { eslint: versions.eslint10 });
  for (const name of ['oxc-parser', 'oxc-resolver'])
    rmSync(join(folder, 'node_modules', name), { recursive: true, force: true });
  expectLeak(lint(folder), 'gate.js');
}

function write(folder, files) {
  const manifest = { name: 'user', private: true, ...JSON.parse(files['package.json'] ?? '{}') };
  for (const [path, text] of Object.entries({ ...files, 'package.json': `${JSON.stringify(manifest, null, 2)}\n` })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function tsconfig(files) {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'NodeNext',
    target: 'ES2022',
    lib: ['ES2022', 'ESNext.Disposable', 'DOM'],
    types: [],
    skipLibCheck: false,
  };
  return JSON.stringify({ compilerOptions, files }, null, 2);
}

/** A conflict of peers, even one that npm would only warn of, fails the installation. */
function install(folder, packs, dependencies) {
  const wanted = Object.entries(dependencies).map(([name, version]) => `${name}@${version}`);
  const args = ['install', '--strict-peer-deps', '--no-audit', '--no-fund', '--loglevel=error', ...packs, ...wanted];
  const installed = run(folder, 'npm', args);
  assert.equal(installed.status, 0, `npm install failed:\n${installed.stderr}`);
  const listed = run(folder, 'npm', ['ls', '--all']);
  assert.equal(listed.status, 0, `npm ls found problems:\n${listed.stderr}`);
}

function lint(folder) {
  const eslint = join(folder, 'node_modules/eslint/bin/eslint.js');
  const { stdout, stderr, status } = run(folder, process.execPath, [eslint, '--format', 'json', '.']);
  assert.equal(status, 1, `ESLint ended with ${status}:\n${stdout}\n${stderr}`);
  return JSON.parse(stdout);
}

function expectLeak(results, path) {
  const { messages } = results.find(({ filePath }) => filePath.endsWith(path)) ?? { messages: [] };
  const found = messages.find(({ ruleId }) => ruleId === 'lockwise/require-release');
  assert.ok(found, `no leak was reported in ${path}: ${JSON.stringify(messages)}`);
  assert.ok(found.suggestions?.length > 0, `no repair was suggested in ${path}`);
}

function compile(folder) {
  const tsc = join(folder, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = run(folder, process.execPath, [tsc, '-p', '.']);
  assert.equal(status, 0, `tsc says:\n${stdout}`);
}

function lockwise(folder, args) {
  return run(folder, 'npx', ['--no-install', 'lockwise', ...args]);
}

function expectLeakFromCli(folder, path) {
  const { status, stdout, stderr } = lockwise(folder, ['check', '--reporter', 'json', path]);
  assert.equal(status, 1, `lockwise check ended with ${status}:\n${stderr}`);
  const { findings } = JSON.parse(stdout);
  assert.ok(findings.some((finding) => finding.rule === 'require-release' && finding.path === path));
}

/** A lock that is told by its type alone is seen with `--types`, and only then. */
function expectLeakByTypes(folder, path) {
  const without = lockwise(folder, ['check', path]);
  assert.equal(without.status, 0, without.stdout);
  const { status, stdout, stderr } = lockwise(folder, ['check', '--types', '--reporter', 'json', path]);
  assert.equal(stderr, '');
  assert.equal(status, 1, `lockwise check --types ended with ${status}:\n${stdout}`);
  assert.deepEqual(
    JSON.parse(stdout).findings.map(({ rule }) => rule),
    ['require-release'],
  );
}

function expectFixFromCli(folder, path) {
  const fixed = lockwise(folder, ['fix', '--write', '--unsafe=require-release', '--allow-no-vcs', path]);
  const text = readFileSync(join(folder, path), 'utf8');
  assert.match(text, /finally \{\s*release\(\);/, `lockwise fix left:\n${text}\n${fixed.stdout}\n${fixed.stderr}`);
  compile(folder);
  return fixed.stdout;
}

function run(folder, command, args) {
  return spawnSync(command, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26, timeout: 300_000 });
}
