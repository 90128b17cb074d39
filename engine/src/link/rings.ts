// The rings of an order of locks in which tasks can wait for each other.
import type { LockCycle, OrderPlace } from './order.js';

export interface Rings {
  /** At most so many, the short ones first: of a tangle nobody reads all. */
  readonly cycles: readonly LockCycle[];
  /** Every pair of locks that lies on a ring, as `pairOf` spells it. */
  readonly pairs: ReadonlySet<string>;
}

/** All rings of so many locks are looked for; of longer ones the shortest through each pair. */
const MAX_RING = 5;
const MAX_CYCLES = 50;

export function ringsOf(places: readonly OrderPlace[]): Rings {
  const rings = new RingSearch(places);
  rings.addShort();
  rings.addLong();
  return { cycles: [...rings.cycles.values()], pairs: rings.pairs };
}

/** Two locks, by identity, in the order in which they are taken. */
export function pairOf(from: string, to: string): string {
  return `${from}\0${to}`;
}

class RingSearch {
  readonly cycles = new Map<string, LockCycle>();
  readonly pairs = new Set<string>();
  /** Places by the lock that is held, of those that lead back to it: most orders have none. */
  private readonly next: ReadonlyMap<string, readonly OrderPlace[]>;

  constructor(places: readonly OrderPlace[]) {
    const all = byHeld(behindRings(withoutTwins(places)));
    const back = new Map([...all.keys()].map((lock) => [lock, reachedFrom(all, lock)]));
    this.next = byHeld([...all.values()].flat().filter(({ from, to }) => back.get(to.id)?.has(from.id)));
  }

  addShort(): void {
    for (const start of [...this.next.keys()].sort()) this.follow(start, []);
  }

  /** The ring begins at its smallest lock, so that each is found once. */
  private follow(start: string, ring: readonly OrderPlace[]): void {
    if (this.cycles.size >= MAX_CYCLES) return;
    for (const place of this.next.get(ring.at(-1)?.to.id ?? start) ?? []) {
      if (place.to.id < start || ring.some((one) => one.to.id === place.to.id)) continue;
      const longer = [...ring, place];
      if (place.to.id === start) this.add(longer);
      else if (longer.length < MAX_RING) this.follow(start, longer);
    }
  }

  addLong(): void {
    for (const places of this.next.values())
      for (const place of places) {
        if (this.pairs.has(pairOf(place.from.id, place.to.id))) continue;
        const ring = this.shortestThrough(place);
        if (ring) this.add(fromSmallest(ring));
      }
  }

  private add(ring: LockCycle): void {
    const key = ring.map(({ from }) => from.id).join('\0');
    if (this.cycles.has(key) || !canMeet(ring)) return;
    if (this.cycles.size < MAX_CYCLES) this.cycles.set(key, ring);
    for (const place of ring) this.pairs.add(pairOf(place.from.id, place.to.id));
  }

  /** A ring that begins with a step; where a gate keeps its tasks apart, one with a step that is not under that gate. */
  private shortestThrough(place: OrderPlace): LockCycle | undefined {
    const ring = this.wayBack(place, () => true);
    if (!ring || canMeet(ring)) return ring;
    for (const gate of place.gates) {
      const other = this.wayBack(place, ({ gates }) => !gates.has(gate));
      if (other && canMeet(other)) return other;
    }
    return undefined;
  }

  private wayBack(first: OrderPlace, isAllowed: (place: OrderPlace) => boolean): LockCycle | undefined {
    const cameBy = new Map<string, OrderPlace>([[first.to.id, first]]);
    for (const [lock] of cameBy)
      for (const place of this.next.get(lock) ?? []) {
        if (!isAllowed(place) || cameBy.has(place.to.id)) continue;
        cameBy.set(place.to.id, place);
        if (place.to.id === first.from.id) return wayTo(first, place, cameBy);
      }
    return undefined;
  }
}

function wayTo(first: OrderPlace, last: OrderPlace, cameBy: ReadonlyMap<string, OrderPlace>): LockCycle {
  const way = [last];
  while (way[0] !== first) way.unshift(cameBy.get(way[0]!.from.id)!);
  return way;
}

function fromSmallest(ring: LockCycle): LockCycle {
  const smallest = [...ring].sort((one, other) => (one.from.id < other.from.id ? -1 : 1))[0]!;
  const at = ring.indexOf(smallest);
  return [...ring.slice(at), ...ring.slice(0, at)];
}

function byHeld(places: readonly OrderPlace[]): Map<string, OrderPlace[]> {
  const held = new Map<string, OrderPlace[]>();
  for (const place of places) {
    const known = held.get(place.from.id);
    if (known) known.push(place);
    else held.set(place.from.id, [place]);
  }
  return held;
}

/** Leaves out, from the beginning of the order on, what is waited for under no lock: what is left is on rings, or behind them. */
function behindRings(places: readonly OrderPlace[]): OrderPlace[] {
  const held = byHeld(places);
  const under = new Map<string, number>();
  for (const { to } of places) under.set(to.id, (under.get(to.id) ?? 0) + 1);
  const first = new Set([...held.keys()].filter((lock) => !under.has(lock)));
  for (const lock of first)
    for (const { to } of held.get(lock) ?? []) {
      const left = under.get(to.id)! - 1;
      under.set(to.id, left);
      if (left === 0) first.add(to.id);
    }
  return places.filter(({ from }) => !first.has(from.id));
}

function reachedFrom(next: ReadonlyMap<string, readonly OrderPlace[]>, start: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const add = (lock: string) => next.get(lock)?.forEach(({ to }) => reached.add(to.id));
  add(start);
  for (const lock of reached) add(lock);
  return reached;
}

/** Leaves out places that make no ring which an earlier one of the same pair does not make: those under the same gates, and more. */
function withoutTwins(places: readonly OrderPlace[]): OrderPlace[] {
  const kept = new Map<string, OrderPlace[]>();
  return places.filter((place) => {
    const key = `${pairOf(place.from.id, place.to.id)}\0${place.from.side ?? ''}\0${place.to.side ?? ''}`;
    const others = kept.get(key) ?? [];
    if (others.some(({ gates }) => [...gates].every((gate) => place.gates.has(gate)))) return false;
    kept.set(key, [...others, place]);
    return true;
  });
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
