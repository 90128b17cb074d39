import type { DocTag } from '../../facts/format.js';
import { bindingsAt, membersAt } from '../by-offset.js';
import { lockOfTag } from '../contracts.js';
import type { Linked } from '../linked.js';
import type { Unit } from '../unit.js';
import type { GuardedCell } from './guarded-cells.js';
import { isHeld, type Place } from './places.js';

/** The tag that declares the lock of a field or variable. */
export const DECLARED = '@guardedBy';

/** What `@guardedBy` says of a cell that these places access, if it names a lock that one of them lacks. */
export function declaredGuard(project: Linked, unit: Unit, places: readonly Place[]): GuardedCell | undefined {
  const { cell } = places[0]!;
  const guard = cell.declaration?.path === unit.path ? guardTag(unit, cell.declaration.span[0]) : undefined;
  const ref = guard && lockOfTag(project.entities, unit, guard.fn, guard.tag);
  const lock = ref && project.locks.find(({ id }) => id === ref.id);
  if (!lock) return undefined;
  const without = places.filter((place) => !isHeld(place, lock.id));
  if (without.length === 0) return undefined;
  return {
    lock,
    by: 'declared',
    tag: { path: unit.path, span: guard.tag.span },
    places: places.length,
    under: places.length - without.length,
    without,
    window: [],
  };
}

/** The tag of a field or variable, and the function from which the lock is seen that it names. */
function guardTag(unit: Unit, nameStart: number): { readonly tag: DocTag; readonly fn: number } | undefined {
  if (!unit.text.includes(DECLARED)) return undefined;
  const [field] = membersAt(unit, nameStart);
  if (field) return guardIn(field.member.docs, unit.fieldsFunction(field.cls));
  const [id] = bindingsAt(unit, nameStart);
  const binding = id === undefined ? undefined : unit.facts.bindings[id];
  return binding && guardIn(binding.docs, binding.owner);
}

function guardIn(docs: readonly DocTag[] | undefined, fn: number) {
  const tag = docs?.find((one) => one.tag === 'guardedBy');
  return tag && { tag, fn };
}
