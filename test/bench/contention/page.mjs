// The measurements as docs/benchmarks/contention.md, and which goals they miss.
import { spreadOf } from './figures.mjs';

const libraries = { runtime: '`@lockwise/runtime`', 'async-mutex': '`async-mutex` beside plain fields' };
const number = (value) => (value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2));
const shown = ({ median, least, most }) => `${number(median)} (${number(least)}–${number(most)})`;
const percent = (change) => `${change < 0 ? '−' : '+'}${Math.abs(change * 100).toFixed(0)} %`;

/** What the tool made of each group, so that the figures can be believed. */
const why = [
  '| locks of | before | what the fix makes of it | by |',
  '| --- | --- | --- | --- |',
  '| flags | a lock around a boolean | an `AtomicCounter`: within one process a read needs no lock | `prefer-atomic-counter` |',
  '| database handle | a lock around an optional value, held while the database is used | an `OptionalArc`: the handle is shared by those who use it | `no-nested-lock-type` |',
  '| cluster members | a map, whose lock is held while a page is rendered of it | the page is made of a copy (`quickReadExtract`); then no section waits, and the lock goes | `no-long-held-lock`, then `no-redundant-lock` |',
  '',
  'An acquire counts as contended when the lock is not free, even if it is granted a moment later: that is why sections',
  'which never wait contend too once several requests come in one turn, and why a shorter section alone would wait less',
  'without contending less. What is left under `everything` is the lock per item of `metrics.ts`, which the default preset',
  'leaves (`prefer-batch-processor` is strict). Before and after can end in the same ways under every schedule of a few',
  'requests: `test/cluster-node/outcomes.test.ts`.',
];

export function contentionPage(results, groups, { node, runs }) {
  const misses = [];
  const data = [];
  const sections = Object.entries(libraries).flatMap(([locks, title]) => {
    const ours = results.filter((result) => result.locks === locks);
    return ours.length === 0 ? [] : [`## On ${title}`, ...librarySections(ours, groups, misses, data, title)];
  });
  misses.push(...unequalStates(results));
  const text = [
    '# Contention, measured',
    '',
    'The cluster node of `examples/cluster-node` under three loads, recorded by `lockwise trace`. `after` is what',
    '`lockwise fix --write --unsafe` makes of `before`. Made by `npm run bench:contention`, which fails when a goal is missed.',
    '',
    `Median of ${runs} runs with the least and the most in brackets; ${node}. Loads: \`burst\` is 40 bursts of 50 requests,`,
    '`spread` about 2,000 requests in groups of one to four over four seconds, `mixed` a steady stream with 16 bursts. The',
    'requests and their times are the same in every run (`test/bench/contention/loads.mjs`).',
    '',
    ...why,
    ...sections,
    '## The same final state',
    '',
    stateLine(results),
    '',
    ...(misses.length === 0 ? [] : ['## Goals that are not met', '', ...misses.map((miss) => `- ${miss}`), '']),
  ].join('\n');
  return { text, misses, data };
}

function librarySections(ours, groups, misses, data, title) {
  const sides = ['before', 'after'].filter((side) => ours.some((result) => result.side === side));
  const loads = [...new Set(ours.map(({ load }) => load))];
  if (!sides.includes('after')) misses.push(`there is no after on ${title}: run lockwise fix on the example first`);
  return loads.flatMap((load) => {
    const of = (side, value) =>
      spreadOf(ours.filter((result) => result.load === load && result.side === side).map(value));
    const rows = groups.flatMap(({ name, goal }) =>
      ['contended', 'waitMs'].map((figure) => {
        const measured = sides.map((side) => of(side, (result) => result.groups[name][figure]));
        const [before, after] = measured;
        data.push({ locks: title, load, group: name, figure, before, after });
        const change = after === undefined || before.median === 0 ? undefined : after.median / before.median - 1;
        const missed = goal !== undefined && (change === undefined || change > goal + 1e-9);
        if (missed && after !== undefined)
          misses.push(
            `${name}, ${figure} under ${load} on ${title}: ${change === undefined ? 'zero before' : percent(change)}, the goal is ${percent(goal)}`,
          );
        return [
          name,
          figure === 'contended' ? 'contended acquires' : 'ms of waiting',
          ...measured.map(shown),
          change === undefined ? '' : percent(change),
          goal === undefined ? '' : percent(goal),
        ];
      }),
    );
    const service = [
      ['request p50, ms', (result) => result.p50],
      ['request p99, ms', (result) => result.p99],
      ['requests per second', (result) => result.throughput],
    ].map(([name, value]) => {
      const measured = sides.map((side) => of(side, value));
      return [
        name,
        ...measured.map(shown),
        measured.length === 2 ? percent(measured[1].median / measured[0].median - 1) : '',
      ];
    });
    return [
      '',
      `### ${load}`,
      '',
      'Per 1,000 requests:',
      '',
      ...table(['locks of', 'figure', ...sides, 'change', 'goal'].slice(0, 4 + sides.length), rows),
      '',
      ...table(['service', ...sides, 'change'], service),
      '',
      ...chart(load, groups, sides, (side, name) => of(side, (result) => result.groups[name].waitMs).median),
      '',
    ];
  });
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)];
}

/** A bar chart that GitHub and editors draw. */
function chart(load, groups, sides, value) {
  const shownGroups = groups.filter(({ goal }) => goal !== undefined).slice(0, 3);
  return [
    '```mermaid',
    'xychart-beta',
    `  title "${load}: ms of waiting per 1,000 requests, ${sides.join(' and ')}"`,
    `  x-axis [${shownGroups.flatMap(({ name }) => sides.map((side) => `"${name}, ${side}"`)).join(', ')}]`,
    '  y-axis "ms"',
    `  bar [${shownGroups.flatMap(({ name }) => sides.map((side) => value(side, name).toFixed(2))).join(', ')}]`,
    '```',
  ];
}

/** Every run of a load must leave the node in one state, whatever locks it has. */
function unequalStates(results) {
  const byLoad = groupBy(results, ({ load }) => load);
  return [...byLoad].flatMap(([load, some]) => {
    const states = new Set(some.map(({ state }) => state));
    return states.size === 1 ? [] : [`the final states under ${load} differ: ${[...states].join(', ')}`];
  });
}

function groupBy(values, key) {
  const grouped = new Map();
  for (const value of values) grouped.set(key(value), [...(grouped.get(key(value)) ?? []), value]);
  return grouped;
}

function stateLine(results) {
  const loads = [...new Set(results.map(({ load }) => load))];
  return loads
    .map((load) => {
      const some = results.filter((result) => result.load === load);
      const states = new Set(some.map(({ state }) => state));
      return `${load}: ${some.length} runs, ${states.size === 1 ? `one state (\`${[...states][0]}\`)` : `${states.size} states`}`;
    })
    .join('; ');
}
