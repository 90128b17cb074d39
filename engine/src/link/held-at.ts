import type { Op } from '../facts/format.js';
import type { Linked } from './linked.js';
import type { Hold } from './state.js';
import type { Unit } from './unit.js';

/** The locks that a function itself holds at one of its operations, on every path that comes there; what its callers hold is not among them. */
export function heldAt(project: Linked, unit: Unit, op: Op): readonly Hold[] {
  let byOp = known.get(unit);
  if (!byOp) known.set(unit, (byOp = heldIn(project, unit)));
  return byOp.get(op) ?? [];
}

const known = new WeakMap<Unit, ReadonlyMap<Op, readonly Hold[]>>();

function heldIn(project: Linked, unit: Unit): Map<Op, readonly Hold[]> {
  const held = new Map<Op, readonly Hold[]>();
  for (const { visits, references } of project.traces(unit)) {
    for (const { op, always } of visits) {
      const before = held.get(op);
      held.set(op, before ? before.filter((hold) => always.some(({ ref }) => ref.id === hold.ref.id)) : always);
    }
    // A function that is named where a lock runs it is called there.
    for (const { op, hold } of references) held.set(op, [...(held.get(op) ?? []), hold]);
  }
  return held;
}
