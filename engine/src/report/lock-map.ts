import type { BindingFact } from '../facts/format.js';
import type { Measured, Place } from '../findings.js';
import { overlap, type CellAccess } from '../link/cell.js';
import type { Linked } from '../link/linked.js';
import { lockOrder, type OrderPlace } from '../link/order.js';
import { pairOf } from '../link/rings.js';
import type { Lock, Section } from '../link/section.js';
import { isTest } from '../link/test-file.js';
import type { Measurements } from '../profile/measurements.js';

/** Every lock with its sections, and which is awaited while which is held: what people look at, as opposed to what is wrong. */
export interface LockMap {
  readonly locks: readonly MappedLock[];
  /** Sorted by place. */
  readonly order: readonly OrderEdge[];
  /** Rings in which tasks can wait for each other, with the place of each step; many rings of one tangle are not all told. */
  readonly cycles: readonly (readonly OrderStep[])[];
}

export interface MappedLock extends Place {
  readonly id: string;
  /** Where it is declared and its own name: `Room.mutex`. */
  readonly name: string;
  /** The library and the construct: `async-mutex Mutex`. */
  readonly kind: string;
  /** Whether a test declares it. */
  readonly ofTest: boolean;
  /** The cells that two of its sections touch and one writes; those that most sections touch come first. */
  readonly guards: readonly string[];
  /** What recorded runs measured at all of its sections together. */
  readonly measured?: Measured;
  readonly sections: readonly MappedSection[];
}

export interface MappedSection extends Place {
  /** The function that holds the lock; empty at the top of a module. */
  readonly symbol: string;
  readonly measured?: Measured;
  readonly suspensions: readonly (Place & { readonly what: string })[];
}

/** `to` is awaited while `from` is held. */
export interface OrderStep extends Place {
  readonly from: string;
  readonly to: string;
  /** The function that holds the one and waits for the other; empty at the top of a module. */
  readonly symbol: string;
}

/** Two locks that are taken in this order somewhere; the first such place, or the one that is part of a cycle. */
export interface OrderEdge extends OrderStep {
  /** Other locks that are held wherever this is so: where one is held at every edge of a ring, no two tasks meet in it. */
  readonly gates: readonly string[];
  /** Part of a cycle without such a gate: two tasks can wait for each other. */
  readonly cyclic: boolean;
}

export function lockMapOf(project: Linked, measurements: Measurements): LockMap {
  const locks = project.allLocks.filter((lock) => lock.sections.length > 0 || lock.declaration !== undefined);
  const found = lockOrder(project);
  const known = new Set(locks.map(({ id }) => id));
  const isMapped = ({ from, to }: OrderPlace) => known.has(from.id) && known.has(to.id);
  const edges = found.places
    .filter(isMapped)
    .map((place): Edge => ({ ...stepOf(place), gates: [...place.gates].sort() }));
  const cycles = found.cycles.filter((ring) => ring.every(isMapped)).map((ring) => ring.map(stepOf));
  const inCycle = new Map(cycles.flat().map((step) => [pairOf(step.from, step.to), step]));
  const order = unique(edges).map((edge): OrderEdge => {
    const pair = pairOf(edge.from, edge.to);
    return { ...edge, ...inCycle.get(pair), cyclic: found.pairs.has(pair) };
  });
  return { locks: locks.map((lock) => mapped(project, lock, measurements)), order: order.sort(byPlace), cycles };
}

function stepOf({ from, to, site, trace }: OrderPlace): OrderStep {
  return { ...site, from: from.id, to: to.id, symbol: trace.unit.fn(trace.fn).symbol };
}

function mapped(project: Linked, lock: Lock, measurements: Measurements): MappedLock {
  const first = lock.sections[0];
  const place = lock.declaration ?? { path: first!.unit.path, span: first!.acquire.span };
  return {
    ...place,
    id: lock.id,
    name: nameOf(lock),
    kind: lock.ref.model.name,
    ofTest: isTest(place.path),
    guards: guardsOf(lock),
    ...optional(measurements.ofLock(project, lock)),
    sections: lock.sections
      .filter((section) => !runsWhatItIsGiven(section))
      .map((section) => ({
        path: section.unit.path,
        span: section.acquire.span,
        symbol: section.unit.fn(section.trace.fn).symbol,
        ...optional(measurements.of(project, section)),
        suspensions: section.suspensions.map((step) => ({
          path: section.unit.path,
          span: step.span,
          what: step.suspension.what,
        })),
      })),
  };
}

/** Whether the callers of the function are the sections: it runs one of its parameters, or of a function around it, under the lock. */
function runsWhatItIsGiven({ wrapper, hold, trace, unit }: Section): boolean {
  if (!wrapper) return false;
  const given = (binding: BindingFact): boolean => {
    let fn = hold.fn;
    while (fn >= 0 && fn !== binding.owner) fn = unit.fn(fn).parent;
    return binding.kind === 'param' && fn >= 0;
  };
  return trace.runs.some(({ under, binding }) => under.includes(hold) && given(unit.facts.bindings[binding]!));
}

function optional(measured: Measured | undefined): { measured?: Measured } {
  return measured ? { measured } : {};
}

/** The identity without its file and without what tells two variables of one name apart; an object that is a lock by its class. */
function nameOf({ id, name, sections: [first] }: Lock): string {
  const own = id.slice(id.indexOf('#') + 1).replaceAll(/@\d+(?![\w$])/g, '') || name;
  const holder = first && first.unit.fn(first.trace.fn).symbol.split('.')[0];
  return holder ? own.replace(/^this(?![\w$])/, holder) : own;
}

function guardsOf(lock: Lock): string[] {
  // Each cell once per section: a long section, methods that it calls included, touches few cells very often.
  const touched = lock.sections.map((section) => [
    ...new Map(section.accesses.map(({ cell }) => [`${cell.id}\0${cell.name}\0${cell.how}`, cell])).values(),
  ]);
  const uses = new Map<string, number>();
  for (const [index, cells] of touched.entries())
    for (const cell of cells)
      if (touched.some((others, other) => other !== index && others.some((there) => conflict(cell, there))))
        uses.set(cell.name, (uses.get(cell.name) ?? 0) + 1);
  const all = [...uses.keys()].sort().sort((one, other) => uses.get(other)! - uses.get(one)!);
  // `entries.size` says no more than `entries`.
  return all.filter((name) => !all.some((other) => name.startsWith(`${other}.`)));
}

/** Whether two accesses may be of one place, and one of them writes it. */
function conflict(one: CellAccess, other: CellAccess): boolean {
  return (one.how === 'write' || other.how === 'write') && overlap(one.id, other.id);
}

type Edge = Omit<OrderEdge, 'cyclic'>;

/** The first place of each pair is enough for a picture; a gate is one that is held at all of them. */
function unique(edges: readonly Edge[]): Edge[] {
  const byPair = new Map<string, Edge>();
  for (const edge of [...edges].sort(byPlace)) {
    const pair = pairOf(edge.from, edge.to);
    const first = byPair.get(pair) ?? edge;
    byPair.set(pair, { ...first, gates: first.gates.filter((gate) => edge.gates.includes(gate)) });
  }
  return [...byPair.values()];
}

function byPlace(one: OrderStep, other: OrderStep): number {
  if (one.path !== other.path) return one.path < other.path ? -1 : 1;
  return one.span[0] - other.span[0] || (one.to < other.to ? -1 : one.to > other.to ? 1 : 0);
}
