// `lockwise fix --diff` over every fixture, in each form that a file may have: git takes the patch, and makes of it what `fix --write` makes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const minutes = 4;

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const bin = join(root, 'cli/bin/lockwise.js');
const fixtures = ['examples', 'test/hosts/sources', 'test/trace/fixtures', 'test/vscode/fixtures'];
const FIX = ['fix', '--preset', 'strict', '--unsafe', '--verify', 'syntax'];

const forms = {
  plain: (text) => text,
  'with spaces, crlf': (text) => text.replaceAll('\n', '\r\n'),
  'no final newline': (text) => text.trimEnd(),
  'ümlaut "quoted" \t tab': (text) => `\uFEFF${text}`,
};

function run(program, args, cwd, options = {}) {
  return spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28, ...options });
}

/** A fresh repository with every fixture in every form. */
function layOut(tree) {
  for (const [name, form] of Object.entries(forms))
    for (const folder of fixtures)
      for (const file of sourcesBelow(join(root, folder))) {
        const path = join(tree, name, relative(root, file));
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, form(readFileSync(file, 'utf8')));
      }
  for (const args of [
    ['init', '-q'],
    ['config', 'core.autocrlf', 'false'],
    ['add', '-A'],
    ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '-qm', 'fixtures'],
  ])
    assert.equal(run('git', args, tree).status, 0);
}

function sourcesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && /\.([cm]?[jt]s|json)$/.test(entry.name) && !entry.parentPath.includes('node_modules'),
    )
    .map((entry) => join(entry.parentPath, entry.name));
}

export default function suite() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'lockwise-patches-')));
  const [patched, written] = [join(base, 'patched'), join(base, 'written')];
  try {
    mkdirSync(patched);
    layOut(patched);
    cpSync(patched, written, { recursive: true });
    const env = { ...process.env, HOME: base, XDG_CACHE_HOME: join(base, 'cache') };
    const { status, stdout: patch, stderr } = run(process.execPath, [bin, ...FIX, '--diff'], patched, { env });
    assert.equal(status, 1, stderr);
    const changed = patch.match(/^\+\+\+ /gm)?.length ?? 0;
    assert.ok(changed >= Object.keys(forms).length, 'nothing was fixed: the test holds nothing');
    for (const args of [
      ['apply', '--check', '--allow-empty'],
      ['apply', '--allow-empty'],
    ]) {
      const applied = run('git', args, patched, { input: patch });
      assert.equal(applied.status, 0, applied.stderr);
    }
    const fixed = run(process.execPath, [bin, ...FIX, '--write'], written, { env });
    assert.ok(fixed.status === 0 || fixed.status === 1, fixed.stderr);
    const names = sourcesBelow(patched).map((file) => relative(patched, file));
    for (const name of names) {
      const [one, other] = [patched, written].map((tree) => readFileSync(join(tree, name)));
      assert.ok(one.equals(other), `${name} is not the same by the patch and by --write`);
    }
    assert.equal(
      run('git', ['status', '--porcelain', '-z'], patched).stdout.split('\0').filter(Boolean).length,
      changed,
    );
    console.log(
      `patches: git takes the patch of ${changed} files, and ${names.length} files are then as --write leaves them`,
    );
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) suite();
