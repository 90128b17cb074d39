// Whether a value has the shape of a profile. The tests hold this and cli/schema/profile-1.schema.json to the same
// verdict; it is written out here because the profile is also read inside of editors and linters, where a schema
// validator would weigh more than the analysis.

/** Gives what is wrong with a value, or nothing. */
type Check = (value: unknown, at: string) => string | undefined;

const wrong = (at: string, expected: string) => `${at === '' ? 'the file' : at} is not ${expected}`;
const number: Check = (value, at) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? undefined : wrong(at, 'a number of at least 0');
const string: Check = (value, at) => (typeof value === 'string' ? undefined : wrong(at, 'a string'));
const boolean: Check = (value, at) => (typeof value === 'boolean' ? undefined : wrong(at, 'true or false'));
const any: Check = () => undefined;

function list(each: Check): Check {
  return (value, at) => {
    if (!Array.isArray(value)) return wrong(at, 'a list');
    for (const [index, item] of value.entries()) {
      const fault = each(item, `${at}[${index}]`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

function pair(each: Check): Check {
  const items = list(each);
  return (value, at) => (Array.isArray(value) && value.length !== 2 ? wrong(at, 'a pair') : items(value, at));
}

/** Properties that are not named are allowed: a later minor version may add some. A name that ends in `?` may be absent. */
function record(properties: Record<string, Check>): Check {
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(at, 'an object');
    for (const [key, check] of Object.entries(properties)) {
      const name = key.replace('?', '');
      const property = (value as Record<string, unknown>)[name];
      if (property === undefined && key.endsWith('?')) continue;
      const fault = check(property, at === '' ? name : `${at}.${name}`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

const histogram = record({ count: number, sum: number, max: number, buckets: list(pair(number)) });
const since = list(record({ site: number, forMs: number }));

const shape = record({
  format: any,
  version: any,
  startedAt: string,
  durationMs: number,
  complete: boolean,
  command: list(string),
  threads: list(record({ process: number, thread: number, node: string, complete: boolean, 'exitCode?': number })),
  sites: list(
    record({
      id: number,
      path: string,
      line: number,
      column: number,
      symbol: string,
      operation: string,
      library: string,
      text: string,
      indent: number,
      lineHash: string,
      occurrence: number,
      occurrences: number,
      acquisitions: number,
      contended: number,
      abandoned: number,
      timedOut: number,
      heldAtEnd: number,
      waitingAtEnd: number,
      wait: histogram,
      hold: histogram,
      queueDepth: list(pair(number)),
      maxQueueDepth: number,
      blockedBy: list(record({ site: number, waits: number, waitMs: number })),
    }),
  ),
  locks: list(
    record({
      id: number,
      library: string,
      kind: string,
      'name?': string,
      firstSite: number,
      acquisitions: number,
      contended: number,
      waitMs: number,
      maxWaiters: number,
    }),
  ),
  timeline: record({
    rows: list(record({ lock: number, site: number, asked: number, 'granted?': number, ended: number })),
    dropped: number,
  }),
  deadlocks: list(record({ waits: list(record({ site: number, lock: number, heldBy: number })) })),
  atEnd: list(record({ lock: number, holders: since, waiters: since })),
});

/** What is wrong with a profile, as half a sentence that names the place; nothing when it can be used. */
export function profileFault(value: unknown): string | undefined {
  return shape(value, '') ?? danglingReference(value as References);
}

interface References {
  readonly sites: readonly { id: number; blockedBy: readonly { site: number }[] }[];
  readonly locks: readonly { id: number; firstSite: number }[];
  readonly timeline: { readonly rows: readonly { site: number; lock: number }[] };
  readonly deadlocks: readonly { readonly waits: readonly { site: number; lock: number; heldBy: number }[] }[];
  readonly atEnd: readonly {
    lock: number;
    holders: readonly { site: number }[];
    waiters: readonly { site: number }[];
  }[];
}

/** A reference to a site or lock that is not in the profile. */
function danglingReference({ sites, locks, timeline, deadlocks, atEnd }: References): string | undefined {
  const siteIds = new Set(sites.map(({ id }) => id));
  const lockIds = new Set(locks.map(({ id }) => id));
  const waits = deadlocks.flatMap((circle) => circle.waits);
  const siteUses = [
    ...waits.flatMap(({ site, heldBy }) => [site, heldBy]),
    ...sites.flatMap(({ blockedBy }) => blockedBy.map(({ site }) => site)),
    ...locks.map(({ firstSite }) => firstSite),
    ...timeline.rows.map(({ site }) => site),
    ...atEnd.flatMap(({ holders, waiters }) => [...holders, ...waiters].map(({ site }) => site)),
  ];
  const site = siteUses.find((id) => !siteIds.has(id));
  if (site !== undefined) return `site ${site} is referred to and not listed`;
  const lock = [...timeline.rows, ...waits, ...atEnd].find((use) => !lockIds.has(use.lock));
  return lock === undefined ? undefined : `lock ${lock.lock} is referred to and not listed`;
}
