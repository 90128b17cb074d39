import type { Unit } from './unit.js';

const nestedFunctions = new WeakMap<Unit, Map<number, number[]>>();

/** The functions written inside a function, methods of classes in it apart. */
export function nested(unit: Unit, fn: number): readonly number[] {
  let known = nestedFunctions.get(unit);
  if (!known) {
    nestedFunctions.set(unit, (known = new Map()));
    for (const [id, fact] of unit.facts.functions.entries()) {
      if (fact.kind === 'method') continue;
      for (let up = fact.parent; up >= 0; up = unit.fn(up).parent) {
        const list = known.get(up);
        if (list) list.push(id);
        else known.set(up, [id]);
      }
    }
  }
  return known.get(fn) ?? [];
}

/** Whether a function is another one, or written inside it. */
export function isInside(unit: Unit, fn: number, outer: number): boolean {
  for (let id = fn; id >= 0; id = unit.fn(id).parent) if (id === outer) return true;
  return false;
}
