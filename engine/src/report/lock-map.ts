import type { Measured, Place } from '../findings.js';
import { overlap } from '../link/cell.js';
import type { Linked } from '../link/linked.js';
import { isCyclic, lockOrder } from '../link/order.js';
import type { Lock } from '../link/section.js';
import type { Measurements } from '../profile/measurements.js';

/** Every lock with its sections, and which is awaited while which is held: what people look at, as opposed to what is wrong. */
export interface LockMap {
  readonly locks: readonly MappedLock[];
  /** Sorted by place. */
  readonly order: readonly OrderEdge[];
}

export interface MappedLock extends Place {
  readonly id: string;
  /** Where it is declared and its own name: `Room.mutex`. */
  readonly name: string;
  /** The library and the construct: `async-mutex Mutex`. */
  readonly kind: string;
  /** The cells that two of its sections touch and one writes. */
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
export interface OrderEdge extends Place {
  readonly from: string;
  readonly to: string;
  /** Other locks that are held wherever this is so: where one is held at every edge of a ring, no two tasks meet in it. */
  readonly gates: readonly string[];
  /** Part of a cycle without such a gate: two tasks can wait for each other. */
  readonly cyclic: boolean;
}

export function lockMapOf(project: Linked, measurements: Measurements): LockMap {
  const locks = project.allLocks.filter((lock) => lock.sections.length > 0 || lock.declaration !== undefined);
  const found = lockOrder(project);
  const edges = found.places
    .filter(({ to }) => project.lock(to.id) !== undefined)
    .map(({ from, to, site, gates }): Edge => ({ ...site, from: from.id, to: to.id, gates: [...gates].sort() }));
  const order = unique(edges).map((edge) => ({ ...edge, cyclic: isCyclic(found, edge.from, edge.to) }));
  return { locks: locks.map((lock) => mapped(project, lock, measurements)), order };
}

function mapped(project: Linked, lock: Lock, measurements: Measurements): MappedLock {
  const first = lock.sections[0];
  const place = lock.declaration ?? { path: first!.unit.path, span: first!.acquire.span };
  return {
    ...place,
    id: lock.id,
    name: nameOf(lock),
    kind: lock.ref.model.name,
    guards: guardsOf(lock),
    ...optional(measurements.ofLock(project, lock)),
    sections: lock.sections
      .filter((section) => !section.wrapper)
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

function optional(measured: Measured | undefined): { measured?: Measured } {
  return measured ? { measured } : {};
}

/** The identity without its file and without what tells two variables of one name apart. */
function nameOf({ id, name }: Lock): string {
  return id.slice(id.indexOf('#') + 1).replace(/@\d+$/, '') || name;
}

function guardsOf(lock: Lock): string[] {
  // Each cell once per section: a long section, methods that it calls included, touches few cells very often.
  const touched = lock.sections.map((section) => [
    ...new Map(section.accesses.map(({ cell }) => [`${cell.id}\0${cell.name}\0${cell.how}`, cell])).values(),
  ]);
  const names = touched.flatMap((cells, index) =>
    cells
      .filter((cell) =>
        touched.some(
          (others, other) =>
            other !== index &&
            others.some((there) => (there.how === 'write' || cell.how === 'write') && overlap(there.id, cell.id)),
        ),
      )
      .map((cell) => cell.name),
  );
  const all = [...new Set(names)].sort();
  // `entries.size` says no more than `entries`.
  return all.filter((name) => !all.some((other) => name.startsWith(`${other}.`)));
}

type Edge = Omit<OrderEdge, 'cyclic'>;

/** The first place of each pair is enough for a picture; a gate is one that is held at all of them. */
function unique(edges: readonly Edge[]): Edge[] {
  const byPair = new Map<string, Edge>();
  for (const edge of [...edges].sort(byPlace)) {
    const pair = `${edge.from}\0${edge.to}`;
    const first = byPair.get(pair) ?? edge;
    byPair.set(pair, { ...first, gates: first.gates.filter((gate) => edge.gates.includes(gate)) });
  }
  return [...byPair.values()].sort(byPlace);
}

function byPlace(one: Edge, other: Edge): number {
  if (one.path !== other.path) return one.path < other.path ? -1 : 1;
  return one.span[0] - other.span[0] || (one.to < other.to ? -1 : one.to > other.to ? 1 : 0);
}
