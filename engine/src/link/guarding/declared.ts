import type { DocTag } from '../../facts/format.js';
import type { CellAccess } from '../cell.js';
import type { Linked } from '../linked.js';
import type { Lock } from '../section.js';
import type { Unit } from '../unit.js';
import type { GuardedCell } from './guarded-cells.js';
import { isHeld, wholeCell, type Place } from './places.js';

/** The tag that declares the lock of a field or variable. */
export const DECLARED = '@guardedBy';

/** What `@guardedBy` says of a cell that these places access, if it names a lock that one of them lacks. */
export function declaredGuard(project: Linked, unit: Unit, places: readonly Place[]): GuardedCell | undefined {
  const { cell } = places[0]!;
  const tag = cell.declaration?.path === unit.path ? guardTag(unit, cell.declaration.span[0]) : undefined;
  const lock = tag && lockNamed(project, cell, tag);
  if (!lock) return undefined;
  const without = places.filter((place) => !isHeld(place, lock.id));
  if (without.length === 0) return undefined;
  return {
    lock,
    by: 'declared',
    tag: { path: unit.path, span: tag.span },
    places: places.length,
    under: places.length - without.length,
    without,
    window: [],
  };
}

function guardTag(unit: Unit, nameStart: number): DocTag | undefined {
  if (!unit.text.includes(DECLARED)) return undefined;
  const members = unit.facts.classes.flatMap((cls) => cls.members);
  const docs =
    members.find((member) => member.nameSpan[0] === nameStart)?.docs ??
    unit.facts.bindings.find((binding) => binding.span[0] === nameStart)?.docs;
  return docs?.find(({ tag }) => tag === 'guardedBy');
}

/** The lock that a tag names: a field of the same class, or a variable. */
function lockNamed(project: Linked, cell: CellAccess, { text }: DocTag): Lock | undefined {
  const name = text.replace(/^this\./, '').replace(/[;,.]$/, '');
  const holder = wholeCell(cell.id).replace(/\.[^.]*$/, '');
  const path = cell.declaration?.path ?? '';
  return project.locks.find(
    ({ id, ref }) =>
      id === `${holder}.${name}` || (ref.owner === 'variable' && ref.name === name && ref.declaration?.path === path),
  );
}
