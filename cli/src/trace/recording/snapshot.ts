// What has been recorded so far, as a profile of one thread.
import {
  emptyHistogram,
  type LockAtEnd,
  type LockData,
  type Profile,
  profileFormat,
  profileVersion,
  type SiteData,
} from '../profile.js';
import { findDeadlocks } from './deadlocks.js';
import type { Ledger, LockRecord, LockRequest } from './ledger.js';
import type { Place, Places } from './places.js';
import type { Site, SiteTable } from './sites.js';
import type { Timeline } from './timeline.js';

/** One thread's recording. */
export interface ThreadRecording {
  readonly ledger: Ledger;
  readonly timeline: Timeline;
  readonly sites: SiteTable;
  readonly places: Places;
  readonly startedAt: Date;
  readonly command: readonly string[];
  readonly process: number;
  readonly thread: number;
}

/** How a thread ended. */
export interface ThreadEnd {
  readonly exitCode: number;
  /** Whether nothing was left to do: then whoever still waits would have waited for ever. */
  readonly drained: boolean;
}

/** While a program still runs, who has waited this long in a circle is taken to be in a deadlock. */
const patienceMs = 10_000;

export function snapshot(recording: ThreadRecording, end?: ThreadEnd): Profile {
  const { ledger, timeline, sites, places } = recording;
  ledger.settle();
  const now = ledger.now();
  const active = [...ledger.active()];
  const deadlocks = findDeadlocks(active, now, end?.drained === true ? 0 : patienceMs);
  const data = new SiteList(places, active);
  for (const site of sites.used()) data.idOf(site);
  const rows = timeline.rows();
  const locks = new Map([...ledger.contendedLocks, ...active.map((lock) => [lock.id, lock] as const)]);
  return {
    format: profileFormat,
    version: profileVersion,
    startedAt: recording.startedAt.toISOString(),
    durationMs: round(now),
    complete: end !== undefined,
    command: recording.command,
    threads: [
      {
        process: recording.process,
        thread: recording.thread,
        node: process.version,
        complete: end !== undefined,
        ...(end !== undefined && { exitCode: end.exitCode }),
      },
    ],
    locks: [...locks.values()].map((lock) => lockData(lock, data)),
    timeline: {
      rows: rows.flatMap((row) =>
        locks.has(row.lock.id)
          ? [
              {
                lock: row.lock.id,
                site: data.idOf(row.site),
                asked: round(row.asked),
                ...(row.granted !== undefined && { granted: round(row.granted) }),
                ended: round(row.ended),
              },
            ]
          : [],
      ),
      dropped: timeline.dropped,
    },
    deadlocks: deadlocks.map((cycle) => ({
      waits: cycle.map(({ waiter, holder }) => ({
        site: data.idOf(waiter.site),
        lock: waiter.lock.id,
        heldBy: data.idOf(holder.site),
      })),
    })),
    atEnd: active.map((lock) => lockAtEnd(lock, data, now)),
    sites: data.all(),
  };
}

/** Gives sites their numbers in the profile in the order in which they are referred to. */
class SiteList {
  readonly #ids = new Map<Site, number>();
  readonly #places: Places;
  readonly #active: readonly LockRecord[];

  constructor(places: Places, active: readonly LockRecord[]) {
    this.#places = places;
    this.#active = active;
  }

  idOf(site: Site): number {
    let id = this.#ids.get(site);
    if (id === undefined) this.#ids.set(site, (id = this.#ids.size + 1));
    return id;
  }

  all(): SiteData[] {
    const holding = countBySite(this.#active.flatMap((lock) => [...lock.holders]));
    const waiting = countBySite(this.#active.flatMap((lock) => [...lock.waiters]));
    const data: SiteData[] = [];
    // The list grows while it is walked: a site may be blocked by one that is listed for that alone.
    for (const [site, id] of this.#ids)
      data.push(this.#data(site, id, this.#places.of(site), holding.get(site) ?? 0, waiting.get(site) ?? 0));
    return data;
  }

  #data(site: Site, id: number, place: Place, heldAtEnd: number, waitingAtEnd: number): SiteData {
    return {
      id,
      ...place,
      operation: site.operation,
      library: site.library,
      acquisitions: site.acquisitions,
      contended: site.contended,
      abandoned: site.abandoned,
      timedOut: site.timedOut,
      heldAtEnd,
      waitingAtEnd,
      wait: site.wait.histogram?.data() ?? emptyHistogram,
      hold: site.hold.histogram?.data() ?? emptyHistogram,
      queueDepth: [...site.queueDepth].sort(([a], [b]) => a - b),
      maxQueueDepth: site.maxQueueDepth,
      blockedBy: [...site.blockedBy].map(([holder, { waits, waitMs }]) => ({
        site: this.idOf(holder),
        waits,
        waitMs: round(waitMs),
      })),
    };
  }
}

function countBySite(requests: readonly LockRequest[]): Map<Site, number> {
  const counts = new Map<Site, number>();
  for (const { site } of requests) counts.set(site, (counts.get(site) ?? 0) + 1);
  return counts;
}

function lockData(lock: LockRecord, data: SiteList): LockData {
  const { library, kind, name } = lock.description;
  return {
    id: lock.id,
    library,
    kind,
    ...(name !== undefined && { name: name.slice(0, 200) }),
    firstSite: data.idOf(lock.firstSite!),
    acquisitions: lock.acquisitions,
    contended: lock.contended,
    waitMs: round(lock.waitMs),
    maxWaiters: lock.maxWaiters,
  };
}

function lockAtEnd(lock: LockRecord, data: SiteList, now: number): LockAtEnd {
  return {
    lock: lock.id,
    holders: [...lock.holders].map(({ site, granted }) => ({ site: data.idOf(site), forMs: round(now - granted!) })),
    waiters: [...lock.waiters].map(({ site, asked }) => ({ site: data.idOf(site), forMs: round(now - asked) })),
  };
}

/** Microseconds are enough, and make the file half as long. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
