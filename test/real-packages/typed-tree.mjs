// The sources of the packages as a project that TypeScript can read: each with its modules and a tsconfig, the runtime and the compiler above.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lenient where the packages' own settings are unknown, strict where a fix could do harm. */
const TSCONFIG = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    module: 'esnext',
    moduleResolution: 'bundler',
    target: 'es2022',
    lib: ['es2024', 'dom', 'dom.iterable', 'esnext.disposable'],
    types: ['node'],
    jsx: 'react-jsx',
    skipLibCheck: true,
    allowJs: true,
    resolveJsonModule: true,
    experimentalDecorators: true,
  },
  include: ['src'],
};

export class TypedTree {
  /** Where the packages are, each in a folder of its own. */
  path;
  #base = mkdtempSync(join(tmpdir(), 'lockwise-typed-'));
  #root;

  /**
   * @param root of this repository
   * @param layOut copies the sources of each package below a folder
   * @param modules of the packages, by folder; those of all of them at `.`
   */
  constructor(root, layOut, modules) {
    this.#root = root;
    this.path = join(this.#base, 'tree');
    mkdirSync(join(this.#base, 'node_modules/@lockwise'), { recursive: true });
    symlinkSync(join(root, 'runtime'), join(this.#base, 'node_modules/@lockwise/runtime'));
    symlinkSync(join(root, 'node_modules/typescript'), join(this.#base, 'node_modules/typescript'));
    layOut(this.path);
    for (const [folder, from] of modules) {
      if (existsSync(from)) symlinkSync(from, join(this.path, folder, 'node_modules'));
      if (folder !== '.') writeFileSync(join(this.path, folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    }
  }

  /** Runs the command; one that neither finds nothing nor something fails the test. */
  lockwise(...args) {
    const env = { ...process.env, HOME: this.#base, XDG_CACHE_HOME: join(this.#base, 'cache') };
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(this.#root, 'cli/bin/lockwise.js'), ...args], {
      cwd: this.path,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    assert.ok(status === 0 || status === 1, `lockwise ${args.join(' ')} ended with ${status}:\n${stderr}`);
    return { code: status, out: stdout, err: stderr };
  }

  /** What a command reports, as data. */
  reported(...args) {
    const file = join(this.#base, 'report.json');
    const { err } = this.lockwise(...args, '--reporter', `json=${file}`);
    return { ...JSON.parse(readFileSync(file, 'utf8')), err };
  }

  remove() {
    rmSync(this.#base, { recursive: true, force: true });
  }
}
