import { callsOf, useOf } from '../use.js';
import { enclosing } from '../enclosing.js';
import { isLifeCycle } from '../life-cycle.js';
import type { Linked } from '../linked.js';
import { joined, stepsOf, variableOf } from '../maker/instance.js';
import type { Lock, Section } from '../section.js';
import { isTest } from '../test-file.js';
import type { Unit } from '../unit.js';
import { MAX_WINDOW } from './evidence.js';
import type { GuardedCell } from './guarded-cells.js';
import { isHeld, placesIn, wholeCell, type Place } from './places.js';
import { windowOf } from './window.js';

/** A section reads what a maker keeps, waits, and changes it by what it has read; its lock is there once for each instance of that. */
interface Update {
  readonly section: Section;
  readonly cell: string;
  /** How both are reached from where their ways part: in the same call of one function, or in the file. */
  readonly toCell: readonly string[];
  readonly toLock: readonly string[];
}

/**
 * What makers keep and a section updates over a wait, where this file changes it without the lock. The file may be that of the maker, which knows nothing of a
 * lock that whoever calls it has; there it has to be called once, or the lock would be there for some of its instances only.
 */
export function updatedUnderLock(project: Linked, unit: Unit): readonly GuardedCell[] {
  const updates = updatesOf(project);
  if (updates.size === 0 || isTest(unit.path)) return [];
  const missing = new Map<Update, Map<Lock, Place[]>>();
  for (const place of placesIn(project, unit)) {
    if (place.cell.how === 'read' || isLifeCycle(unit.fn(place.fn).name)) continue;
    const steps = stepsOf(wholeCell(place.cell.id));
    for (const update of updates.get(steps.at(-1)!) ?? []) {
      const lock = lockMissingAt(project, unit, update, place, steps);
      if (lock) append(missing, update, lock, place);
    }
  }
  return [...missing].flatMap(([update, byLock]) =>
    [...byLock].flatMap(([lock, without]) => told(project, update, lock, without) ?? []),
  );
}

function append(missing: Map<Update, Map<Lock, Place[]>>, update: Update, lock: Lock, place: Place): void {
  const byLock = missing.get(update) ?? new Map<Lock, Place[]>();
  const places = byLock.get(lock) ?? [];
  missing.set(update, byLock.set(lock, places));
  places.push(place);
}

function told(
  project: Linked,
  { section, cell }: Update,
  lock: Lock,
  without: readonly Place[],
): GuardedCell | undefined {
  const window = windowOf(project, section, cell).slice(0, MAX_WINDOW);
  if (window.length === 0) return undefined;
  const under = section.accesses.filter((access) => wholeCell(access.cell.id) === cell).length;
  return { lock, by: 'update', places: under + without.length, under, without, window };
}

/** By the variable that a maker keeps, as its own file calls it. */
type Updates = ReadonlyMap<string, readonly Update[]>;

const known = new WeakMap<Linked, Updates>();

function updatesOf(project: Linked): Updates {
  let updates = known.get(project);
  if (!updates) {
    const all = project.locks.flatMap((lock) => updatesUnder(project, lock));
    const byVariable = new Map<string, Update[]>();
    for (const update of all) {
      const own = update.toCell.at(-1)!;
      const list = byVariable.get(own) ?? [];
      byVariable.set(own, list);
      list.push(update);
    }
    known.set(project, (updates = byVariable));
  }
  return updates;
}

/** One for each cell. */
function updatesUnder(project: Linked, lock: Lock): Update[] {
  if (lock.ref.key || !/^(mutex|rw)$/.test(lock.ref.model.kind)) return [];
  const byCell = new Map<string, Update>();
  for (const section of lock.sections) {
    if (section.wrapper || isTest(section.unit.path)) continue;
    for (const cell of updatedIn(section)) {
      const ways = byCell.has(cell) ? undefined : parting(project, stepsOf(lock.id), stepsOf(cell));
      if (ways) byCell.set(cell, { section, cell, ...ways });
    }
  }
  return [...byCell.values()];
}

