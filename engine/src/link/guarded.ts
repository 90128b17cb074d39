import { overlap, type CellAccess } from './cell.js';
import type { Linked } from './linked.js';
import type { LockRef } from './lock-ref.js';
import type { AccessStep, Lock, Section } from './section.js';
import { isTest } from './test-file.js';

const known = new WeakMap<Section, readonly AccessStep[]>();

/**
 * The accesses of a section to what its lock guards: data that the lock carries, and cells that another section of the
 * lock touches as well, if one of the two writes. Sections in tests do not count.
 */
export function guardedAccesses(section: Section): readonly AccessStep[] {
  let guarded = known.get(section);
  if (!guarded) {
    const here = cellsOf([section]);
    const all = section.accesses.length > 0 ? cellsUnder(section.lock) : [];
    const isShared = ({ id }: CellAccess) =>
      all.some(
        (one) =>
          overlap(one.id, id) &&
          (isByOther(one.writers, section) || (isByOther(one.touchers, section) && isWritten(here, id))),
      );
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
  const own = cellsOf([section]);
  return section.accesses.filter(({ cell }) => isCarried(section, cell) || isWritten(own, cell.id));
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
  const sections = project.lock(lock.id)?.sections ?? [];
  return cellsOf(sections.filter((section) => !isTest(section.unit.path))).some(
    (other) => other.written && overlap(other.id, cell.id),
  );
}

/** A cell with the first two sections of a lock that touch it, and that write it: enough to tell whether another than a given one does. */
interface CellUnderLock {
  readonly id: string;
  readonly touchers: Section[];
  readonly writers: Section[];
}

const underLocks = new WeakMap<Lock, readonly CellUnderLock[]>();

/** What the sections of a lock touch, tests apart: put together once for all of them. */
function cellsUnder(lock: Lock): readonly CellUnderLock[] {
  let cells = underLocks.get(lock);
  if (!cells) {
    const byId = new Map<string, CellUnderLock>();
    for (const section of lock.sections.filter(({ unit }) => !isTest(unit.path)))
      for (const { id, written } of cellsIn(section)) {
        let cell = byId.get(id);
        if (!cell) byId.set(id, (cell = { id, touchers: [], writers: [] }));
        if (cell.touchers.length < 2) cell.touchers.push(section);
        if (written && cell.writers.length < 2) cell.writers.push(section);
      }
    underLocks.set(lock, (cells = [...byId.values()]));
  }
  return cells;
}

function isByOther(sections: readonly Section[], than: Section): boolean {
  return sections.some((section) => section !== than);
}

interface TouchedCell {
  readonly id: string;
  readonly written: boolean;
}

/** What sections touch, each cell once: a long section, methods that it calls included, touches few cells very often. */
function cellsOf(sections: readonly Section[]): readonly TouchedCell[] {
  if (sections.length === 1) return cellsIn(sections[0]!);
  return [...merged(sections.flatMap(cellsIn)).values()];
}

const touched = new WeakMap<Section, readonly TouchedCell[]>();

function cellsIn(section: Section): readonly TouchedCell[] {
  let cells = touched.get(section);
  if (!cells) {
    const all = section.accesses.map(({ cell }) => ({ id: cell.id, written: cell.how === 'write' }));
    touched.set(section, (cells = [...merged(all).values()]));
  }
  return cells;
}

function merged(all: readonly TouchedCell[]): Map<string, TouchedCell> {
  const cells = new Map<string, TouchedCell>();
  for (const cell of all) if (cell.written || !cells.has(cell.id)) cells.set(cell.id, cell);
  return cells;
}

function isWritten(cells: readonly TouchedCell[], id: string): boolean {
  return cells.some((cell) => cell.written && overlap(cell.id, id));
}
