import { Answers, OpenQuestions } from './answers.js';
import { callersOf, isInternal, isProtected, isPublic, type Caller } from './callers.js';
import { rootOf } from './dependence/flows.js';
import { heldAt } from './held-at.js';
import type { Linked } from './linked.js';
import type { Unit } from './unit.js';
import { callsOf } from './use.js';

/** The locks that are known to be held somewhere, by identity; or whichever a function expects by the convention of its name or contract. */
export type Held = ReadonlySet<string> | 'by-convention';

/** A place that calls a function, or hands it on, and the locks held there. */
interface Context {
  readonly unit: Unit;
  readonly caller: Caller;
  readonly locks: Held;
}

/** The convention of functions that are called with the lock held. */
const CALLED_WITH_LOCK =
  /(?:Un)?[Ll]ocked$|(?:NoLock|WithoutLock|InLock|UnderLock|WithLockHeld|Exclusive)$|^_*unlocked/;

const NONE: ReadonlySet<string> = new Set();

/**
 * The locks that every caller of a function holds: of a function that other files cannot name, but for classes that extend
 * its own, or that says so by its name or by `@requiresLock`.
 */
export function locksOfCallers(project: Linked, unit: Unit, fn: number): Held {
  // Classes that extend this one may stand in any file, so what is known is known of one state of all files.
  let answers = known.get(project);
  if (!answers) known.set(project, (answers = new Answers(new OpenQuestions())));
  // A call out of the function itself asks for no lock that the way into it has not.
  return answers.of(unit, fn, () => callersLocks(project, unit, fn)) ?? 'by-convention';
}

const known = new WeakMap<Linked, Answers<number, Held>>();

function callersLocks(project: Linked, unit: Unit, fn: number): Held {
  const fact = unit.fn(fn);
  if (CALLED_WITH_LOCK.test(fact.name) || fact.docs?.some((tag) => tag.tag === 'requiresLock')) return 'by-convention';
  const taker = unit.callTaking(fn);
  if (taker?.op.callee.v === 'fn') return locksOfCallers(project, unit, taker.fn);
  const contexts = contextsOf(project, unit, fn);
  const told = contexts.flatMap(({ locks }) => (locks === 'by-convention' ? [] : [locks]));
  const [first, ...others] = told;
  if (!first) return contexts.length > 0 ? 'by-convention' : NONE;
  return new Set([...first].filter((id) => others.every((locks) => locks.has(id))));
}

/** Every place that runs a function, or hands it on, with the locks held there; none for a function that any file can name. */
export function contextsOf(project: Linked, unit: Unit, fn: number): readonly Context[] {
  const isOpen = isPublic(unit, fn);
  if (isOpen && !isProtected(unit, fn)) return [];
  const own = callersOf(project, unit, fn).map((caller) => contextOf(project, unit, caller));
  if (!isOpen) return own;
  const extending = callsOf(project, unit, fn).filter((caller) => caller.unit !== unit);
  return [...own, ...extending.map((caller) => contextOf(project, caller.unit, caller))];
}

function contextOf(project: Linked, unit: Unit, caller: Caller): Context {
  const above = locksOfCallers(project, unit, rootOf(project, unit, caller.fn));
  if (above === 'by-convention') return { unit, caller, locks: above };
  return { unit, caller, locks: new Set([...heldAt(project, unit, caller.op).map((hold) => hold.ref.id), ...above]) };
}

/**
 * Whether a function runs nowhere but in sections of a lock, as far as its file shows: its body is a part of them. Unlike
 * above, this decides only where something is told, so a name that marks it as internal is enough.
 */
export function runsOnlyUnder(
  project: Linked,
  unit: Unit,
  fn: number,
  lock: string,
  seen = new Set<number>(),
): boolean {
  if (seen.has(fn) || (isPublic(unit, fn) && !isInternal(unit, fn))) return false;
  seen.add(fn);
  const callers = callersOf(project, unit, fn);
  return (
    callers.length > 0 &&
    callers.every(
      (caller) =>
        heldAt(project, unit, caller.op).some((hold) => hold.ref.id === lock) ||
        runsOnlyUnder(project, unit, rootOf(project, unit, caller.fn), lock, seen),
    )
  );
}
