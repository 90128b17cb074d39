// `npm run bench:runtime [-- GOAL…]`: measures every goal in the Node that runs this and in Node 24, and writes the
// tables and the charts to docs/benchmarks/. With names of goals it measures those alone, and writes nothing.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ready, root } from '../../../.ci/ready.mjs';
import { installedEngines } from '../../engines/engines.mjs';
import { chart } from './chart.mjs';
import { goals, memoryGoal, sizeGoal } from './goals.mjs';
import { ratiosOf } from './measure.mjs';
import { page } from './page.mjs';
import { sizes } from './sizes.mjs';
import { judged, told } from './verdict.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const chosen = process.argv.slice(2);
const isChosen = ({ id }) => chosen.length === 0 || chosen.includes(id);

/** Runs a program of this folder in a process of its own: no scenario meets the heap or the type feedback of another. */
function inProcess(engine, args) {
  const { status, stdout, stderr } = spawnSync(engine, args, { encoding: 'utf8', cwd: here, timeout: 180_000 });
  if (status === 0) return JSON.parse(stdout);
  const why = stderr.trim().split('\n').slice(0, 4).join(' | ') || 'it took more than 180 s';
  console.error(`bench: ${args.join(' ')} failed in ${engine}: ${why}`);
  return {};
}

const keyOf = ({ scenario, flags = [] }) => [...scenario, ...flags].join(' ');

/** The scenarios that the chosen goals need, each measured once. */
function measuredScenarios(engine) {
  const scenarios = new Map();
  for (const goal of goals.filter(isChosen)) {
    const key = keyOf(goal);
    if (scenarios.has(key)) continue;
    console.log(`   ${goal.title} …`);
    const results = inProcess(engine, [...(goal.flags ?? []), 'goal-run.mjs', ...goal.scenario]);
    scenarios.set(key, { title: goal.title, results });
  }
  return scenarios;
}

/** A check whose variant or peer was not measured (an engine lacks it, or it failed) makes no row. */
function scenarioVerdicts(scenarios) {
  return goals.filter(isChosen).flatMap((goal) => {
    const { results } = scenarios.get(keyOf(goal));
    return goal.checks
      .filter(({ of, to }) => results[of] !== undefined && (to === undefined || results[to] !== undefined))
      .map((check) => ({
        ...judged(goal.id, check, check.to === undefined ? results[check.of].ratios : ratiosOf(results, check)),
        title: goal.title,
      }));
  });
}

function figureVerdicts({ id, title, checks }, figures) {
  return checks
    .filter(({ of }) => figures[of] !== undefined)
    .map((check) => ({
      ...judged(id, check, [figures[check.of] / (check.to === undefined ? 1 : figures[check.to])]),
      title,
    }));
}

function measuredEngine(engine) {
  const version = spawnSync(engine, ['--version'], { encoding: 'utf8' }).stdout.trim();
  console.log(`== Node ${version}`);
  const scenarios = measuredScenarios(engine);
  const memory = isChosen(memoryGoal) ? inProcess(engine, ['--expose-gc', 'memory.mjs']) : {};
  const verdicts = [...scenarioVerdicts(scenarios), ...figureVerdicts(memoryGoal, memory)];
  for (const verdict of verdicts) console.log(told(verdict));
  return { version, scenarios, memory, verdicts };
}

ready();
const { 'Node 24': node24 } = installedEngines();
const engines = [process.execPath, node24].filter((engine) => engine !== undefined).map(measuredEngine);
const bytes = isChosen(sizeGoal) ? sizes() : {};
const sizeVerdicts = figureVerdicts(sizeGoal, bytes);
for (const verdict of sizeVerdicts) console.log(told(verdict));

if (chosen.length === 0) {
  const target = join(root, 'docs', 'benchmarks');
  mkdirSync(target, { recursive: true });
  for (const { version, scenarios } of engines)
    writeFileSync(join(target, `runtime-node${parseInt(version.slice(1))}.svg`), chart({ version, scenarios }));
  writeFileSync(join(target, 'runtime.md'), page({ engines, bytes, sizeVerdicts }));
  console.log('written: docs/benchmarks/runtime.md and its charts');
}
