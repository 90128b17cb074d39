// docs/benchmarks/engine.md: what a check costs beside ripgrep and ESLint, the goals, and every figure behind them.
import { cpus } from 'node:os';
import { ratioOf, spreadOf } from './figures.mjs';

const COLD = 'lockwise check, cold';
const WARM = 'lockwise check, warm';
const LEAST = 'reading and parsing alone';
const EMPTY = 'ESLint, an empty rule';

/** @param corpora the trees with their usages by tool; @param started the usages of starting each program. */
export function page({ corpora, started, rounds }) {
  return `${[intro(rounds), goals(corpora, started), picture, ...corpora.map(section), startSection(started)].join('\n\n')}\n`;
}

function intro(rounds) {
  return `# What a check costs

Written by \`npm run bench:engine\`, in ${rounds} rounds that interleave all programs, on ${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}, Node
${process.versions.node}. Ratios are medians over the rounds, with the least and the most in brackets; those of CPU time mean something on a machine that does
other work too. ripgrep is the binary of \`@vscode/ripgrep\`; it counts the lines with a word of a lock, which is what Lockwise does before it parses anything.
ESLint has typescript-eslint's parser, and either one rule that does nothing or \`no-floating-promises\`. *Cold* starts without a cache and writes one; *warm*
finds that of the cold run. *Reading and parsing alone* starts Node, reads every file, finds those with a word of a lock, parses them with the parser that
Lockwise has, and throws the trees away (\`test/bench/engine/least.mjs\`): nothing in Node that parses what has a word can cost less. The generated tree has the shape of VS Code's source, and comes from a seeded script
(\`test/bench/engine/tree\`); ESLint runs over a tenth of it unless \`--whole\` is given.`;
}

const picture = '![CPU time of each program over each tree](engine.svg)';

function goals(corpora, started) {
  const generated = corpora.at(-1).usages;
  const compared = corpora.findLast(({ usages }) => usages[EMPTY]);
  const peak = Math.max(
    ...[COLD, WARM].map((name) => spreadOf(generated[name].map(({ megabytes = 0 }) => megabytes)).median),
  );
  const rows = [
    [
      'ESLint with an empty rule against a cold check',
      '≥ 10×',
      ratioOf(compared.usages[EMPTY], compared.usages[COLD], 'wall'),
      ratioOf(compared.usages[EMPTY], compared.usages[COLD], 'cpu'),
    ],
    [
      'a cold check against ripgrep',
      '≤ 12×',
      ratioOf(generated[COLD], generated.ripgrep, 'wall'),
      ratioOf(generated[COLD], generated.ripgrep, 'cpu'),
    ],
    [
      'a warm check against ripgrep',
      '≤ 6×',
      ratioOf(generated[WARM], generated.ripgrep, 'wall'),
      ratioOf(generated[WARM], generated.ripgrep, 'cpu'),
    ],
    [
      'reading and parsing alone against ripgrep',
      '–',
      ratioOf(generated[LEAST], generated.ripgrep, 'wall'),
      ratioOf(generated[LEAST], generated.ripgrep, 'cpu'),
    ],
    [
      'starting Node, which does nothing, against ripgrep over the tree',
      '–',
      ratioOf(started.node, generated.ripgrep, 'wall'),
      ratioOf(started.node, generated.ripgrep, 'cpu'),
    ],
  ].map(([what, goal, wall, cpu]) => [what, goal, times(wall), times(cpu)]);
  return [
    '## Goals, on the generated tree',
    table(['what', 'goal', 'wall', 'CPU'], [...rows, ['peak memory', '≤ 300 MB', `${Math.round(peak)} MB`, '']]),
  ].join('\n\n');
}

function section({ title, size, usages }) {
  const rows = Object.entries(usages).map(([name, list]) => [
    name,
    milliseconds(list, 'wall'),
    milliseconds(list, 'cpu'),
    `${Math.round(spreadOf(list.map(({ megabytes = 0 }) => megabytes)).median)}`,
    times(ratioOf(list, usages.ripgrep, 'wall')),
    times(ratioOf(list, usages.ripgrep, 'cpu')),
  ]);
  const shape = size ? `: ${size.files.toLocaleString('en')} files, ${(size.bytes / 1e6).toFixed(1)} MB` : '';
  const head = ['program', 'wall, ms', 'CPU, ms', 'peak, MB', 'of ripgrep, wall', 'of ripgrep, CPU'];
  return `## ${title[0].toUpperCase()}${title.slice(1)}${shape}\n\n${table(head, rows)}`;
}

function startSection(started) {
  const rows = Object.entries(started).map(([name, list]) => [
    name,
    milliseconds(list, 'wall'),
    milliseconds(list, 'cpu'),
  ]);
  return `## Starting alone\n\nIncluded in every figure above.\n\n${table(['program', 'wall, ms', 'CPU, ms'], rows)}`;
}

function milliseconds(list, what) {
  const { median, least, most } = spreadOf(list.map((usage) => usage[what]));
  const show = (value) => Math.round(value).toLocaleString('en');
  return list.length > 1 ? `${show(median)} (${show(least)}–${show(most)})` : show(median);
}

function times({ median, least, most }) {
  const show = (value) => (value >= 20 ? value.toFixed(0) : value.toFixed(1));
  return least === most ? `${show(median)}×` : `${show(median)}× (${show(least)}–${show(most)})`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
