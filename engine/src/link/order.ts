import type { Place } from '../findings.js';
import type { Linked } from './linked.js';
import type { LockRef } from './lock-ref.js';
import { nestings, type Nesting } from './nesting.js';
import { ringsOf, type Rings } from './rings.js';
import type { Unit } from './unit.js';
import { visitOf, type Trace } from './walk/trace.js';

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

export interface LockOrder extends Rings {
  readonly places: readonly OrderPlace[];
}

const known = new WeakMap<Linked, LockOrder>();

/** Which lock is waited for while which is held, over all files, and the cycles of that order. */
export function lockOrder(project: Linked): LockOrder {
  let order = known.get(project);
  if (!order) {
    const places = placesOf(project);
    known.set(project, (order = { places, ...ringsOf(places) }));
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
    const visit = visitOf(trace, site);
    const held = visit?.always ?? [];
    // Who holds it already waits for itself, and gets nowhere where another could wait for it.
    const own = visit?.holds.filter(({ call }) => call === outer.call) ?? [];
    if ([...held, ...own].some((hold) => hold.ref.id === inner.ref.id)) return [];
    const gates = new Set(held.filter((hold) => hold !== outer && hold.ref.side !== 'read').map((hold) => hold.ref.id));
    const place = { path: trace.unit.path, span: site.span };
    return [{ from: outer.ref, to: inner.ref, trace, nesting, site: place, gates }];
  });
}
