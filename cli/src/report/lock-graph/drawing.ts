// What every picture of the lock order is made of: which locks are drawn, what they are called, and what an edge has to say.
import type { LockMap, MappedLock, OrderStep } from '@lockwise/engine';
import type { Places } from '../places.js';
import { namesOf } from './names.js';

export interface Drawing {
  /** Locks that take part in the order, by name. */
  readonly nested: readonly DrawnLock[];
  /** Locks that are never held together with another one, by name. */
  readonly alone: readonly DrawnLock[];
  readonly edges: readonly DrawnEdge[];
  readonly cycles: readonly (readonly DrawnStep[])[];
}

export interface DrawnLock {
  readonly id: string;
  /** No other lock of the drawing has it. */
  readonly title: string;
  readonly lock: MappedLock;
  /** `path:line` of the declaration. */
  readonly place: string;
  /** Part of a cycle. */
  readonly cyclic: boolean;
  /** Its being held keeps the tasks of a ring apart. */
  readonly gate: boolean;
}

export interface DrawnStep {
  readonly from: DrawnLock;
  readonly to: DrawnLock;
  /** `path:line` */
  readonly place: string;
  readonly symbol: string;
}

export interface DrawnEdge extends DrawnStep {
  readonly cyclic: boolean;
  /** The titles of the locks that keep the tasks of a ring apart, where a ring is drawn that is no cycle; else empty. */
  readonly gates: readonly string[];
}

/** What is to be drawn of a map. */
export function drawingOf(map: LockMap, places: Places): Drawing {
  const titles = namesOf(map.locks, places);
  const ways = new Ways(map);
  const gates = map.order.map((edge) => (edge.cyclic ? [] : ways.gatesOf(edge)));
  const gateIds = new Set(gates.flat());
  const cyclic = new Set(map.order.filter((edge) => edge.cyclic).flatMap(({ from, to }) => [from, to]));
  const nested = new Set(map.order.flatMap(({ from, to }) => [from, to]));
  const locks = map.locks.map((lock): DrawnLock => ({
    id: lock.id,
    title: titles.get(lock.id)!,
    lock,
    place: places.line(lock),
    cyclic: cyclic.has(lock.id),
    gate: gateIds.has(lock.id),
  }));
  const byId = new Map(locks.map((lock) => [lock.id, lock]));
  const step = (one: OrderStep): DrawnStep => ({
    from: byId.get(one.from)!,
    to: byId.get(one.to)!,
    place: places.line(one),
    symbol: one.symbol,
  });
  const sorted = locks.sort((one, other) => (one.title < other.title ? -1 : 1));
  return {
    nested: sorted.filter(({ id }) => nested.has(id)),
    alone: sorted.filter(({ id }) => !nested.has(id)),
    edges: map.order.map((edge, index) => ({
      ...step(edge),
      cyclic: edge.cyclic,
      gates: gates[index]!.map((gate) => titles.get(gate) ?? gate),
    })),
    cycles: map.cycles.map((ring) => ring.map(step)),
  };
}

/** What can be reached from where along the order. */
class Ways {
  readonly #next = new Map<string, string[]>();
  readonly #reached = new Map<string, ReadonlySet<string>>();

  constructor(map: LockMap) {
    for (const { from, to } of map.order) this.#next.set(from, [...(this.#next.get(from) ?? []), to]);
  }

  /** The locks, by id, that are held over this step of a ring and are no part of the ring; none where the step is in no ring. */
  gatesOf({ from, to, gates }: LockMap['order'][number]): readonly string[] {
    if (gates.length === 0) return gates;
    const reached = this.#reachedFrom(to);
    return reached.has(from) ? gates.filter((gate) => !reached.has(gate)) : [];
  }

  #reachedFrom(start: string): ReadonlySet<string> {
    let reached = this.#reached.get(start);
    if (!reached) {
      const found = new Set([start]);
      for (const lock of found) for (const next of this.#next.get(lock) ?? []) found.add(next);
      this.#reached.set(start, (reached = found));
    }
    return reached;
  }
}
