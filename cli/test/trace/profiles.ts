// Small profiles for tests.
import type { Profile, SiteData } from '@lockwise/engine/profile';
import { lineHash } from '../../src/trace/profile.js';
import { Histogram } from '../../src/trace/recording/histogram.js';

export function histogram(...ms: number[]) {
  const made = new Histogram();
  for (const value of ms) made.record(value);
  return made.data();
}

/** A site at `text`, a line of `a.js`. */
export function site(id: number, text: string, more: Partial<SiteData> = {}): SiteData {
  return {
    id,
    path: 'a.js',
    line: id,
    column: 1,
    symbol: `f${id}`,
    operation: 'acquire',
    library: 'async-mutex',
    text,
    indent: 0,
    lineHash: lineHash(text),
    occurrence: 0,
    occurrences: 1,
    acquisitions: 2,
    contended: 1,
    abandoned: 0,
    timedOut: 0,
    heldAtEnd: 0,
    waitingAtEnd: 0,
    wait: histogram(4),
    hold: histogram(1, 3),
    queueDepth: [[1, 1]],
    maxQueueDepth: 1,
    blockedBy: [],
    ...more,
  };
}

export function profile(sites: readonly SiteData[], more: Partial<Profile> = {}): Profile {
  return {
    format: 'lockwise-profile',
    version: 1,
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 100,
    complete: true,
    command: ['node', 'a.js'],
    threads: [{ process: 7, thread: 0, node: 'v20.20.0', complete: true, exitCode: 0 }],
    sites,
    locks: [],
    timeline: { rows: [], dropped: 0 },
    deadlocks: [],
    atEnd: [],
    ...more,
  };
}

/** A profile that uses every part of the format. */
export function fullProfile(): Profile {
  const waiter = site(1, 'await a.acquire()', { blockedBy: [{ site: 2, waits: 1, waitMs: 4 }], waitingAtEnd: 1 });
  return profile([waiter, site(2, 'await b.acquire()')], {
    locks: [
      {
        id: 1,
        library: 'async-lock',
        kind: 'AsyncLock',
        name: 'k',
        firstSite: 1,
        acquisitions: 4,
        contended: 1,
        waitMs: 4,
        maxWaiters: 1,
      },
    ],
    timeline: {
      rows: [
        { lock: 1, site: 1, asked: 1, granted: 5, ended: 6 },
        { lock: 1, site: 2, asked: 1, ended: 3 },
      ],
      dropped: 1,
    },
    deadlocks: [{ waits: [{ site: 1, lock: 1, heldBy: 2 }] }],
    atEnd: [{ lock: 1, holders: [{ site: 2, forMs: 9 }], waiters: [{ site: 1, forMs: 8 }] }],
  });
}
