// Ratios of CPU time, measured in interleaved rounds: what else runs on the machine meets all variants alike.

/** CPU time of this process for `work`, in ns per operation. */
async function cpuTime(work, operations) {
  const before = process.cpuUsage();
  await work(operations);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / operations;
}

export function median(values) {
  return quartile(values, 2);
}

/** The first, second or third quartile, between two values where it falls between them. */
export function quartile(values, which) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = ((sorted.length - 1) * which) / 4;
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at % 1);
}

/**
 * Measures every variant in each round, in an order that rotates.
 *
 * @param variants - by name: `work(operations)`; `operations` of a variant's own for one too slow for those of all,
 *   `warm: false` for one whose smallest run is long enough by itself.
 * @returns by name: ns per operation, the median of the rounds; and for each round its ns and its ratio to the floor.
 */
export async function measured({ floor, variants, operations, rounds = 15 }) {
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
        ratios: times[name].map((time, round) => time / times[floor][round]),
        perRound: times[name],
      },
    ]),
  );
}

/** How many times the time of `to` the time of `of` is, in each round. */
export function ratiosOf(results, { of, to }) {
  return results[of].perRound.map((time, round) => time / results[to].perRound[round]);
}
