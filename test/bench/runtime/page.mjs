// docs/benchmarks/runtime.md: the goals with what was reached, the charts, and every figure behind them.
import { cpus } from 'node:os';
import { digits, figure, spread } from './verdict.mjs';

export function page({ engines, bytes, sizeVerdicts }) {
  return `${[intro(), ...engines.map(section), sizeSection(bytes, sizeVerdicts)].join('\n\n')}\n`;
}

function intro() {
  return `# The runtime against its floors and its peers

Written by \`npm run bench:runtime\`, on ${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}.

CPU time, in rounds that interleave all variants; each ratio is the median of the ratios of its rounds, with the middle half
of the rounds in brackets, so that it means something on a machine that does other work too. The floor of a scenario is the
cheapest program that does the same without the primitive.`;
}

function section({ version, scenarios, memory, verdicts }) {
  const file = `runtime-node${parseInt(version.slice(1))}.svg`;
  const figures = [...scenarios.values()].map(({ title, results }) => `### ${title}\n\n${variants(results)}`);
  const waiters = Object.keys(memory).length === 0 ? [] : [`### bytes per waiter\n\n${bytesTable('waiter', memory)}`];
  return [
    `## Node ${version}`,
    goalTable(verdicts),
    `![CPU time of each variant against its floor, Node ${version}](${file})`,
    ...figures,
    ...waiters,
  ].join('\n\n');
}

function sizeSection(bytes, verdicts) {
  const intro =
    'Minified and compressed with gzip: what an import adds to a bundle, the package’s own dependencies included.';
  return ['## Size', intro, goalTable(verdicts), bytesTable('import', bytes)].join('\n\n');
}

function goalTable(verdicts) {
  const rows = verdicts.map((verdict) => {
    const { id, title, of, to, limit, unit, reached } = verdict;
    return [id, title, of, unit === '×' ? to : '–', limit, figure(verdict), reached ? 'reached' : '**missed**'];
  });
  return table(['goal', 'what', 'measured', 'against', 'limit', 'figure', ''], rows);
}

function variants(results) {
  const rows = Object.entries(results).map(([name, { ns, ratios }]) => [
    name,
    digits(ns),
    figure({ ...spread(ratios), unit: '×' }),
  ]);
  return table(['variant', 'ns per operation', 'of the floor'], rows);
}

function bytesTable(what, bytes) {
  const rows = Object.entries(bytes).map(([name, value]) => [name, Math.round(value).toLocaleString('en')]);
  return table([what, 'bytes'], rows);
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
