import type { Op } from '../../facts/format.js';
import { contextsOf, locksOfCallers, type Held } from '../callers-locks.js';
import { cellAccesses, type CellAccess } from '../cell.js';
import { rootOf } from '../dependence/flows.js';
import { heldAt } from '../held-at.js';
import type { Linked } from '../linked.js';
import { joined, stepsOf } from '../maker/instance.js';
import { everyOp, type Unit } from '../unit.js';
import { isSharedOrOfElement } from './element.js';

/** A place that touches shared state, and the locks that are held there. */
export interface Place {
  readonly cell: CellAccess;
  /** The function whose flow it is part of. */
  readonly fn: number;
  readonly op: Op;
  readonly locks: Held;
  /** The helper that touches the state, where the place only calls it. */
  readonly through?: number;
}

/** Every place of a file that touches a field or variable, constructors and first values apart. */
export function placesIn(project: Linked, unit: Unit): Place[] {
  const parameters = new Set(unit.facts.bindings.flatMap(({ kind, span }) => (kind === 'param' ? [span[0]] : [])));
  return unit.facts.functions.flatMap((fact, fn) => {
    if (fact.kind === 'constructor' || fact.kind === 'fields' || fact.kind === 'module') return [];
    const root = rootOf(project, unit, fn);
    const above = locksOfCallers(project, unit, root);
    return [...everyOp(fact.body)].flatMap((op) =>
      cellAccesses(project.entities, unit, fn, op, isSharedOrOfElement)
        .filter((cell) => isState(cell, unit, parameters))
        .map((cell): Place => {
          const own = heldAt(project, unit, op).map((hold) => hold.ref.id);
          return { cell, fn: root, op, locks: above === 'by-convention' ? above : new Set([...own, ...above]) };
        }),
    );
  });
}

/** A field or a variable; what a caller hands in is the caller's. */
function isState({ declaration, name }: CellAccess, unit: Unit, parameters: ReadonlySet<number>): boolean {
  if (/^this\b/.test(name)) return true;
  return declaration !== undefined && !(declaration.path === unit.path && parameters.has(declaration.span[0]));
}

/** Whether a lock is held, or meant to be. */
export function isHeld({ locks }: { readonly locks: Held }, lock: string): boolean {
  return locks === 'by-convention' || locks.has(lock);
}

/**
 * The places as they stand to one lock. A helper that some calls run with the lock and others without is neither guarded
 * nor unguarded by itself: its calls are the places.
 */
export function placesSeenFrom(project: Linked, unit: Unit, lock: string, places: readonly Place[]): readonly Place[] {
  const seen = places.flatMap((place) => lifted(project, unit, lock, place, new Set()));
  // However often a helper touches the state, a call of it is one place.
  const calls = new Map<Op, Place>();
  const found: Place[] = [];
  for (const place of seen) {
    const before = place.through === undefined ? undefined : calls.get(place.op);
    if (before?.cell.how === 'write' || (before && place.cell.how === 'read')) continue;
    if (before) found.splice(found.indexOf(before), 1);
    if (place.through !== undefined) calls.set(place.op, place);
    found.push(place);
  }
  return found;
}

function lifted(project: Linked, unit: Unit, lock: string, place: Place, seen: ReadonlySet<number>): Place[] {
  if (isHeld(place, lock) || seen.has(place.fn) || !isCalledBothWays(project, unit, lock, place.fn)) return [place];
  const below = new Set([...seen, place.fn]);
  const contexts = contextsOf(project, unit, place.fn).filter((context) => context.unit === unit);
  const calls = contexts.map(({ caller, locks }) => {
    const cell = { ...place.cell, span: caller.op.span };
    return { cell, fn: rootOf(project, unit, caller.fn), op: caller.op, locks, through: place.fn };
  });
  return calls.flatMap((call) => {
    // `skipLock ? await save() : await mutex.runExclusive(save)`: whoever asks for that has the lock.
    const isChosen = !isHeld(call, lock) && calls.some((other) => other.fn === call.fn && isHeld(other, lock));
    return lifted(project, unit, lock, isChosen ? { ...call, locks: 'by-convention' } : call, below);
  });
}

function isCalledBothWays(project: Linked, unit: Unit, lock: string, fn: number, seen = new Set<number>()): boolean {
  if (seen.has(fn)) return false;
  seen.add(fn);
  return contextsOf(project, unit, fn).some(
    (context) =>
      (context.locks !== 'by-convention' && context.locks.has(lock)) ||
      (context.unit === unit && isCalledBothWays(project, unit, lock, rootOf(project, unit, context.caller.fn), seen)),
  );
}

/** The field or variable that a path begins with: `Room.peers` of `Room.peers.size`. */
export function wholeCell(id: string): string {
  const steps = stepsOf(id);
  if (steps.length > 1) return joined([...steps.slice(0, -1), wholeCell(steps.at(-1)!)]);
  const hash = id.indexOf('#');
  const [root, member] = id.slice(hash + 1).split(/(?=[.[])/);
  const isVariable = root!.includes('@') && !root!.startsWith('class@');
  return id.slice(0, hash + 1) + (isVariable ? root! : `${root!}${member ?? ''}`);
}
