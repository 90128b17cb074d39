// The same sources through ESLint, the command, the language server and oxlint: the same findings, texts and, where the host has them, ids.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rules } from '@lockwise/engine';
import { hostileThroughOxlint } from './hostile.mjs';
import { fromCommand, fromEslint, fromOxlint, fromServer } from './hosts.mjs';
import { writeProfile } from './measured.mjs';

export const minutes = 4;

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const bin = join(root, 'cli/bin/lockwise.js');

const oxlintScript = join(root, 'node_modules/oxlint/bin/oxlint');
const pluginFile = join(root, 'eslint-plugin/dist/index.js');
const levels = Object.fromEntries(
  rules.map(({ name, levels }) => [`lockwise/${name}`, levels.strict]).filter(([, level]) => level !== 'off'),
);

/** Where the order of the files, or of equal places, is up to the host. */
const sorted = (found) => [...found].sort((a, b) => (a.text < b.text ? -1 : 1));
const texts = (found) => sorted(found).map(({ text }) => text);
const idsAndTexts = (found) => sorted(found).map(({ id, text }) => `${id} ${text}`);

const sources = () => readdirSync(join(here, 'sources')).sort();

/** Compares what all hosts say of the sources, with a recorded profile or without; gives what they say. */
async function compared(folder, profile) {
  const paths = sources();
  const command = fromCommand(folder, bin, profile);
  const reported = new Set(command.map(({ text }) => text.split(':')[0]));
  assert.ok(reported.has('helped.ts'), 'a lock that is taken through a helper of another name is not seen');
  assert.ok(reported.size >= 2, `too few of the sources have findings to compare: ${[...reported]}`);

  const eslint = fromEslint(folder, paths, profile);
  assert.deepEqual(idsAndTexts(eslint), idsAndTexts(command), 'ESLint and the command differ');
  const asked = paths.filter((path) => reported.has(path));
  const server = await fromServer(folder, bin, asked, profile);
  assert.deepEqual(idsAndTexts(server), idsAndTexts(command), 'the language server and the command differ');
  const oxlint = fromOxlint(folder, oxlintScript, pluginFile, levels, profile);
  assert.deepEqual(texts(oxlint), texts(command), 'oxlint and the command differ');
  return command;
}

async function main() {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lockwise-hosts-')));
  const hostile = realpathSync(mkdtempSync(join(tmpdir(), 'lockwise-hostile-')));
  try {
    console.log(`hosts: ${hostileThroughOxlint(hostile, oxlintScript, pluginFile, levels)}`);
    cpSync(join(here, 'sources'), folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    const found = await compared(folder);
    const measured = await compared(folder, writeProfile(folder));
    assert.deepEqual(
      measured.map(({ id }) => id).sort(),
      found.map(({ id }) => id).sort(),
      'a profile changes the ids of findings',
    );
    const told = measured.filter(({ text }) =>
      text.includes('measured, it was held 64.0 ms (p95), and 4 requests waited'),
    );
    assert.equal(told.length, 1, `the profile says nothing: ${texts(measured).join('\n')}`);
    const updated = spawnSync(process.execPath, [bin, 'baseline', 'update', '--preset', 'strict'], { cwd: folder });
    assert.equal(updated.status, 0);
    assert.deepEqual(fromCommand(folder, bin), [], 'the command tells of findings that its baseline knows');
    assert.deepEqual(fromEslint(folder, sources()), [], 'ESLint tells of findings that the baseline knows');
    assert.deepEqual(
      await fromServer(folder, bin, sources()),
      [],
      'the server tells of findings that the baseline knows',
    );
    console.log(
      `hosts: ${found.length} findings, the same in ESLint, the command, the language server and oxlint, with a profile too; none where the baseline knows them`,
    );
  } finally {
    for (const one of [folder, hostile]) rmSync(one, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
