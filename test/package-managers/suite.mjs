// `lockwise fix --install` as a new user would try it: a monorepo of each package manager, with the packed CLI, where one package lacks the runtime.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packAll } from '../packages/pack.mjs';

export const minutes = 8;

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
/** A lock around one flag: its fix imports the runtime. */
const FLAGS = readFileSync(join(root, 'examples/cluster-node/async-mutex/before/flags.ts'), 'utf8');
const FIX = ['fix', '--rule', 'prefer-atomic-counter'];

/** The manifest of the package that lacks the runtime, in a form of its own: tabs, no final newline, keys that nobody sorts. */
const lacking = (dependencies) =>
  `{\n\t"version": "1.0.0",\n\t"name": "@mono/lacks",\n\t"type": "module",\n\t"dependencies": ${JSON.stringify(dependencies, null, '\t').replaceAll('\n', '\n\t')}\n}`;

const managers = {
  npm: {
    files: { 'package.json': '{ "name": "mono", "private": true, "workspaces": ["packages/*"] }\n' },
    dependencies: { '@mono/has': '1.0.0', 'async-mutex': '0.5.0' },
    lockFile: 'package-lock.json',
    command: 'npm install @lockwise/runtime --workspace packages/lacks',
  },
  pnpm: {
    files: {
      'package.json': '{ "name": "mono", "private": true }\n',
      'pnpm-workspace.yaml': 'packages:\n  - packages/*\ncatalog:\n  async-mutex: 0.5.0\n',
    },
    dependencies: { '@mono/has': 'workspace:*', 'async-mutex': 'catalog:' },
    lockFile: 'pnpm-lock.yaml',
    command: 'pnpm add @lockwise/runtime --filter @mono/lacks',
  },
  yarn: {
    files: {
      'package.json': '{ "name": "mono", "private": true, "workspaces": ["packages/*"] }\n',
      '.yarnrc.yml': 'nodeLinker: node-modules\nenableTelemetry: false\nenableGlobalCache: false\n',
      'yarn.lock': '',
    },
    dependencies: { '@mono/has': 'workspace:^', 'async-mutex': '0.5.0' },
    lockFile: 'yarn.lock',
    command: 'yarn workspace @mono/lacks add @lockwise/runtime',
  },
};

