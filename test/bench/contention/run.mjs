// `npm run bench:contention`: records the cluster node before and after under each load, and writes
// docs/benchmarks/contention.md.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ready } from '../../../.ci/ready.mjs';
import { groups, figuresOf } from './figures.mjs';
import { loads } from './loads.mjs';
import { contentionPage } from './page.mjs';
import { compiledVariants, root } from './variants.mjs';

ready();
const runs = Number(process.argv[2] ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'lockwise-contention-'));
const cli = join(root, 'cli/dist');
const { loadProfile } = await import(join(cli, 'trace/profile.js'));

/** One recorded run: what the driver says, and what the profile says by group of locks. */
function recorded({ module }, load, number) {
  const profile = join(folder, `${load}-${number}.json`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, 'test/trace/lockwise.mjs'),
      'trace',
      '-o',
      profile,
      '--',
      process.execPath,
      join(root, 'test/bench/contention/drive.mjs'),
      module,
      load,
    ],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the ${load} load failed on ${module}: ${stderr}`);
  const driver = JSON.parse(stdout);
  return { ...driver, groups: figuresOf(loadProfile(profile), driver.requests) };
}

const variants = compiledVariants();
const results = [];
// Before and after alternate within each run, so that a slow moment of the machine meets both.
for (let number = 0; number < runs; number++)
  for (const load of Object.keys(loads))
    for (const variant of variants) {
      results.push({ ...variant, load, ...recorded(variant, load, number) });
      process.stderr.write(`${number + 1}/${runs} ${variant.locks} ${variant.side} ${load}\n`);
    }

const page = contentionPage(results, groups, { node: process.version, runs });
const file = join(root, 'docs/benchmarks/contention.md');
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, page.text);
console.log(readFileSync(file, 'utf8'));
for (const miss of page.misses) console.error(`not met: ${miss}`);
process.exitCode = page.misses.length === 0 ? 0 : 1;
