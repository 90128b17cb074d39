// `npm run bench:runtime [-- GOAL…]`: measures every goal and writes the table and the chart to docs/benchmarks/.
// Two engines: the Node that runs this, and, when NODE_24 names its binary, that one.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ready, root } from '../../../.ci/ready.mjs';
import { goals, memoryGoals } from './goals.mjs';
import { ratioOf } from './measure.mjs';
import { chart } from './chart.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const target = join(root, 'docs', 'benchmarks');
const chosen = process.argv.slice(2);

function json(engine, args) {
  const { status, stdout, stderr } = spawnSync(engine, args, { encoding: 'utf8', cwd: here, timeout: 180_000 });
  if (status === 0) return JSON.parse(stdout);
  console.error(
    `bench: ${args.join(' ')} failed in ${engine}: ${stderr.trim().split('\n').slice(0, 4).join(' | ') || 'it took more than 180 s'}`,
  );
  return undefined;
}

function judged(id, check, ratio) {
  const limit = check.most === undefined ? `≥ ${check.least}×` : `≤ ${check.most}×`;
  const reached = check.most === undefined ? ratio >= check.least : ratio <= check.most;
  return { id, what: check.of, to: check.to ?? 'floor', limit, ratio, reached };
}

function measuredGoals(engine) {
  const rows = [];
  const scenarios = new Map();
  for (const { id, scenario, checks } of goals) {
    if (chosen.length > 0 && !chosen.includes(id)) continue;
    const key = scenario.join(' ');
    if (!scenarios.has(key)) scenarios.set(key, json(engine, ['goal-run.mjs', ...scenario]));
    const results = scenarios.get(key);
    const own = [];
    for (const check of checks) {
      if (results === undefined || results[check.of] === undefined) continue;
      if (check.to !== undefined && results[check.to] === undefined) continue;
      own.push(
        judged(id, check, check.to === undefined ? results[check.of].ratio : ratioOf(results, check.of, check.to)),
      );
    }
    rows.push(...own);
    const told = own.map(
      ({ what, to, ratio, limit, reached }) =>
        `${what} against ${to} ${ratio.toFixed(2)} (${limit}${reached ? '' : ', MISSED'})`,
    );
    console.log(`${id} ${key}: ${told.join('; ') || 'not measured'}`);
  }
  return { rows, scenarios };
}

function memoryRows(engine) {
  if (chosen.length > 0 && !chosen.includes('P6')) return { rows: [], bytes: {} };
  const bytes = json(engine, ['--expose-gc', 'memory.mjs']);
  if (bytes === undefined) return { rows: [], bytes: {} };
  return { rows: memoryGoals.map((check) => judged('P6', check, bytes[check.of] / bytes[check.to])), bytes };
}

function table(rows) {
  const lines = rows.map(({ id, what, to, limit, ratio, reached }) => {
    const miss = reached ? 'reached' : `missed: ${ratio.toFixed(2)}× for ${limit}`;
    return `| ${id} | ${what} | ${to} | ${limit} | ${ratio.toFixed(2)}× | ${miss} |`;
  });
  return ['| goal | measured | against | goal | ratio | |', '|---|---|---|---|---|---|', ...lines].join('\n');
}

function figures(scenarios) {
  const parts = [];
  for (const [key, results] of scenarios) {
    if (results === undefined) continue;
    parts.push(`\n### ${key}\n\n| variant | ns per operation | of the floor |\n|---|---:|---:|`);
    for (const [name, { ns, ratio }] of Object.entries(results)) {
      parts.push(`| ${name} | ${ns.toFixed(0)} | ${ratio.toFixed(2)}× |`);
    }
  }
  return parts.join('\n');
}

ready();
const engines = [process.execPath, process.env.NODE_24].filter((engine) => engine !== undefined);
const sections = [];
const all = [];
for (const engine of engines) {
  const version = spawnSync(engine, ['--version'], { encoding: 'utf8' }).stdout.trim();
  console.log(`== Node ${version}`);
  const { rows, scenarios } = measuredGoals(engine);
  const memory = memoryRows(engine);
  const bytes = Object.entries(memory.bytes).map(([name, value]) => `| ${name} | ${value} |`);
  const perWaiter = bytes.length === 0 ? '' : `\n### memory\n\n| waiter | bytes |\n|---|---:|\n${bytes.join('\n')}`;
  sections.push(`## Node ${version}\n\n${table([...rows, ...memory.rows])}\n${figures(scenarios)}\n${perWaiter}\n`);
  all.push({ version, scenarios });
}
if (chosen.length === 0) {
  mkdirSync(target, { recursive: true });
  const intro = `# The runtime against its floors and its peers

Written by \`npm run bench:runtime\`, on ${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}.

CPU time, in rounds that interleave all variants; each ratio is the median of the ratios of its rounds, so that it means
something on a machine that does other work too. The floor of a scenario is the cheapest program that does the same
without the primitive. The sizes (P16) are checked by \`runtime/test/size.test.ts\`.

![Cost against the floor](runtime.svg)
`;
  writeFileSync(join(target, 'runtime.md'), `${intro}\n${sections.join('\n')}`);
  writeFileSync(join(target, 'runtime.svg'), chart(all.at(-1)));
  console.log(`written: docs/benchmarks/runtime.md and runtime.svg`);
}