/** What a section reads and, after a wait, changes. */
function updatedIn({ accesses }: Section): ReadonlySet<string> {
  const read = new Map<string, number>();
  const updated = new Set<string>();
  for (const { cell, segment } of accesses) {
    const id = wholeCell(cell.id);
    if (cell.how === 'read') read.set(id, Math.min(segment, read.get(id) ?? Infinity));
    else if ((read.get(id) ?? Infinity) < segment) updated.add(id);
  }
  return updated;
}

/** Where the ways to a lock and to a cell part: at variables of one call of a function, each of which is there once; undefined where they do not. */
function parting(
  project: Linked,
  lock: readonly string[],
  cell: readonly string[],
): Pick<Update, 'toCell' | 'toLock'> | undefined {
  let shared = 0;
  while (lock[shared] === cell[shared] && shared < cell.length - 1) shared++;
  const [toLock, toCell] = [lock.slice(shared), cell.slice(shared)];
  const [one, other] = [toLock[0], toCell[0]].map((step) => step && scopeOf(project, step));
  return one !== undefined && one === other ? { toLock, toCell } : undefined;
}

/** The function whose variable a step is, if that is there once for each of its calls. */
function scopeOf(project: Linked, step: string): string | undefined {
  const variable = variableOf(step);
  const unit = variable && project.program.unit(variable.path);
  const binding = unit?.facts.bindings[variable!.binding];
  if (!unit || binding?.writes !== 0) return undefined;
  const isInLoop = enclosing(unit, binding.owner, binding.span).some(({ op }) => op === 'loop');
  return isInLoop ? undefined : `${unit.path} ${binding.owner}`;
}

/** The lock that a section updates the state under which is changed at a place, as it is called there, if it is not held. */
function lockMissingAt(
  project: Linked,
  unit: Unit,
  update: Update,
  place: Place,
  steps: readonly string[],
): Lock | undefined {
  const lock = lockAt(project, unit, update, steps);
  if (!lock || isHeld(place, lock.id) || isKeptApart(update.section, place)) return undefined;
  return isRunUnder(project, unit, update.section.lock, place.fn) ? undefined : lock;
}

function lockAt(
  project: Linked,
  unit: Unit,
  { section, toCell, toLock }: Update,
  steps: readonly string[],
): Lock | undefined {
  // What one file has of both is for the other kinds of evidence.
  if (steps.length === 1 && toCell.length === 1) return undefined;
  if (endsWith(steps, toCell)) {
    const shared = steps.slice(0, steps.length - toCell.length);
    const isMakers = joined(toLock) === section.lock.id;
    return project.lock(joined([...shared, ...toLock])) ?? (isMakers ? section.lock : undefined);
  }
  return endsWith(toCell, steps) && isInstantiatedOnce(project, unit, steps[0]!) ? section.lock : undefined;
}

function endsWith(steps: readonly string[], end: readonly string[]): boolean {
  return steps.length >= end.length && end.every((step, index) => step === steps[steps.length - end.length + index]);
}

/** Whether one place calls the function that a variable is of. */
function isInstantiatedOnce(project: Linked, unit: Unit, step: string): boolean {
  const variable = variableOf(step);
  const owner = variable?.path === unit.path ? unit.facts.bindings[variable.binding]?.owner : undefined;
  if (owner === undefined || useOf(project, unit, owner)?.escapes) return false;
  return callsOf(project, unit, owner).filter((call) => !isTest(call.unit.path)).length === 1;
}

/** Another lock is held at both. */
function isKeptApart({ steps }: Section, { locks }: Place): boolean {
  return locks !== 'by-convention' && steps.some(({ visit }) => visit.holds.some(({ ref }) => locks.has(ref.id)));
}

/** Whether a section of a lock comes to run a function. */
function isRunUnder(project: Linked, unit: Unit, lock: Lock, fn: number): boolean {
  return lock.sections.some((section) =>
    section.steps.some((step) => {
      const target = step.op.op === 'call' ? project.suspensions.called(section.unit, step.fn, step.op) : undefined;
      return target !== undefined && project.summaries.graph.leadsTo(target, { unit, fn });
    }),
  );
}
