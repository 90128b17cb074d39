// Fixes the source of published packages as a user would, and holds what is promised of that: a patch that git takes, no file that parses or
// type-checks worse, nothing left for a second run, every byte back after undo.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TSC = fileURLToPath(import.meta.resolve('typescript/lib/tsc.js'));

export class FixedPackages {
  #tree;

  /** @param tree the packages as published, under version control */
  constructor(tree) {
    this.#tree = tree;
    writeFileSync(join(tree.path, '.gitignore'), 'node_modules\n');
    this.#git('init', '-q');
    this.#git('add', '-A');
    this.#git('-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '-qm', 'as published');
  }

  async hold() {
    const diff = this.#tree.lockwise('fix', '--unsafe', '--preset', 'strict', '--verify', 'syntax', '--diff');
    const checked = spawnSync('git', ['apply', '--check', '--allow-empty'], {
      cwd: this.#tree.path,
      input: diff.out,
      encoding: 'utf8',
    });
    assert.equal(checked.status, 0, `git does not take the patch:\n${checked.stderr}`);
    assert.ok(diff.out.includes('\n@@ '), 'nothing was fixed: the test holds nothing');

    const touched = [...new Set([...diff.out.matchAll(/^\+\+\+ b\/([^/]+)\//gm)].map(([, folder]) => folder))];
    const before = this.#bytes();
    const errorsBefore = await this.#typeErrors(touched);
    const { fixing, err } = this.#tree.reported('fix', '--write', '--unsafe', '--preset', 'strict');
    assert.ok(fixing.written && fixing.applied.length > 0, err);
    assert.match(fixing.verified, /^parsed and checked again, types verified by TypeScript \d/);
    assert.deepEqual([fixing.stopped, fixing.refused], [[], []]);
    for (const { because } of fixing.dropped)
      assert.match(because, /^\S+(:\d+ TS\d+: | would (not parse|still have|newly have))./);
    for (const [folder, errors] of await this.#typeErrors(touched))
      assert.deepEqual(added(errors, errorsBefore.get(folder)), [], `${folder} has type errors that it did not have`);

    const after = this.#bytes();
    this.#git('-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '-qam', 'fixed');
    const second = this.#tree.lockwise('fix', '--unsafe', '--preset', 'strict', '--verify', 'syntax', '--diff');
    assert.equal(second.out, '', 'a second run would change something');
    this.#tree.lockwise('fix', '--write', '--unsafe', '--preset', 'strict', '--verify', 'syntax');
    assert.deepEqual(this.#bytes(), after);
    assert.equal(this.#tree.lockwise('undo').code, 0);
    assert.deepEqual(this.#bytes(), before, 'undo left a file other than it was');
    return `${fixing.applied.length} fixes in ${fixing.files.length} files of ${touched.length} packages, ${fixing.dropped.length} left out by the verification`;
  }

  #git(...args) {
    const { status, stderr } = spawnSync('git', args, { cwd: this.#tree.path, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  }

  /** The hash of each file. */
  #bytes() {
    const files = spawnSync('git', ['ls-files', '-z'], { cwd: this.#tree.path, encoding: 'utf8' })
      .stdout.split('\0')
      .filter(Boolean);
    const hash = (file) =>
      createHash('sha256')
        .update(readFileSync(join(this.#tree.path, file)))
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
    const args = [TSC, '-p', folder, '--pretty', 'false'];
    return new Promise((done) =>
      execFile(process.execPath, args, { cwd: this.#tree.path, maxBuffer: 1 << 26 }, (_error, stdout) => {
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
