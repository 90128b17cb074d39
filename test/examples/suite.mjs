// Every `after/` of the examples is what `lockwise fix --write --unsafe` makes of its `before/`, by tool alone; it compiles, and a
// second run changes nothing. `node test/examples/suite.mjs --update` writes the `after/` folders anew, for a reviewer to read.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const minutes = 5;

const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = join(root, 'cli/bin/lockwise.js');

/** What is installed or compiled: the measuring of the contention leaves its modules beside the sources. */
function isMade(path) {
  return /[\\/](?:node_modules|dist)(?:[\\/]|$)/.test(relative(root, path));
}

/** The folders that have a `before/`, relative to the root. */
function examples() {
  return readdirSync(join(root, 'examples'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name === 'before' && !isMade(entry.parentPath))
    .map((entry) => relative(root, entry.parentPath))
    .sort();
}

/** Runs a program and returns what it printed; a code that is not expected fails with all of it. */
function run(args, cwd, codes) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  assert.ok(codes.includes(status), `node ${args.join(' ')} exited with ${status}\n${stdout}\n${stderr}`);
  // A program that could not start exits with 1 too, and prints no summary.
  assert.match(stdout, /\d+ files? checked|of \d+ checked|checked/, `node ${args.join(' ')} told nothing\n${stderr}`);
  return stdout;
}

function texts(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => join(entry.parentPath, entry.name)).sort().map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  );
}

/** A copy of the examples without any `after/`, where the packages resolve as they do here. */
function workbench(folders) {
  const bench = mkdtempSync(join(tmpdir(), 'lockwise-examples-'));
  cpSync(join(root, 'examples'), join(bench, 'examples'), { recursive: true, filter: (path) => !isMade(path) });
  cpSync(join(root, '.ci'), join(bench, '.ci'), { recursive: true });
  cpSync(join(root, 'package.json'), join(bench, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(bench, 'node_modules'));
  for (const folder of folders) rmSync(join(bench, folder, 'after'), { recursive: true, force: true });
  return bench;
}

function typeErrors(bench) {
  const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'examples/cluster-node/tsconfig.json'], { cwd: bench, encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes('error TS'));
}

function main() {
  const folders = examples();
  const bench = workbench(folders);
  const fix = [cli, 'fix', ...folders.map((folder) => `${folder}/before`), '--write', '--unsafe', '--allow-no-vcs'];
  try {
    const before = typeErrors(bench);
    run(fix, bench, [0, 1]);
    const after = typeErrors(bench);
    console.log(`type errors before the fix: ${before.length}, after: ${after.length}`);
    assert.deepEqual(after, before, 'the fix brings new type errors');
    for (const folder of folders) {
      const made = texts(join(bench, folder, 'before'));
      if (process.argv.includes('--update')) {
        rmSync(join(root, folder, 'after'), { recursive: true, force: true });
        cpSync(join(bench, folder, 'before'), join(root, folder, 'after'), { recursive: true });
      }
      assert.ok(existsSync(join(root, folder, 'after')), `${folder}/after is missing: node test/examples/suite.mjs --update`);
      assert.deepEqual(made, texts(join(root, folder, 'after')), `${folder}/after is not what the tool makes`);
    }
    run(fix, bench, [0, 1]);
    for (const folder of folders) assert.deepEqual(texts(join(bench, folder, 'before')), texts(join(root, folder, 'after')), 'a second run changes something');
    console.log(`${folders.length} passed, 0 failed`);
  } finally {
    rmSync(bench, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
