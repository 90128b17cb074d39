// One profile from those of several threads and processes.
import {
  addHistograms,
  type LockData,
  type Profile,
  profileFormat,
  profileVersion,
  type SiteData,
  type TimelineRowData,
} from './profile.js';

/** Rows of the timeline beyond this number are dropped, the oldest first. */
const mostRows = 4_000;

/** Adds profiles up. Sites at the same place become one; locks stay apart, for threads do not share them. */
export function mergeProfiles(parts: readonly Profile[]): Profile {
  const start = Math.min(...parts.map(({ startedAt }) => Date.parse(startedAt)));
  const sites = new MergedSites();
  const merged = parts.map((part) => remapped(part, Date.parse(part.startedAt) - start, sites));
  const rows = merged.flatMap(({ rows }) => rows).sort((a, b) => a.ended - b.ended);
  const all = <T>(of: (part: (typeof merged)[number]) => readonly T[]): T[] => merged.flatMap(of);
  return {
    format: profileFormat,
    version: profileVersion,
    startedAt: new Date(start).toISOString(),
    durationMs: Math.max(...parts.map((part) => Date.parse(part.startedAt) - start + part.durationMs)),
    complete: parts.every(({ complete }) => complete),
    command: parts[0]!.command,
    threads: parts.flatMap(({ threads }) => threads),
    sites: sites.all(),
    locks: all(({ locks }) => locks),
    timeline: {
      rows: rows.slice(-mostRows),
      dropped: Math.max(0, rows.length - mostRows) + parts.reduce((sum, { timeline }) => sum + timeline.dropped, 0),
    },
    deadlocks: all(({ deadlocks }) => deadlocks),
    atEnd: all(({ atEnd }) => atEnd),
  };
}

/** A profile's parts with the numbers of the merged one. */
function remapped(part: Profile, shift: number, sites: MergedSites) {
  const siteIds = new Map(part.sites.map((site) => [site.id, sites.idFor(site)]));
  const site = (id: number) => siteIds.get(id)!;
  for (const one of part.sites) sites.add(one, site);
  const lockIds = new Map(part.locks.map((lock) => [lock.id, sites.nextLock()]));
  const lock = (id: number) => lockIds.get(id)!;
  const since = (entries: readonly { site: number; forMs: number }[]) =>
    entries.map((entry) => ({ ...entry, site: site(entry.site) }));
  return {
    locks: part.locks.map((one): LockData => ({ ...one, id: lock(one.id), firstSite: site(one.firstSite) })),
    rows: part.timeline.rows.map((row): TimelineRowData => ({
      lock: lock(row.lock),
      site: site(row.site),
      asked: row.asked + shift,
      ...(row.granted !== undefined && { granted: row.granted + shift }),
      ended: row.ended + shift,
    })),
    deadlocks: part.deadlocks.map(({ waits }) => ({
      waits: waits.map((wait) => ({ site: site(wait.site), lock: lock(wait.lock), heldBy: site(wait.heldBy) })),
    })),
    atEnd: part.atEnd.map((end) => ({
      lock: lock(end.lock),
      holders: since(end.holders),
      waiters: since(end.waiters),
    })),
  };
}

class MergedSites {
  readonly #ids = new Map<string, number>();
  readonly #data = new Map<number, SiteData>();
  #locks = 0;

  idFor({ path, line, column, operation, library }: SiteData): number {
    const key = JSON.stringify([path, line, column, operation, library]);
    let id = this.#ids.get(key);
    if (id === undefined) this.#ids.set(key, (id = this.#ids.size + 1));
    return id;
  }

  nextLock(): number {
    return ++this.#locks;
  }

  add(part: SiteData, renumber: (site: number) => number): void {
    const id = renumber(part.id);
    const site = { ...part, id, blockedBy: part.blockedBy.map((by) => ({ ...by, site: renumber(by.site) })) };
    const known = this.#data.get(id);
    this.#data.set(id, known === undefined ? site : sum(known, site));
  }

  all(): SiteData[] {
    return [...this.#data.values()].sort((a, b) => a.id - b.id);
  }
}

function sum(a: SiteData, b: SiteData): SiteData {
  return {
    ...a,
    acquisitions: a.acquisitions + b.acquisitions,
    contended: a.contended + b.contended,
    abandoned: a.abandoned + b.abandoned,
    timedOut: a.timedOut + b.timedOut,
    heldAtEnd: a.heldAtEnd + b.heldAtEnd,
    waitingAtEnd: a.waitingAtEnd + b.waitingAtEnd,
    wait: addHistograms(a.wait, b.wait),
    hold: addHistograms(a.hold, b.hold),
    queueDepth: addPairs(a.queueDepth, b.queueDepth),
    maxQueueDepth: Math.max(a.maxQueueDepth, b.maxQueueDepth),
    blockedBy: addBlocking(a.blockedBy, b.blockedBy),
  };
}

function addPairs(a: SiteData['queueDepth'], b: SiteData['queueDepth']): SiteData['queueDepth'] {
  const counts = new Map<number, number>();
  for (const [from, count] of [...a, ...b]) counts.set(from, (counts.get(from) ?? 0) + count);
  return [...counts].sort(([x], [y]) => x - y);
}

function addBlocking(a: SiteData['blockedBy'], b: SiteData['blockedBy']): SiteData['blockedBy'] {
  const bySite = new Map(a.map((by) => [by.site, by]));
  for (const by of b) {
    const known = bySite.get(by.site);
    bySite.set(by.site, {
      site: by.site,
      waits: by.waits + (known?.waits ?? 0),
      waitMs: by.waitMs + (known?.waitMs ?? 0),
    });
  }
  return [...bySite.values()];
}
