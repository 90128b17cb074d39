import type { CellAccess } from './cell.js';
import { cellsOf, cellsOutsideTests } from './cells-of.js';
import type { Linked } from './linked.js';
import type { LockRef } from './lock-ref.js';
import type { AccessStep, Section } from './section.js';
import { isTest } from './test-file.js';

const known = new WeakMap<Section, readonly AccessStep[]>();

/**
 * The accesses of a section to what its lock guards: data that the lock carries, and cells that another section of the
 * lock touches as well, if one of the two writes. Sections in tests do not count.
 */
export function guardedAccesses(section: Section): readonly AccessStep[] {
  let guarded = known.get(section);
  if (!guarded) {
    const all = cellsOutsideTests(section.lock);
    const isShared = ({ id }: CellAccess) =>
      all.isWritten(id, section) || (all.isTouched(id, section) && cellsOf(section).isWritten(id));
    // By identity, each once: a long section touches few cells very often.
    const answers = new Map<string, boolean>();
    for (const { cell } of section.accesses)
      if (!answers.has(cell.id)) answers.set(cell.id, isCarried(section, cell) || isShared(cell));
    guarded = section.accesses.filter(({ cell }) => answers.get(cell.id));
    known.set(section, guarded);
  }
  return guarded;
}

/**
 * What a section does to what its lock guards; of a section that is alone with its lock, and keeps nothing out but further
 * runs of itself, to what it writes.
 */
export function protectedAccesses(section: Section): readonly AccessStep[] {
  const isAlone = section.lock.sections.every((other) => other === section || isTest(other.unit.path));
  if (!isAlone) return guardedAccesses(section);
  return section.accesses.filter(({ cell }) => isCarried(section, cell) || cellsOf(section).isWritten(cell.id));
}

/** The names of the cells that a section's lock guards and the section touches. */
export function guardedNames(section: Section): readonly string[] {
  return namesOf(guardedAccesses(section));
}

/** The names of the cells that are touched, each once. */
export function namesOf(accesses: readonly AccessStep[]): readonly string[] {
  return [...new Set(accesses.map(({ cell }) => cell.name))];
}

/** The data that a lock carries are guarded by definition. */
function isCarried(section: Section, cell: CellAccess): boolean {
  return cell.id.startsWith(`${section.lock.id}.value`);
}

/** Whether some section of a lock, outside of tests, writes a cell: also one that stands in another class. */
export function isWrittenUnder(project: Linked, lock: LockRef, cell: CellAccess): boolean {
  const known = project.lock(lock.id);
  return known !== undefined && cellsOutsideTests(known).isWritten(cell.id);
}
