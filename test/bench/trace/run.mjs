// `npm run bench:trace [-- ROUNDS]`: what the recorder costs, against the same program without it, as
// docs/benchmarks/trace.md. Runs alternate, so that a slow moment of the machine meets both sides.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ready } from '../../../.ci/ready.mjs';
import { tracePage } from './page.mjs';

ready();
const rounds = Number(process.argv[2] ?? 7);
const preload = new URL('../../../cli/dist/trace/preload.js', import.meta.url).href;
const program = fileURLToPath(new URL('programs.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'lockwise-bench-'));

function measured(name, options) {
  const env = { ...process.env, LOCKWISE_TRACE_OUTPUT: join(folder, 'profile.json') };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', ...options, program, name], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
  return Number(stdout);
}

/** The plain and the recorded figure of each round. */
function pairs(name) {
  return Array.from({ length: rounds }, (_, round) => {
    process.stderr.write(`${name} ${round + 1}/${rounds}\n`);
    return [measured(name, []), measured(name, [`--import=${preload}`])];
  });
}

const acquire = { unit: 'ns', kind: 'ratio' };
const programs = [
  { name: 'async-mutex', title: 'async-mutex: acquire and release, uncontended', ...acquire, goal: '≤ 2×', most: 2 },
  { name: 'async-mutex section', title: 'async-mutex: `runExclusive`, uncontended', ...acquire, goal: '≤ 2×', most: 2 },
  { name: 'runtime', title: '`@lockwise/runtime`: acquire and release, uncontended', ...acquire, goal: 'stated' },
  { name: 'sections', title: '1,000 sections of about 1 ms', unit: 'ms', kind: 'percent', goal: '≤ 3 %', most: 1.03 },
  {
    name: 'memory',
    title: 'growth of the heap over the second half of a million acquisitions',
    unit: 'kB',
    kind: 'growth',
    goal: 'flat: ≤ 100 kB',
    most: 100,
  },
].map((one) => ({ ...one, pairs: pairs(one.name) }));

const page = tracePage(programs, { node: `Node ${process.version.slice(1)}`, rounds });
writeFileSync(fileURLToPath(new URL('../../../docs/benchmarks/trace.md', import.meta.url)), page.text);
console.log(page.text);
for (const miss of page.misses) console.error(`not met: ${miss}`);
process.exitCode = page.misses.length === 0 ? 0 : 1;
