// Fixes the source of published packages as a user would, and holds what is promised of that: a patch that git takes, no file that parses or
// type-checks worse, nothing left for a second run, every byte back after undo.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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

export class FixedPackages {
  #base = mkdtempSync(join(tmpdir(), 'lockwise-fixed-'));
  #tree = join(this.#base, 'tree');
  #root;

  /**
   * @param root of this repository
   * @param layOut copies the sources of each package below a folder
   * @param modules of the packages, by folder; those of all of them at `.`
   */
  constructor(root, layOut, modules) {
    this.#root = root;
    mkdirSync(join(this.#base, 'node_modules/@lockwise'), { recursive: true });
    symlinkSync(join(root, 'runtime'), join(this.#base, 'node_modules/@lockwise/runtime'));
    symlinkSync(join(root, 'node_modules/typescript'), join(this.#base, 'node_modules/typescript'));
    layOut(this.#tree);
    for (const [folder, from] of modules)
      if (existsSync(from)) symlinkSync(from, join(this.#tree, folder, 'node_modules'));
    for (const folder of this.#packages())
      writeFileSync(join(this.#tree, folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    writeFileSync(join(this.#tree, '.gitignore'), 'node_modules\n');
    this.#git('init', '-q');
    this.#git('add', '-A');
    this.#git('-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '-qm', 'as published');
  }

  async hold() {
    const diff = this.#lockwise('fix', '--unsafe', '--preset', 'strict', '--verify', 'syntax', '--diff');
    const checked = spawnSync('git', ['apply', '--check', '--allow-empty'], {
      cwd: this.#tree,
      input: diff.out,
      encoding: 'utf8',
    });
    assert.equal(checked.status, 0, `git does not take the patch:\n${checked.stderr}`);
    assert.ok(diff.out.includes('\n@@ '), 'nothing was fixed: the test holds nothing');

    const touched = [...new Set([...diff.out.matchAll(/^\+\+\+ b\/([^/]+)\//gm)].map(([, folder]) => folder))];
    const before = this.#bytes();
    const errorsBefore = await this.#typeErrors(touched);
    const report = join(this.#base, 'report.json');
    const written = this.#lockwise('fix', '--write', '--unsafe', '--preset', 'strict', '--reporter', `json=${report}`);
    const { fixing } = JSON.parse(readFileSync(report, 'utf8'));
    assert.ok(fixing.written && fixing.applied.length > 0, written.err);
    assert.match(fixing.verified, /^parsed and checked again, types verified by TypeScript \d/);
    assert.deepEqual([fixing.stopped, fixing.refused], [[], []]);
    for (const { because } of fixing.dropped)
      assert.match(because, /^\S+(:\d+ TS\d+: | would (not parse|still have|newly have))./);
    for (const [folder, errors] of await this.#typeErrors(touched))
      assert.deepEqual(added(errors, errorsBefore.get(folder)), [], `${folder} has type errors that it did not have`);

    const after = this.#bytes();
    this.#git('-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '-qam', 'fixed');
    const second = this.#lockwise('fix', '--unsafe', '--preset', 'strict', '--verify', 'syntax', '--diff');
    assert.equal(second.out, '', 'a second run would change something');
    this.#lockwise('fix', '--write', '--unsafe', '--preset', 'strict', '--verify', 'syntax');
    assert.deepEqual(this.#bytes(), after);
    assert.equal(this.#lockwise('undo').code, 0);
    assert.deepEqual(this.#bytes(), before, 'undo left a file other than it was');
    return `${fixing.applied.length} fixes in ${fixing.files.length} files of ${touched.length} packages, ${fixing.dropped.length} left out by the verification`;
  }

  remove() {
    rmSync(this.#base, { recursive: true, force: true });
  }

  #packages() {
    return readdirSync(this.#tree, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  }

  #git(...args) {
    const { status, stderr } = spawnSync('git', args, { cwd: this.#tree, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  }

  #lockwise(...args) {
    const env = { ...process.env, HOME: this.#base, XDG_CACHE_HOME: join(this.#base, 'cache') };
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(this.#root, 'cli/bin/lockwise.js'), ...args], {
      cwd: this.#tree,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    assert.ok(status === 0 || status === 1, `lockwise ${args.join(' ')} ended with ${status}:\n${stderr}`);
    return { code: status, out: stdout, err: stderr };
  }

  /** The hash of each file. */
  #bytes() {
    const files = spawnSync('git', ['ls-files', '-z'], { cwd: this.#tree, encoding: 'utf8' })
      .stdout.split('\0')
      .filter(Boolean);
    const hash = (file) =>
      createHash('sha256')
        .update(readFileSync(join(this.#tree, file)))
        .digest('hex');
    return Object.fromEntries(files.map((file) => [file, hash(file)]));
  }

  /** What `tsc` says of each package, without lines and columns, which a fix may move; two at a time. */
  async #typeErrors(packages) {
    const errors = new Map();
    const left = [...packages];
    const next = async () => {
      for (let folder = left.shift(); folder !== undefined; folder = left.shift())
        errors.set(folder, await this.#typeErrorsOf(folder));
    };
    await Promise.all([next(), next()]);
    return errors;
  }

  #typeErrorsOf(folder) {
    const args = [join(this.#root, 'node_modules/typescript/lib/tsc.js'), '-p', folder, '--pretty', 'false'];
    return new Promise((done) =>
      execFile(process.execPath, args, { cwd: this.#tree, maxBuffer: 1 << 26 }, (_error, stdout) => {
        const lines = stdout.split('\n').filter((line) => /: error TS\d+: /.test(line));
        done(lines.map((line) => line.replace(/\(\d+,\d+\)/, '')));
      }),
    );
  }
}

function added(after, before) {
  const left = [...before];
  return after.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
