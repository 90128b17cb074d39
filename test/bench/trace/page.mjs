// The measurements as docs/benchmarks/trace.md, and which goals they miss.

/** The middle of the values, and the least and the greatest. */
function spreadOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], least: sorted[0], most: sorted.at(-1) };
}

const percent = (ratio) => `${ratio < 1 ? '−' : ''}${Math.abs((ratio - 1) * 100).toFixed(1)}`;

const whole = (value) => value.toFixed(0).replace('-', '−');

/** How the cost of each kind of program is told: from the ratios of the runs, or from the recorded figures themselves. */
const kinds = {
  ratio: {
    of: ([plain, recorded]) => recorded / plain,
    told: ({ median, least, most }) => `${median.toFixed(2)}× (${least.toFixed(2)}–${most.toFixed(2)})`,
  },
  percent: {
    of: ([plain, recorded]) => recorded / plain,
    told: ({ median, least, most }) => `${percent(median)} % (${percent(least)} to ${percent(most)} %)`,
  },
  growth: {
    of: ([, recorded]) => recorded,
    told: ({ median, least, most }) => `${whole(median)} kB (${whole(least)} to ${whole(most)})`,
  },
};

/**
 * @param programs - each with its `title`, `unit`, `goal` in words, the `most` that its cost may be (absent where it is only
 *   stated), its `kind`, and the `pairs` of figures without and with the recorder.
 */
export function tracePage(programs, { node, rounds }) {
  const rows = programs.map(({ title, unit, goal, most, kind, pairs }) => {
    const cost = spreadOf(pairs.map(kinds[kind].of));
    const [plain, recorded] = [0, 1].map(
      (side) => `${spreadOf(pairs.map((pair) => pair[side])).median.toFixed(0)} ${unit}`,
    );
    return {
      line: [title, plain, recorded, kinds[kind].told(cost), goal],
      missed: most !== undefined && cost.median > most,
    };
  });
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const text = [
    '# What the recorder costs',
    '',
    'Made by `npm run bench:trace` (`test/bench/trace/`), which fails when a goal is missed. Each program runs with and without',
    'the recorder in turn; the figure is the median of the ratios of neighbours, with the least and the most in brackets. CPU',
    'time; the heap after a collection.',
    '',
    line(['program', 'without', 'recorded', 'cost', 'goal']),
    line(['---', '---:', '---:', '---:', '---:']),
    ...rows.map((row) => line(row.line)),
    '',
    `${node}, ${rounds} rounds. The sections of 1 ms are measured after 20,000 without work: compiled code, not its first calls.`,
    '',
    'An acquire of our runtime costs less than a tenth of a microsecond, so that two readings of the clock and one record are several times',
    'that; in absolute terms it pays less than async-mutex does. A site is known by a number that loading writes into the call:',
    'no stack is captured. What a guard stands for is a private field of the guard, not an entry of a table that the garbage',
    'collector has to look after, which made an acquire four times as dear.',
    '',
  ].join('\n');
  return {
    text,
    misses: rows
      .filter(({ missed }) => missed)
      .map(({ line: [title, , , cost, goal] }) => `${title}: ${cost}, the goal is ${goal}`),
  };
}
