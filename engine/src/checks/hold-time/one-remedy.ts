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
  const told: { readonly one: Held; readonly places: ReadonlySet<string>; readonly alike: Section[] }[] = [];
  for (const one of held) {
    const places = new Set(one.waits.map(placeOf));
    const before = one.evidence.endsAtWait
      ? told.find(
          (other) =>
            other.one.evidence.endsAtWait &&
            other.one.section.lock === one.section.lock &&
            [...places].every((place) => other.places.has(place)),
        )
      : undefined;
    if (before) before.alike.push(one.section);
    else told.push({ one, places, alike: [] });
  }
  return told.map(({ one, alike }) => ({ ...one, alike }));
}

/** What is waited for in the end, or the wait itself where that is not seen to be one call. */
function placeOf({ suspension: { last }, visit, span }: SuspensionStep): string {
  return last ? `${last.path} ${last.span[0]}` : `${visit.fn} ${span[0]}`;
}
