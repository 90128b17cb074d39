import type { Place } from '../findings.js';
import { overlap } from '../link/cell.js';
import type { Linked } from '../link/linked.js';
import type { Lock, Section } from '../link/section.js';

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
  readonly sections: readonly MappedSection[];
}

export interface MappedSection extends Place {
  /** The function that holds the lock; empty at the top of a module. */
  readonly symbol: string;
  readonly suspensions: readonly (Place & { readonly what: string })[];
}

/** `to` is awaited while `from` is held. */
export interface OrderEdge extends Place {
  readonly from: string;
  readonly to: string;
  /** Part of a cycle: two tasks can wait for each other. */
  readonly cyclic: boolean;
}

export function lockMapOf(project: Linked): LockMap {
  const locks = project.locks.filter((lock) => lock.sections.length > 0 || lock.declaration !== undefined);
  const edges = locks.flatMap((lock) => lock.sections.flatMap((section) => nestedIn(project, section)));
  const order = unique(edges).map((edge) => ({ ...edge, cyclic: reaches(edges, edge.to, edge.from) }));
  return { locks: locks.map(mapped), order };
}

function mapped(lock: Lock): MappedLock {
  const first = lock.sections[0];
  const place = lock.declaration ?? { path: first!.unit.path, span: first!.acquire.span };
  return {
    ...place,
    id: lock.id,
    name: nameOf(lock),
    kind: lock.ref.model.name,
    guards: guardsOf(lock),
    sections: lock.sections
      .filter((section) => !section.wrapper)
      .map((section) => ({
        path: section.unit.path,
        span: section.acquire.span,
        symbol: section.unit.fn(section.trace.fn).symbol,
        suspensions: section.suspensions.map((step) => ({
          path: section.unit.path,
          span: step.span,
          what: step.suspension.what,
        })),
      })),
  };
}

/** The identity without its file and without what tells two variables of one name apart. */
function nameOf({ id, name }: Lock): string {
  return id.slice(id.indexOf('#') + 1).replace(/@\d+$/, '') || name;
}

function guardsOf(lock: Lock): string[] {
  const names = lock.sections.flatMap((section) =>
    section.accesses
      .filter((access) =>
        lock.sections.some(
          (other) =>
            other !== section &&
            other.accesses.some(
              (there) =>
                overlap(there.cell.id, access.cell.id) && (there.cell.how === 'write' || access.cell.how === 'write'),
            ),
        ),
      )
      .map((access) => access.cell.name),
  );
  const all = [...new Set(names)].sort();
  // `entries.size` says no more than `entries`.
  return all.filter((name) => !all.some((other) => name.startsWith(`${other}.`)));
}

type Edge = Omit<OrderEdge, 'cyclic'>;

/** The locks that a section waits for, by an acquire of its own or through the functions it calls. */
function nestedIn(project: Linked, section: Section): Edge[] {
  const { unit } = section;
  const from = section.lock.id;
  return section.steps.flatMap(({ op, fn }) => {
    if (op.op !== 'call') return [];
    const place = { path: unit.path, span: op.span };
    const own = project
      .sections(unit)
      .filter((other) => other.hold.call === op.id && other.lock !== section.lock)
      .map((other): Edge => ({ ...place, from, to: other.lock.id }));
    const target = project.summaries.target(unit, fn, op);
    const called = target === undefined ? [] : project.summaries.acquires(target);
    const through = called
      .filter((acquire) => acquire.awaited && acquire.ref.id !== from)
      .map((acquire): Edge => ({ ...place, from, to: acquire.ref.id }));
    return [...own, ...through].filter((edge) => project.lock(edge.to) !== undefined);
  });
}

/** The first place of each pair is enough for a picture. */
function unique(edges: readonly Edge[]): Edge[] {
  const byPair = new Map<string, Edge>();
  for (const edge of [...edges].sort(byPlace)) {
    const pair = `${edge.from}\0${edge.to}`;
    if (!byPair.has(pair)) byPair.set(pair, edge);
  }
  return [...byPair.values()].sort(byPlace);
}

function byPlace(one: Edge, other: Edge): number {
  if (one.path !== other.path) return one.path < other.path ? -1 : 1;
  return one.span[0] - other.span[0] || (one.to < other.to ? -1 : one.to > other.to ? 1 : 0);
}

function reaches(edges: readonly Edge[], from: string, to: string): boolean {
  const seen = new Set<string>();
  const next = [from];
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    next.push(...edges.filter((edge) => edge.from === id).map((edge) => edge.to));
  }
  return false;
}
