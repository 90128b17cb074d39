import type { DocTag, Op } from '../facts/format.js';
import type { Place } from '../findings.js';
import { locksOfCallers } from './callers-locks.js';
import { cellAccesses, overlap, type CellAccess } from './cell.js';
import { rootOf } from './dependence/flows.js';
import type { Linked } from './linked.js';
import type { Lock, Section } from './section.js';
import type { Hold } from './state.js';
import { isTest } from './test-file.js';
import { everyOp, type Unit } from './unit.js';

/** A field or variable that a lock guards, by declaration or by how nearly every place uses it. */
export interface GuardedCell {
  readonly lock: Lock;
  /** By `@guardedBy`. */
  readonly declared: boolean;
  readonly tag?: Place;
  readonly places: number;
  readonly under: number;
  /** The accesses without the lock, those that only take a look at one moment left out unless the guard is declared. */
  readonly without: readonly Access[];
  /** Where sections of the lock suspend between two accesses. */
  readonly window: readonly Place[];
}

interface Access {
  readonly cell: CellAccess;
  readonly fn: number;
  readonly op: Op;
  readonly locks: ReadonlySet<string> | 'by-convention';
}

/** Below that a lock that is often held near a cell may well have another purpose. */
const NEARLY_ALL = 0.9;
const FEW_PLACES = 4;

/** The guarded cells of a file that some place accesses without the lock. */
export function guardedCells(project: Linked, unit: Unit): readonly GuardedCell[] {
  if (isTest(unit.path) || !mayGuard(project, unit)) return [];
  const groups = new Map<string, Access[]>();
  for (const access of accessesIn(project, unit)) {
    const id = wholeCell(access.cell.id);
    const list = groups.get(id);
    if (list) list.push(access);
    else groups.set(id, [access]);
  }
  return [...groups].flatMap(
    ([id, accesses]) => declaredGuard(project, unit, accesses) ?? inferred(project, unit, id, accesses) ?? [],
  );
}

const DECLARED = '@guardedBy';

/** Whether any place of the file is under a lock, or declared to be: few files have one, and only those are gone through access by access. */
function mayGuard(project: Linked, unit: Unit): boolean {
  return project.traces(unit).some(({ holds }) => holds.length > 0) || unit.text.includes(DECLARED);
}

function inferred(project: Linked, unit: Unit, id: string, accesses: readonly Access[]): GuardedCell | undefined {
  const held = new Set(accesses.flatMap(({ locks }) => (locks === 'by-convention' ? [] : [...locks])));
  for (const lockId of [...held].sort()) {
    const lock = project.lock(lockId);
    if (!lock || lock.ref.key || !/^(mutex|rw)$/.test(lock.ref.model.kind)) continue;
    const under = accesses.filter(({ locks }) => locks === 'by-convention' || locks.has(lockId));
    const places = accesses.length;
    const isUsual = places > FEW_PLACES && under.length < places && under.length >= NEARLY_ALL * places;
    if (!isUsual || !under.some(({ cell }) => cell.how === 'write')) continue;
    const window = lock.sections.flatMap((section) => suspensionsWithin(section, id)).slice(0, 3);
    const without = accesses.filter((access) => !under.includes(access) && !isGlance(unit, access, accesses));
    if (window.length === 0 || without.length === 0) continue;
    return { lock, declared: false, places, under: under.length, without, window };
  }
  return undefined;
}

/** A function that only reads, and in one segment, sees the state of one moment, as it would under the lock a moment later. */
function isGlance(unit: Unit, { cell, fn }: Access, accesses: readonly Access[]): boolean {
  const own = accesses.filter((other) => other.fn === fn);
  if (cell.how !== 'read' || own.some((other) => other.cell.how === 'write')) return false;
  const first = Math.min(...own.map(({ op }) => op.span[0]));
  const last = Math.max(...own.map(({ op }) => op.span[1]));
  return ![...everyOp(unit.fn(fn).body)].some((op) => isBetween(op, first, last));
}

/** An `await` between two places, or a loop with one around both. */
function isBetween(op: Op, first: number, last: number): boolean {
  if (op.op === 'await') return first < op.span[0] && op.span[1] < last;
  const isAround = op.op === 'loop' && op.span[0] <= first && first < op.span[1];
  return isAround && [...everyOp(op.body)].some((inner) => inner.op === 'await');
}

function declaredGuard(project: Linked, unit: Unit, accesses: readonly Access[]): GuardedCell | undefined {
  const { declaration } = accesses[0]!.cell;
  const tag = declaration?.path === unit.path ? guardTag(unit, declaration.span[0]) : undefined;
  const lock = tag && lockNamed(project, accesses[0]!.cell, tag);
  if (!lock) return undefined;
  const without = accesses.filter(({ locks }) => locks !== 'by-convention' && !locks.has(lock.id));
  if (without.length === 0) return undefined;
  const places = accesses.length;
  return {
    lock,
    declared: true,
    tag: { path: unit.path, span: tag.span },
    places,
    under: places - without.length,
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

/** The field or variable that a path begins with: `Room.peers` of `Room.peers.size`. */
function wholeCell(id: string): string {
  const hash = id.indexOf('#');
  const [root, member] = id.slice(hash + 1).split(/(?=[.[])/);
  const isVariable = root!.includes('@') && !root!.startsWith('class@');
  return id.slice(0, hash + 1) + (isVariable ? root! : `${root!}${member ?? ''}`);
}

function accessesIn(project: Linked, unit: Unit): Access[] {
  const held = new Map<number, ReadonlyMap<Op, readonly Hold[]>>();
  const holdsAt = (root: number, op: Op) => {
    let byOp = held.get(root);
    if (!byOp) {
      const trace = project.summaries.mayLock({ unit, fn: root }) ? project.summaries.trace(unit, root) : undefined;
      held.set(root, (byOp = new Map(trace?.visits.map((visit) => [visit.op, visit.always]))));
    }
    return byOp.get(op) ?? [];
  };
  return unit.facts.functions.flatMap((fact, fn) => {
    if (fact.kind === 'constructor' || fact.kind === 'fields' || fact.kind === 'module') return [];
    const root = rootOf(project, unit, fn);
    const above = locksOfCallers(project, unit, root);
    return [...everyOp(fact.body)].flatMap((op) =>
      cellAccesses(project.entities, unit, fn, op)
        .filter((cell) => cell.declaration !== undefined || /^this\b/.test(cell.name))
        .map((cell): Access => {
          const own = holdsAt(root, op).map((hold) => hold.ref.id);
          return { cell, fn: root, op, locks: above === 'by-convention' ? above : new Set([...own, ...above]) };
        }),
    );
  });
}

/** Where a section suspends after one access to a cell and before another. */
function suspensionsWithin(section: Section, id: string): Place[] {
  const segments = section.accesses.filter(({ cell }) => overlap(cell.id, id)).map(({ segment }) => segment);
  const first = Math.min(...segments);
  const last = Math.max(...segments);
  return section.suspensions.slice(first, last).map(({ span }) => ({ path: section.unit.path, span }));
}
