// The same sources through ESLint, the command, the language server and oxlint: the same findings, texts and, where the host has them, ids.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rules } from '@lockwise/engine';
import { fromCommand, fromEslint, fromOxlint, fromServer } from './hosts.mjs';

export const minutes = 4;

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const bin = join(root, 'cli/bin/lockwise.js');

/** Where the order of the files, or of equal places, is up to the host. */
const sorted = (found) => [...found].sort((a, b) => (a.text < b.text ? -1 : 1));
const texts = (found) => sorted(found).map(({ text }) => text);
const idsAndTexts = (found) => sorted(found).map(({ id, text }) => `${id} ${text}`);

async function main() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lockwise-hosts-')));
  try {
    cpSync(join(here, 'sources'), folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    const paths = readdirSync(join(here, 'sources')).sort();
    const command = fromCommand(folder, bin);
    const reported = new Set(command.map(({ text }) => text.split(':')[0]));
    assert.ok(reported.size >= 2, `too few of the sources have findings to compare: ${[...reported]}`);

    const eslint = fromEslint(folder, paths);
    assert.deepEqual(idsAndTexts(eslint), idsAndTexts(command), 'ESLint and the command differ');
    const server = await fromServer(
      folder,
      bin,
      paths.filter((path) => reported.has(path)),
    );
    assert.deepEqual(idsAndTexts(server), idsAndTexts(command), 'the language server and the command differ');
    const levels = rules
      .map(({ name, levels }) => ({ name, level: levels.strict }))
      .filter(({ level }) => level !== 'off');
    const oxlint = fromOxlint(
      folder,
      join(root, 'node_modules/oxlint/bin/oxlint'),
      join(root, 'eslint-plugin/dist/index.js'),
      levels,
    );
    assert.deepEqual(texts(oxlint), texts(command), 'oxlint and the command differ');
    const updated = spawnSync(process.execPath, [bin, 'baseline', 'update', '--preset', 'strict'], { cwd: folder });
    assert.equal(updated.status, 0);
    assert.deepEqual(fromCommand(folder, bin), [], 'the command tells of findings that its baseline knows');
    assert.deepEqual(fromEslint(folder, paths), [], 'ESLint tells of findings that the baseline knows');
    assert.deepEqual(
      await fromServer(folder, bin, [...reported]),
      [],
      'the server tells of findings that the baseline knows',
    );
    console.log(
      `hosts: ${command.length} findings, the same in ESLint, the command, the language server and oxlint; none where the baseline knows them`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
