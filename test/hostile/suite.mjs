// Four times as much of anything takes about four times the steps: nothing that a file may have thousands of is looked for among all the others.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const minutes = 3;

/** Four times as much, and some for what grows with the depth of a tree; a square would be sixteen times. */
const MOST = 6;

/** Those that take more, and why. */
const MORE = {
  'splits of one section': { most: 12, because: 'each fix looks for the edits of others that it would make void' },
  'counters of one lock': { most: 12, because: 'one fix has as many edits as there are sections, and compares them' },
  're-exports of many modules': { most: 8, because: 'a name that comes by `export *` is looked for in each module' },
};

const growth = fileURLToPath(new URL('growth.mjs', import.meta.url));

export default function suite() {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-opt', growth], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(rows.length > 50, 'every growing program was read');
  const faults = rows.filter(({ name, ratio }) => ratio > (MORE[name]?.most ?? MOST));
  for (const { name, once, fourTimes, ratio } of faults)
    console.error(`FAIL  ${name}: ${once} steps, and ${fourTimes} for four times as much (× ${ratio})`);
  assert.deepEqual(
    faults.map(({ name }) => name),
    [],
  );
  console.log(`${rows.length} growing programs, none of them takes more than its steps`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) suite();
