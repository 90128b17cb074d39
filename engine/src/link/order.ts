import type { Place } from '../findings.js';
import type { Linked } from './linked.js';
import type { LockRef } from './lock-ref.js';
import { nestings, type Nesting } from './nesting.js';
import type { Unit } from './unit.js';
import type { Trace } from './walk/trace.js';

/** One place where a lock is waited for while another is held. */
export interface OrderPlace {
  readonly from: LockRef;
  readonly to: LockRef;
  readonly trace: Trace;
  readonly nesting: Nesting;
  /** The call in the holding function. */
  readonly site: Place;
  /** Other locks, by identity, that are held there on every path. */
  readonly gates: ReadonlySet<string>;
}

/** Places, one for each lock of a ring, at which tasks can wait for each other, with no lock held at all of them. */
export type LockCycle = readonly OrderPlace[];

export interface LockOrder {
  readonly places: readonly OrderPlace[];
  readonly cycles: readonly LockCycle[];
}

const known = new WeakMap<Linked, LockOrder>();

/** Which lock is waited for while which is held, over all files, and the cycles of that order. */
export function lockOrder(project: Linked): LockOrder {
  let order = known.get(project);
  if (!order) {
    const places = placesOf(project);
    known.set(project, (order = { places, cycles: cyclesOf(places) }));
  }
  return order;
}

function placesOf(project: Linked): OrderPlace[] {
  return project.units.flatMap((unit) => {
    let places = placesIn.get(unit);
    if (!places) placesIn.set(unit, (places = project.traces(unit).flatMap((trace) => placesOfTrace(project, trace))));
    return places;
  });
}

const placesIn = new WeakMap<Unit, readonly OrderPlace[]>();

function placesOfTrace(project: Linked, trace: Trace): OrderPlace[] {
  return nestings(project, trace).flatMap((nesting): OrderPlace[] => {
    const { outer, inner, site } = nesting;
    // A lock that comes in by a parameter is another one at each call: the callers tell which.
    if (outer.ref.id === inner.ref.id || outer.ref.param || inner.ref.param) return [];
    const visit = trace.visits.find(({ op }) => op === site);
    const held = visit?.always ?? [];
    // Who holds it already waits for itself, and gets nowhere where another could wait for it.
    const own = visit?.holds.filter(({ call }) => call === outer.call) ?? [];
    if ([...held, ...own].some((hold) => hold.ref.id === inner.ref.id)) return [];
    const gates = new Set(held.filter((hold) => hold !== outer && hold.ref.side !== 'read').map((hold) => hold.ref.id));
    const place = { path: trace.unit.path, span: site.span };
    return [{ from: outer.ref, to: inner.ref, trace, nesting, site: place, gates }];
  });
}

/** Longer rings than this are found as rings of their parts, or never by a reader. */
const MAX_RING = 5;
const MAX_CYCLES = 50;

function cyclesOf(places: readonly OrderPlace[]): LockCycle[] {
  const byLock = new Map<string, OrderPlace[]>();
  for (const place of places) byLock.set(place.from.id, [...(byLock.get(place.from.id) ?? []), place]);
  const cycles = new Map<string, LockCycle>();
  for (const start of [...byLock.keys()].sort()) {
    const follow = (ring: readonly OrderPlace[]): void => {
      if (cycles.size >= MAX_CYCLES) return;
      for (const place of byLock.get(ring.at(-1)?.to.id ?? start) ?? []) {
        // The ring begins at its smallest lock, so that each is found once.
        if (place.to.id < start || ring.some((one) => one.to.id === place.to.id)) continue;
        const longer = [...ring, place];
        if (place.to.id === start) {
          const key = longer.map((one) => one.from.id).join('\0');
          if (!cycles.has(key) && canMeet(longer)) cycles.set(key, longer);
        } else if (longer.length < MAX_RING) follow(longer);
      }
    };
    follow([]);
  }
  return [...cycles.values()];
}

/** Whether tasks can stand at all places of a ring at once: no gate lock keeps them apart, and no two readers share. */
function canMeet(ring: LockCycle): boolean {
  if (ring.length < 2) return false;
  const locks = new Set(ring.map((place) => place.from.id));
  const [first, ...rest] = ring as [OrderPlace, ...OrderPlace[]];
  const gate = [...first.gates].some((id) => !locks.has(id) && rest.every((place) => place.gates.has(id)));
  if (gate) return false;
  return ring.every((place, index) => {
    const holder = ring[(index + 1) % ring.length]!;
    return !(place.to.side === 'read' && holder.from.side === 'read');
  });
}
