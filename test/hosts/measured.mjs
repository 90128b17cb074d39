import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const histogram = (ms, count) => ({ count, sum: ms * count, max: ms, buckets: [[ms, count]] });

/** A place in `leak.ts`, as the recorder writes it. */
function site(id, { line, symbol, operation, text, blockedBy }) {
  return {
    id,
    path: 'leak.ts',
    line,
    column: 1,
    symbol,
    operation,
    library: 'async-mutex',
    text,
    indent: 4,
    lineHash: '',
    occurrence: 0,
    occurrences: 1,
    acquisitions: 9,
    contended: 4,
    abandoned: 0,
    timedOut: 0,
    heldAtEnd: 0,
    waitingAtEnd: 0,
    wait: histogram(64, 4),
    hold: histogram(64, 9),
    queueDepth: [[1, 4]],
    maxQueueDepth: 2,
    blockedBy,
  };
}

/** Writes a profile of the sources in which one section of `leak.ts` waited long behind the other. Gives its name. */
export function writeProfile(folder) {
  const sites = [
    site(1, {
      line: 13,
      symbol: 'Totals.report',
      operation: 'runExclusive',
      text: 'return this.lock.runExclusive(async () => {',
      blockedBy: [],
    }),
    site(2, {
      line: 8,
      symbol: 'Totals.add',
      operation: 'acquire',
      text: 'const release = await this.lock.acquire();',
      blockedBy: [{ site: 1, waits: 4, waitMs: 2500 }],
    }),
  ];
  const profile = {
    format: 'lockwise-profile',
    version: 1,
    startedAt: '2026-01-02T03:04:05.000Z',
    durationMs: 5000,
    complete: true,
    command: ['node', 'leak.js'],
    threads: [],
    sites,
    locks: [],
    timeline: { rows: [], dropped: 0 },
    deadlocks: [],
    atEnd: [],
  };
  writeFileSync(join(folder, 'lockwise-profile.json'), JSON.stringify(profile));
  return 'lockwise-profile.json';
}