/** A folder for the PATH, in which the pinned package managers are. */
function shims(folder) {
  const scripts = {
    pnpm: join(root, 'node_modules/pnpm/bin/pnpm.cjs'),
    yarn: join(root, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js'),
  };
  mkdirSync(folder);
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

class Monorepo {
  constructor(name, folder, { bin, cli, runtime }) {
    this.manager = managers[name];
    this.folder = folder;
    this.cli = cli;
    this.env = {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      HOME: join(folder, '../home'),
      NO_COLOR: '1',
      CI: 'true',
    };
    const has = { name: '@mono/has', version: '1.0.0', type: 'module', dependencies: { '@lockwise/runtime': runtime } };
    const files = {
      ...this.manager.files,
      '.gitignore': 'node_modules\n.yarn\n',
      'packages/has/package.json': `${JSON.stringify(has, null, 2)}\n`,
      'packages/has/src/flags.ts': FLAGS,
      'packages/lacks/package.json': lacking(this.manager.dependencies),
      'packages/lacks/src/flags.ts': FLAGS,
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    this.#succeed(
      name,
      ['install'],
      name === 'pnpm' ? { npm_config_frozen_lockfile: 'false' } : { YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' },
    );
    for (const args of [
      ['init', '-q'],
      ['add', '-A'],
      ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '-qm', 'start'],
    ])
      this.#succeed('git', args);
  }

  run(command, args, env = {}) {
    return spawnSync(command, args, {
      cwd: this.folder,
      env: { ...this.env, ...env },
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
  }

  #succeed(command, args, env) {
    const { status, stdout, stderr } = this.run(command, args, env);
    assert.equal(status, 0, `${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  }

  lockwise(...args) {
    const { status, stdout, stderr } = this.run(process.execPath, [this.cli, ...args]);
    return { code: status, out: stdout, err: stderr };
  }

  read(path) {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  changed() {
    return this.run('git', ['status', '--porcelain', '-z']).stdout.split('\0').filter(Boolean);
  }
}

function hold(name, repo, { runtime, base }) {
  const { command, lockFile } = repo.manager;
  const preview = repo.lockwise(...FIX, '--reporter', 'json');
  const tiers = JSON.parse(preview.out).findings.map(({ path, fixes }) => [path, fixes[0].tier, fixes[0].reason]);
  const lacks = tiers.filter(([path]) => path.startsWith('packages/lacks/'));
  assert.ok(lacks.length > 0, preview.out);
  for (const [, tier, reason] of lacks) {
    assert.equal(tier, 'unsafe');
    assert.ok(reason.endsWith(`needs @lockwise/runtime, which is not a dependency here: ${command}`), reason);
  }
  for (const [path, , reason] of tiers)
    if (path.startsWith('packages/has/')) assert.doesNotMatch(reason ?? '', /not a dependency/);

  const WRITE = [...FIX, '--write', '--unsafe', 'packages/lacks'];
  const failed = repo.lockwise(...WRITE, `--install=file:${join(base, 'nowhere.tgz')}`);
  assert.equal(failed.code, 2, failed.err);
  assert.match(
    failed.err,
    new RegExp(
      `lockwise: nothing was written\\. \`${name} install\` failed in \\S+: .+; package\\.json and the lock file are as they were\n$`,
    ),
  );
  assert.deepEqual(repo.changed(), []);

  const rolledBack = repo.lockwise(...WRITE, `--install=${runtime}`, '--verify-command', 'exit 3');
  assert.match(rolledBack.err, /`exit 3` failed with code 3, so every file was restored/);
  assert.equal(rolledBack.code, 2);
  assert.deepEqual(repo.changed(), []);

  const manifest = repo.read('packages/lacks/package.json');
  const installed = repo.lockwise(...WRITE, `--install=${runtime}`);
  assert.equal(installed.code, 0, installed.out + installed.err);
  assert.match(installed.out, /Added @lockwise\/runtime to @mono\/lacks/);
  assert.equal(
    repo.read('packages/lacks/package.json'),
    manifest.replace(
      '"dependencies": {\n',
      `"dependencies": {\n\t\t"@lockwise/runtime": ${JSON.stringify(runtime)},\n`,
    ),
  );
  assert.match(repo.read(lockFile), /@lockwise\/runtime/);
  assert.match(repo.read('packages/lacks/src/flags.ts'), /import \{ AtomicCounter \} from '@lockwise\/runtime';/);
  const program =
    "import('@lockwise/runtime').then(({ AtomicCounter }) => console.log(new AtomicCounter(41).get() + 1))";
  const ran = spawnSync(process.execPath, ['-e', program], {
    cwd: join(repo.folder, 'packages/lacks'),
    encoding: 'utf8',
  });
  assert.equal(ran.stdout.trim(), '42', ran.stderr);
  assert.deepEqual(
    repo.changed().sort(),
    [` M ${lockFile}`, ' M packages/lacks/package.json', ' M packages/lacks/src/flags.ts'].sort(),
  );

  // The command that is printed does what is said of it, when it names the package that lies here instead of one to be published.
  repo.run('git', ['checkout', '-q', '.']);
  const [installer, ...args] = command.replace('@lockwise/runtime', `@lockwise/runtime@${runtime}`).split(' ');
  const byHand = repo.run(installer, args);
  assert.equal(byHand.status, 0, byHand.stdout + byHand.stderr);
  assert.ok('@lockwise/runtime' in JSON.parse(repo.read('packages/lacks/package.json')).dependencies);
}

export default async function suite() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'lockwise-managers-')));
  try {
    const packs = packAll(base);
    const tools = join(base, 'tools');
    mkdirSync(tools);
    mkdirSync(join(base, 'home'));
    writeFileSync(join(tools, 'package.json'), '{ "private": true }\n');
    const added = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', packs.cli], {
      cwd: tools,
      encoding: 'utf8',
    });
    assert.equal(added.status, 0, added.stderr);
    const parts = {
      bin: shims(join(base, 'bin')),
      cli: join(tools, 'node_modules/lockwise/bin/lockwise.js'),
      runtime: `file:${packs.runtime}`,
      base,
    };
    const chosen = process.argv.slice(2).filter((name) => name in managers);
    for (const name of chosen.length > 0 ? chosen : Object.keys(managers)) {
      const folder = join(base, name);
      mkdirSync(folder);
      hold(name, new Monorepo(name, folder, parts), parts);
      console.log(`ok    ${name}: the printed command, --install, its failure and its rollback`);
    }
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await suite();
