// `npm run bench:trace`: what the recorder costs, against the same program without it. Runs alternate, so that a slow
// moment of the machine meets both sides; the figure is the median of the ratios of neighbours.
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ready } from '../../../.ci/ready.mjs';

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

const middle = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function row(title, name, unit, goal, figure) {
  const all = pairs(name);
  const plain = middle(all.map(([value]) => value));
  const recorded = middle(all.map(([, value]) => value));
  const ratios = all.map(([before, after]) => after / before).sort((a, b) => a - b);
  return {
    title,
    plain: `${plain.toFixed(0)} ${unit}`,
    recorded: `${recorded.toFixed(0)} ${unit}`,
    goal,
    ...figure(ratios, all),
  };
}

const ratio = (ratios) => ({
  result: `${middle(ratios).toFixed(2)}×`,
  spread: `${ratios[0].toFixed(2)}–${ratios.at(-1).toFixed(2)}`,
});
const percent = (ratios) => ({
  result: `${((middle(ratios) - 1) * 100).toFixed(1)} %`,
  spread:
    ratios.length === 0 ? '' : `${((ratios[0] - 1) * 100).toFixed(1)} to ${((ratios.at(-1) - 1) * 100).toFixed(1)} %`,
});
const growth = (_, all) => ({ result: `${middle(all.map(([, value]) => value)).toFixed(0)} kB`, spread: '' });

console.table([
  row('async-mutex: acquire and release, uncontended', 'async-mutex', 'ns', '≤ 2×', ratio),
  row('async-mutex: runExclusive, uncontended', 'async-mutex section', 'ns', '≤ 2×', ratio),
  row('@lockwise/runtime: acquire and release, uncontended', 'runtime', 'ns', 'stated', ratio),
  row('1,000 sections of 1 ms each', 'sections', 'ms', '≤ 3 %', percent),
  row('heap growth over the second 500,000 acquisitions', 'memory', 'kB', 'flat', growth),
]);
console.log(`${process.version}, ${rounds} rounds, CPU time; the heap after a collection`);
