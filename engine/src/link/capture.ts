import type { Unit } from './unit.js';

const known = new WeakMap<Unit, Map<number, ReadonlySet<number>>>();

/** The variables of enclosing functions that a function, or one inside it, mentions. */
export function bindingsCapturedBelow(unit: Unit, fn: number): ReadonlySet<number> {
  let byFunction = known.get(unit);
  if (!byFunction) known.set(unit, (byFunction = new Map()));
  let captured = byFunction.get(fn);
  if (!captured) {
    const { span } = unit.fn(fn);
    const inside = (place: readonly [number, number]) => span[0] <= place[0] && place[1] <= span[1];
    const found = new Set<number>();
    unit.facts.bindings.forEach((binding, id) => {
      if (!inside(binding.span) && binding.refs.some((ref) => inside(ref.span))) found.add(id);
    });
    byFunction.set(fn, (captured = found));
  }
  return captured;
}
