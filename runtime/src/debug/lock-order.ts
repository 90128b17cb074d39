import type { ObservedLock } from '../observer.js';
import type { CallSite } from './call-site.js';
import { at, LockOrderError } from './errors.js';
import { lockName } from './wait-graph.js';

/** A lock in the order graph. It keeps no lock alive. */
interface Place {
  readonly name: string;
  /** The locks that were asked for while this one was held, and where. */
  readonly before: Map<Place, CallSite | undefined>;
}

/** Which locks were asked for while which were held: a cycle is a deadlock that can happen, in another run or none so far. */
export class LockOrder {
  private readonly places = new WeakMap<object, Place>();
  private readonly keys = new WeakMap<object, Map<unknown, Place>>();

  /** Notes that `wanted` is asked for while `held` is held; the contradiction that it makes, at its first time only. */
  note(held: ObservedLock, wanted: ObservedLock, site: CallSite | undefined): LockOrderError | undefined {
    const [from, to] = [this.placeOf(held), this.placeOf(wanted)];
    if (from === to || from.before.has(to)) return undefined;
    from.before.set(to, site);
    const back = pathBetween(to, from);
    if (back !== undefined) return contradiction(from, back, site);
    if (held.rank === undefined || wanted.rank === undefined || held.rank < wanted.rank) return undefined;
    const message = `lock order: ${to.name} of rank ${wanted.rank} is asked for${at(site?.toString())} while ${from.name} of rank ${held.rank} is held; ranks must ascend`;
    return new LockOrderError([from.name, to.name], message);
  }

  private placeOf(lock: ObservedLock): Place {
    const index = lock.owner === undefined ? this.places : this.keysOf(lock.owner);
    const known = index.get((lock.owner === undefined ? lock : lock.key) as object);
    if (known !== undefined) return known;
    const place: Place = { name: lockName(lock), before: new Map() };
    index.set((lock.owner === undefined ? lock : lock.key) as object, place);
    return place;
  }

  private keysOf(owner: object): Map<unknown, Place> {
    let keys = this.keys.get(owner);
    if (keys === undefined) this.keys.set(owner, (keys = new Map()));
    return keys;
  }
}

/** The way from one place to another along the order, both included. */
function pathBetween(from: Place, to: Place): readonly Place[] | undefined {
  const reachedFrom = new Map<Place, Place | undefined>([[from, undefined]]);
  for (const place of reachedFrom.keys()) {
    if (place === to) {
      const path: Place[] = [];
      for (let step: Place | undefined = place; step !== undefined; step = reachedFrom.get(step)) path.unshift(step);
      return path;
    }
    for (const next of place.before.keys()) if (!reachedFrom.has(next)) reachedFrom.set(next, place);
  }
  return undefined;
}

function contradiction(held: Place, back: readonly Place[], site: CallSite | undefined): LockOrderError {
  const names = [held, ...back].map(({ name }) => name);
  const steps = back.slice(1).map((place, index) => {
    const before = back[index]!;
    return `  ${place.name} while ${before.name} is held${at(before.before.get(place)?.toString())}`;
  });
  const first = `  ${back[0]!.name} while ${held.name} is held${at(site?.toString())}`;
  const message = `lock order: locks are asked for in contradicting orders, which can deadlock\n${[first, ...steps].join('\n')}`;
  return new LockOrderError(names, message);
}
