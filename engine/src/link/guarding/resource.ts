import type { Span } from '../../findings.js';
import { membersAt } from '../by-offset.js';
import type { CellAccess } from '../cell.js';
import { isLifeCycle } from '../life-cycle.js';
import type { Linked } from '../linked.js';
import type { Lock, Section } from '../section.js';
import { isTest } from '../test-file.js';
import { everyOp, type Unit } from '../unit.js';
import { isWaitedForAtOnce } from '../waiting.js';
import { MAX_WINDOW } from './evidence.js';
import type { GuardedCell } from './guarded-cells.js';
import { keptField } from './kept-field.js';
import { isHeld, wholeCell, type Place } from './places.js';

/**
 * What a lock can only be there for: all its sections wait for one thing, a connection or a device that the object keeps for life, and touch no
 * other state. An operation on it that is waited for without the lock runs in the midst of another one.
 */
export function guardedResources(project: Linked, unit: Unit, places: readonly Place[]): GuardedCell[] {
  const operations = new Map<string, Place[]>();
  for (const place of places) {
    const resource = place.op.op === 'call' ? keptField(project, unit, place.cell) : undefined;
    if (resource !== undefined) operations.set(resource, [...(operations.get(resource) ?? []), place]);
  }
  return project.locks.flatMap((lock) => guardedResource(project, unit, lock, operations) ?? []);
}

/** @param places Those that call something of what an object keeps for life, by that. */
function guardedResource(
  project: Linked,
  unit: Unit,
  lock: Lock,
  places: ReadonlyMap<string, readonly Place[]>,
): GuardedCell | undefined {
  const cls = lock.declaration?.path === unit.path ? classDeclaring(unit, lock.declaration.span[0]) : undefined;
  if (cls === undefined || lock.ref.key || lock.ref.model.kind !== 'mutex') return undefined;
  const resource = soleResource(project, lock, ownPrefixes(project, unit, cls));
  if (resource === undefined) return undefined;
  const operations = (places.get(resource) ?? []).filter(
    ({ fn, op }) => unit.fn(fn).thisClass === cls && op.op === 'call' && isWaitedForAtOnce(unit, op),
  );
  const without = operations.filter((place) => !isHeld(place, lock.id) && !isLifeCycle(unit.fn(place.fn).name));
  if (without.length === 0) return undefined;
  const window = lock.sections.flatMap((section) =>
    waitsOf(section).map((span) => ({ path: section.unit.path, span })),
  );
  return {
    lock,
    by: 'resource',
    places: operations.length,
    under: operations.length - without.length,
    without,
    window: window.slice(0, MAX_WINDOW),
  };
}

/** The one thing that every section of a lock waits for, and nothing else that it touches; undefined where there are more. */
function soleResource(project: Linked, lock: Lock, own: readonly string[]): string | undefined {
  const sections = lock.sections.filter(({ unit, wrapper }) => !isTest(unit.path) && !wrapper);
  const touched = sections.map(({ accesses }) => {
    const state = accesses.filter(({ cell, primitive }) => !primitive && isState(project, cell, own));
    return new Set(state.map(({ cell }) => wholeCell(cell.id)));
  });
  const [first, ...others] = [...new Set(touched.flatMap((ids) => [...ids]))];
  const isSole = first !== undefined && others.length === 0 && touched.every((ids) => ids.size === 1);
  return isSole && sections.every((section) => waitsOf(section).length > 0) ? first : undefined;
}

/** Where a section waits, the promise included that a callback leaves to the lock to wait for. */
function waitsOf({ unit, callback, suspensions }: Section): readonly Span[] {
  const returned = (callback === undefined ? [] : everyOp(unit.fn(callback).body)).flatMap((op) =>
    op.op === 'return' && op.value?.v === 'call' ? [op.value.span] : [],
  );
  return [...suspensions.map(({ span }) => span), ...returned];
}

/** The object's own fields, and variables; another object is reached through one of them, and what a caller hands in is the caller's. */
function isState(project: Linked, { id }: CellAccess, own: readonly string[]): boolean {
  const [, path, binding] = /^(.*)#[^#]*@(\d+)$/.exec(wholeCell(id)) ?? [];
  if (path === undefined) return own.some((prefix) => id.startsWith(prefix));
  return project.program.unit(path)?.facts.bindings[Number(binding)]?.kind !== 'param';
}

/** How the identities of the fields begin that a class declares, and those that it extends. */
function ownPrefixes(project: Linked, unit: Unit, cls: number, seen: readonly string[] = []): readonly string[] {
  const { name, superClass } = unit.classOf(cls);
  const prefix = `${unit.path}#${name}.`;
  const parent = superClass && project.entities.wide.of(unit, 0, superClass);
  if (seen.includes(prefix)) return seen;
  const all = [...seen, prefix];
  return parent?.k === 'class' ? ownPrefixes(project, parent.unit, parent.cls, all) : all;
}

function classDeclaring(unit: Unit, nameStart: number): number | undefined {
  return membersAt(unit, nameStart)[0]?.cls;
}
