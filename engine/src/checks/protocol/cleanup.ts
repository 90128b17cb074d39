import { cleanupAround } from '../../link/enclosing.js';
import { releasesOf, type Leak, type Release, type Trace } from '../../link/walk/trace.js';
import { contains } from '../../link/enclosing.js';
import { functionAt } from '../../link/enclosing.js';

/** A throw in a `finally` or `catch` that would have released further down: `no-await-before-release` tells it. */
export function isBeforeRelease(trace: Trace, leak: Leak): boolean {
  return releaseAfter(trace, leak) !== undefined;
}

/** The release in the same `finally` or `catch` that a throw there skips. */
export function releaseAfter(trace: Trace, leak: Leak): Release | undefined {
  if (leak.by !== 'throw') return undefined;
  const fn = functionAt(trace.unit, leak.at);
  const cleanup = cleanupAround(trace.unit, fn, leak.at);
  if (!cleanup) return undefined;
  return releasesOf(trace, leak.hold).find(
    (release) => contains(cleanup.region, release.span) && leak.at[0] < release.span[0],
  );
}
