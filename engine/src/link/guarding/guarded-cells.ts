import type { Place as Location } from '../../findings.js';
import { contextsOf } from '../callers-locks.js';
import type { Linked } from '../linked.js';
import type { Lock } from '../section.js';
import { isTest } from '../test-file.js';
import type { Unit } from '../unit.js';
import { DECLARED, declaredGuard } from './declared.js';
import { Evidence } from './evidence.js';
import { guardedResources } from './resource.js';
import { placesIn, wholeCell, type Place } from './places.js';

/** A field or variable that a lock guards, by declaration or by how it is used. */
export interface GuardedCell {
  readonly lock: Lock;
  /**
   * What tells that the lock guards it. `declared`: `@guardedBy`. `usual`: nearly every place is under the lock. `writes`: every place that
   * changes it is. `helper`: a function that changes it over a suspension is called under the lock as well. `snapshot`: it is read
   * under the lock alone, into one record with what the lock guards. `resource`: it is all that sections of the lock wait for. `update`: a section
   * reads it, waits, and changes it, perhaps in another file.
   */
  readonly by: 'declared' | 'usual' | 'writes' | 'helper' | 'snapshot' | 'resource' | 'update';
  readonly tag?: Location;
  readonly places: number;
  readonly under: number;
  /** The places without the lock, those that only take a look at one moment left out unless the guard is declared. */
  readonly without: readonly Place[];
  /** Where those who hold the lock suspend between two accesses. */
  readonly window: readonly Location[];
}

/** The guarded cells of a file that some place accesses without the lock. */
export function guardedCells(project: Linked, unit: Unit): readonly GuardedCell[] {
  if (isTest(unit.path) || !mayGuard(project, unit)) return [];
  const all = placesIn(project, unit);
  const groups = new Map<string, Place[]>();
  for (const place of all) {
    const id = wholeCell(place.cell.id);
    const list = groups.get(id);
    if (list) list.push(place);
    else groups.set(id, [place]);
  }
  const cells = [...groups].flatMap(
    ([id, places]) => declaredGuard(project, unit, places) ?? inferredGuard(project, unit, id, places) ?? [],
  );
  return [...cells, ...guardedResources(project, unit, all)];
}

/** Whether any place of the file is under a lock, or declared to be: few files have one, and only those are gone through place by place. */
function mayGuard(project: Linked, unit: Unit): boolean {
  return project.traces(unit).some(({ holds }) => holds.length > 0) || unit.text.includes(DECLARED);
}

function inferredGuard(project: Linked, unit: Unit, id: string, places: readonly Place[]): GuardedCell | undefined {
  for (const lock of locksNear(project, unit, places)) {
    const guard = new Evidence(project, unit, id, lock, places).guard();
    if (guard) return guard;
  }
  return undefined;
}

/** The exclusive locks that some place of a cell is under, or some call of a helper that stands there. */
function locksNear(project: Linked, unit: Unit, places: readonly Place[]): Lock[] {
  const functions = [...new Set(places.map(({ fn }) => fn))];
  const contexts = [...places, ...functions.flatMap((fn) => contextsOf(project, unit, fn))];
  const ids = new Set(contexts.flatMap(({ locks }) => (locks === 'by-convention' ? [] : [...locks])));
  return [...ids].sort().flatMap((id) => {
    const lock = project.lock(id);
    return lock && !lock.ref.key && /^(mutex|rw)$/.test(lock.ref.model.kind) ? [lock] : [];
  });
}
