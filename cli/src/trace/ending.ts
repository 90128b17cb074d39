// What a run has left behind, in words: who still waits for a lock, and who holds it.
import type { Profile, SiteData } from './profile.js';

/** In a run that was cut short, a request is only told of when it had waited so long. */
const longMs = 10_000;

/** One line for each request that was still waiting when its thread ended, and one for each circle; none if none was. */
export function stillWaiting(profile: Profile): string[] {
  const least = profile.complete ? 0 : longMs;
  const waiting = profile.atEnd
    .map((lock) => ({ ...lock, waiters: lock.waiters.filter(({ forMs }) => forMs >= least) }))
    .filter(({ waiters }) => waiters.length > 0);
  const count = waiting.reduce((sum, { waiters }) => sum + waiters.length, 0);
  if (count === 0) return [];
  const sites = new Map(profile.sites.map((site) => [site.id, site]));
  const locks = new Map(profile.locks.map((lock) => [lock.id, lock]));
  const at = (id: number) => placeOf(sites.get(id)!);
  const lines = waiting.flatMap(({ lock, holders, waiters }) => {
    const { library, kind, name } = locks.get(lock)!;
    const lockName = `${library} ${kind} ${name === undefined ? `#${lock}` : JSON.stringify(name)}`;
    const held = holders.map(({ site, forMs }) => `held for ${seconds(forMs)} by ${at(site)}`).join(', ');
    return grouped(waiters).map(
      ({ site, number, forMs }) =>
        `  ${at(site)} ${number > 1 ? `(${number} times) ` : ''}waits ${seconds(forMs)} for ${lockName}, ${held || 'which nobody holds'}`,
    );
  });
  const circles = profile.deadlocks.map(
    ({ waits }) => `  deadlock: ${[...waits, waits[0]!].map(({ site }) => at(site)).join(' waits for ')}`,
  );
  const subject = count === 1 ? '1 request was' : `${count} requests were`;
  return [`the program ended while ${subject} still waiting for a lock:`, ...lines, ...circles];
}

/** Requests of one site together, with the longest wait. */
function grouped(waiters: readonly { site: number; forMs: number }[]) {
  const groups = new Map<number, { site: number; number: number; forMs: number }>();
  for (const { site, forMs } of waiters) {
    const group = groups.get(site) ?? { site, number: 0, forMs: 0 };
    groups.set(site, { site, number: group.number + 1, forMs: Math.max(group.forMs, forMs) });
  }
  return [...groups.values()];
}

/** A site as people name it: `file:line:column symbol`. */
function placeOf({ path, line, column, symbol }: SiteData): string {
  if (path === '') return 'an unknown place';
  return `${path}:${line}:${column}${symbol === '' ? '' : ` ${symbol}`}`;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
