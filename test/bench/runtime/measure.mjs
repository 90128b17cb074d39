// Ratios of CPU time, measured in interleaved rounds: what else runs on the machine meets all variants alike.

/** CPU time of this process for `work`, in ns per operation. */
async function cpuTime(work, operations) {
  const before = process.cpuUsage();
  await work(operations);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / operations;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Measures every variant in each round, in an order that rotates.
 *
 * @param variants - by name: `work(operations)`; `operations` of a variant's own for one too slow for those of all,
 *   `warm: false` for one whose smallest run is long enough by itself.
 * @returns by name: ns per operation and the ratio to the floor, each the median over the rounds of its own round.
 */
export async function measured({ floor, variants, operations, rounds = 11 }) {
  const names = Object.keys(variants);
  const workOf = (name) => (typeof variants[name] === 'function' ? variants[name] : variants[name].work);
  const operationsOf = (name) => variants[name].operations ?? operations;
  for (let warm = 0; warm < 3; warm++) {
    for (const name of names) {
      if (variants[name].warm !== false) await workOf(name)(Math.max(1, Math.ceil(operationsOf(name) / 4)));
    }
  }
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length];
      times[name].push(await cpuTime(workOf(name), operationsOf(name)));
    }
  }
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        ns: median(times[name]),
        ratio: floor === undefined ? undefined : median(times[name].map((time, round) => time / times[floor][round])),
        perRound: times[name],
      },
    ]),
  );
}

/** How many times the time of `other` the time of `name` is: the median over the rounds. */
export function ratioOf(results, name, other) {
  return median(results[name].perRound.map((time, round) => time / results[other].perRound[round]));
}
