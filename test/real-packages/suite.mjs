// Runs `lockwise check` over the source of published packages and compares what it says with the snapshots that a reviewer has read;
// then with types (types.mjs), and `lockwise fix`, for what is promised of it (fixes.mjs).
// `node test/real-packages/suite.mjs --update` writes the snapshots; read the difference before you commit it.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPinned } from '../pinned/install.mjs';
import { FixedPackages } from './fixes.mjs';
import { differenceOf, snapshotsOf } from './snapshot.mjs';
import { TypedTree } from './typed-tree.mjs';
import { typesOnlyAdd, typesOnlyAddInEslint } from './types.mjs';

export const minutes = 12;

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const snapshots = join(here, 'snapshots');
const manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
export const packages = Object.keys(manifest.dependencies);

/** Installs once per lock file, without scripts. */
export function install() {
  installPinned(here, `real packages: installing ${packages.length} pinned packages, without scripts`);
}

/** A tree with the source of every package, outside of `node_modules`, where nothing is ever looked for. */
export function layOut(tree) {
  for (const name of packages) {
    const from = join(here, 'node_modules', name);
    const to = join(tree, folderOf(name));
    mkdirSync(to, { recursive: true });
    for (const part of ['src', 'package.json', 'tsconfig.json'])
      if (existsSync(join(from, part))) cpSync(join(from, part), join(to, part), { recursive: true });
    if (!existsSync(join(to, 'src'))) throw new Error(`${name} ships no src: take another version`);
  }
}

export function folderOf(name) {
  return name.replace('@', '').replace('/', '-');
}

function check(tree) {
  const meter = join(here, 'meter.mjs');
  const report = join(tree, '.report.json');
  const usage = join(tree, '.usage.json');
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      '--import',
      meter,
      join(root, 'cli/bin/lockwise.js'),
      'check',
      '--preset',
      'recommended',
      '--reporter',
      `json=${report}`,
      '.',
    ],
    { cwd: tree, encoding: 'utf8', env: { ...process.env, LOCKWISE_METER: usage }, maxBuffer: 1 << 26 },
  );
  if (!existsSync(report)) throw new Error(`lockwise check ended with ${status} and wrote no report:\n${stderr}`);
  return { status, result: JSON.parse(readFileSync(report, 'utf8')), usage: JSON.parse(readFileSync(usage, 'utf8')) };
}

function compare(actual, update) {
  mkdirSync(snapshots, { recursive: true });
  const committed = new Set(readdirSync(snapshots));
  let different = 0;
  for (const name of packages) {
    const file = `${folderOf(name)}.txt`;
    const before = committed.has(file) ? readFileSync(join(snapshots, file), 'utf8') : '';
    const now = actual.get(folderOf(name));
    committed.delete(file);
    if (update) writeFileSync(join(snapshots, file), now);
    else if (before !== now) {
      different++;
      console.error(`\nreal packages: ${name} differs from snapshots/${file}\n${differenceOf(before, now)}`);
    }
  }
  for (const file of committed) {
    if (update) rmSync(join(snapshots, file));
    else console.error(`real packages: snapshots/${file} belongs to no package (${++different} different)`);
  }
  return different;
}

function main(update) {
  install();
  const tree = mkdtempSync(join(tmpdir(), 'lockwise-real-'));
  try {
    layOut(tree);
    const { result, usage } = check(tree);
    const lines = snapshotsOf(result, packages, folderOf);
    const different = compare(lines, update);
    console.log(
      `real packages: ${result.findings.length} findings in ${packages.length} packages; ` +
        `${(usage.wall / 1000).toFixed(1)} s, ${(usage.cpu / 1000).toFixed(1)} s of CPU, ${usage.megabytes} MB at the peak`,
    );
    if (different > 0) {
      console.error(
        'real packages: read each difference; when it is right, `node test/real-packages/suite.mjs --update`',
      );
      process.exitCode = 1;
    }
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

async function withTypes() {
  const modules = new Map([
    ['.', join(here, 'node_modules')],
    ...packages.map((name) => [folderOf(name), join(here, 'node_modules', name, 'node_modules')]),
  ]);
  const tree = new TypedTree(root, layOut, modules);
  try {
    console.log(`real packages: ${typesOnlyAdd(tree)}`);
    console.log(`real packages: ${typesOnlyAddInEslint(tree)}`);
    const fixed = await new FixedPackages(tree).hold();
    console.log(`real packages: ${fixed}; git takes the patch, types are no worse, undo restores every byte`);
  } finally {
    tree.remove();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const update = process.argv.includes('--update');
  main(update);
  if (!update) await withTypes();
}
