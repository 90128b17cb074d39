import type { Section, SuspensionStep } from '../../link/section.js';
import type { Evidence } from './evidence.js';

/** A section that is held too long, and the waits that show it. */
export interface Held {
  readonly section: Section;
  readonly evidence: Evidence;
  readonly waits: readonly SuspensionStep[];
  /** Further sections of the lock that come down to the same waits. */
  readonly alike: readonly Section[];
}

/**
 * Of the sections of one lock that come down to the same waits, the first, which names the others: a wait without a bound is
 * mended where it stands, once for all of them.
 */
export function oneForEachRemedy(held: readonly Held[]): readonly Held[] {
  const told: Told[] = [];
  /** By lock and place: those that are mended where they wait. */
  const waiting = new Map<string, Told[]>();
  for (const one of held) {
    const places = new Set(one.waits.map(placeOf));
    const keys = one.evidence.endsAtWait ? [...places].map((place) => `${one.section.lock.id}\0${place}`) : [];
    const before = waiting.get(keys[0] ?? '')?.find((other) => [...places].every((place) => other.places.has(place)));
    if (before) {
      before.alike.push(one.section);
      continue;
    }
    const own: Told = { one, places, alike: [] };
    told.push(own);
    for (const key of keys) waiting.set(key, [...(waiting.get(key) ?? []), own]);
  }
  return told.map(({ one, alike }) => ({ ...one, alike }));
}

interface Told {
  readonly one: Held;
  readonly places: ReadonlySet<string>;
  readonly alike: Section[];
}

/** What is waited for in the end, or the wait itself where that is not seen to be one call. */
function placeOf({ suspension: { last }, visit, span }: SuspensionStep): string {
  return last ? `${last.path} ${last.span[0]}` : `${visit.fn} ${span[0]}`;
}
