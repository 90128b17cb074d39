import type { Place } from '../findings.js';
import { openTo } from './openness.js';
import type { Linked } from './linked.js';
import { dataType, declarationAt, declarationOf, literalType, makings, type Declaration } from './lock-declaration.js';
import type { Lock, Section } from './section.js';
import { neverSuspends } from './settled.js';
import { whoSeesStart } from './start-order.js';
import { releasesOf } from './walk/trace.js';

/**
 * Whether a lock excludes nothing: it lives in this process, every section of it that can be seen is one segment, and
 * nobody waits for it or hands it on. Between two suspensions nothing else runs, with or without the lock.
 */
export function isInert(project: Linked, lock: Lock): boolean {
  return isOrdinary(lock) && lock.sections.every((section) => neverSuspends(project, section));
}

/** Whether a lock is a mutex or a readers-writer lock of this process, whose uses are all sections that end where they began. */
export function isOrdinary(lock: Lock): boolean {
  const { model, key, owner } = lock.ref;
  if (model.scope !== 'agent' || (model.kind !== 'mutex' && model.kind !== 'rw') || key) return false;
  if (owner === 'param' || owner === 'library' || !lock.declaration) return false;
  if (lock.sections.length === 0 || lock.queries.length > 0 || lock.escapes.length > 0) return false;
  return lock.sections.every((section) => !section.wrapper && isWholeHere(section));
}

/** A section that is released in the function that took it, on every path; an empty one is a barrier. */
function isWholeHere(section: Section): boolean {
  const { trace, hold } = section;
  if (trace.transferred.has(hold) || trace.kept.includes(hold) || trace.returned.includes(hold)) return false;
  if (releasesOf(trace, hold).some(({ whenSettled }) => whenSettled)) return false;
  return section.form === 'callback' || section.steps.length > 0;
}

/** Why taking the locks of some sections away might be noticed; undefined when that is proven not to be. */
export function whoNotices(project: Linked, lock: Lock): string | undefined {
  const open = openTo(project, lock);
  if (open) return `${open} may take it`;
  for (const section of lock.sections) {
    const { loops } = section.trace.visits.find((visit) => visit.op === section.acquire) ?? { loops: [] };
    if (loops.length > 0) return 'a section is taken in a loop, which would go on without giving way to other tasks';
    const seen = whoSeesStart(project, section.unit, section.fn, section.acquire.span[0]);
    if (seen) return `the section no longer starts in a later tick: ${seen} can notice`;
  }
  return undefined;
}

/** The one number, boolean or optional value that a lock is about. */
export interface LoneCell {
  /** A field or variable beside the lock; absent when the lock owns its data. */
  readonly cell?: Declaration;
  readonly name: string;
}

/** The single field or variable that all sections of a lock touch, or the data that the lock owns. */
export function loneCell(project: Linked, lock: Lock): LoneCell | undefined {
  const own = declarationOf(project, lock);
  if (!own) return undefined;
  if (ownsData(project, lock, own)) return { name: lock.name };
  const touched = lock.sections.map((section) => new Set(section.accesses.map((access) => access.cell.id)));
  const ids = new Set(touched.flatMap((set) => [...set]));
  if (ids.size !== 1 || touched.some((set) => set.size === 0)) return undefined;
  const { cell } = lock.sections[0]!.accesses[0]!;
  const declaration = cell.declaration && declared(project, cell.declaration);
  return declaration && !declaration.parameter ? { cell: declaration, name: cell.name } : undefined;
}

/** Whether a lock carries data, instead of standing beside what it guards. */
export function ownsData(project: Linked, lock: Lock, own: Declaration): boolean {
  if (!lock.ref.model.holdsData) return false;
  const type = dataType(project, own);
  if (type !== undefined) return !(type.t === 'prim' && type.name === 'void');
  return makings(own).some((op) => op.args.length > 0);
}

function declared(project: Linked, place: Place): Declaration | undefined {
  const unit = project.program.unit(place.path);
  return unit && declarationAt(unit, place.span);
}

/** Whether a lock's data or a cell is a number or a boolean, by its type or by the literal that it starts with. */
export function counterKind(project: Linked, lock: Lock, { cell }: LoneCell): 'number' | 'boolean' | undefined {
  const own = declarationOf(project, lock);
  const type = cell
    ? (cell.type ?? (cell.values[0] && literalType(cell.values[0].value)))
    : own && dataType(project, own);
  if (type?.t !== 'prim') return undefined;
  return type.name === 'number' || type.name === 'boolean' ? type.name : undefined;
}
