// The packed extension in a real VS Code: packs it, prepares two builds of VS Code and Chromium, and runs every *.e2e.mjs here.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '../browser/chromium.mjs';
import { repository } from './fixtures.mjs';
import { prepare, prepareEslintServer } from './prepare.mjs';

export const minutes = 20;

const here = dirname(fileURLToPath(import.meta.url));

export default function run() {
  must('packing the extension', [join(repository, 'extension/package.mjs')]);
  prepare('current');
  prepare('oldest');
  prepareEslintServer();
  chromium();
  const wanted = process.argv.slice(2);
  const files = readdirSync(here)
    .filter((name) => name.endsWith('.e2e.mjs') && (wanted.length === 0 || wanted.some((part) => name.includes(part))))
    .sort();
  // One at a time: two workbenches on two cores time each other out.
  must('the tests in VS Code', [
    '--test',
    '--test-concurrency=1',
    '--test-reporter=spec',
    ...files.map((name) => join(here, name)),
  ]);
}

function must(what, args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${what} failed`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    run();
  } catch (error) {
    console.error(`vscode: ${error.message}`);
    process.exitCode = 1;
  }
}
