// What a profile says about one group of the node's shared state.

/** The groups, the files of the example that have their locks, and by how much contention should fall. */
export const groups = [
  { name: 'flags', files: /\/flags\.ts$/, goal: -1 },
  { name: 'database handle', files: /\/database\.ts$/, goal: -0.6 },
  { name: 'cluster members', files: /\/members\.ts$/, goal: -0.4 },
  { name: 'flags, database and members', files: /\/(?:flags|database|members)\.ts$/, goal: -0.8 },
  { name: 'everything', files: /./, goal: undefined },
];

/** Contended acquires and milliseconds of waiting, per 1,000 requests, by group. */
export function figuresOf(profile, requests) {
  const per1000 = 1000 / requests;
  return Object.fromEntries(
    groups.map(({ name, files }) => {
      const sites = profile.sites.filter(({ path }) => files.test(path));
      const sum = (of) => sites.reduce((total, site) => total + of(site), 0);
      return [
        name,
        { contended: sum((site) => site.contended) * per1000, waitMs: sum((site) => site.wait.sum) * per1000 },
      ];
    }),
  );
}

/** The middle of the values, and the least and the greatest. */
export function spreadOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], least: sorted[0], most: sorted.at(-1) };
}
