import { callersOf, isMeantForOthers, isPublic, type Caller } from './callers.js';
import { rootOf } from './dependence/flows.js';
import type { Linked } from './linked.js';
import type { Hold } from './state.js';
import type { Unit } from './unit.js';

/** The convention of functions that are called with the lock held. */
const CALLED_WITH_LOCK =
  /(?:Un)?[Ll]ocked$|(?:NoLock|WithoutLock|InLock|UnderLock|WithLockHeld|Exclusive)$|^_*unlocked/;

/**
 * The locks that every caller of a function holds: of a function that other files cannot name, or that says so by its
 * name or by `@requiresLock`.
 */
export function locksOfCallers(project: Linked, unit: Unit, fn: number): ReadonlySet<string> | 'by-convention' {
  return callersLocks(project, unit, fn, new Set());
}

function callersLocks(
  project: Linked,
  unit: Unit,
  fn: number,
  seen: Set<number>,
): ReadonlySet<string> | 'by-convention' {
  const fact = unit.fn(fn);
  if (CALLED_WITH_LOCK.test(fact.name) || fact.docs?.some((tag) => tag.tag === 'requiresLock')) return 'by-convention';
  if (seen.has(fn)) return new Set();
  seen.add(fn);
  const taker = unit.callTaking(fn);
  if (taker?.op.callee.v === 'fn') return callersLocks(project, unit, taker.fn, seen);
  if (isPublic(unit, fn)) return new Set();
  const callers = callersOf(project, unit, fn);
  let common: Set<string> | undefined;
  for (const caller of callers) {
    const held = heldAt(project, unit, caller);
    const above = callersLocks(project, unit, rootOf(project, unit, caller.fn), seen);
    if (above === 'by-convention') continue;
    const all = new Set([...held.map((hold) => hold.ref.id), ...above]);
    common = common ? new Set([...common].filter((id) => all.has(id))) : all;
  }
  return common ?? (callers.length > 0 ? 'by-convention' : new Set());
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
        heldAt(project, unit, caller).some((hold) => hold.ref.id === lock) ||
        runsOnlyUnder(project, unit, rootOf(project, unit, caller.fn), lock, seen),
    )
  );
}

function isInternal(unit: Unit, fn: number): boolean {
  return unit.facts.classes.some(({ members }) =>
    members.some((member) => member.function === fn && !isMeantForOthers(member)),
  );
}

function heldAt(project: Linked, unit: Unit, { op, fn }: Caller): readonly Hold[] {
  const root = rootOf(project, unit, fn);
  const trace = project.summaries.mayLock({ unit, fn: root }) ? project.summaries.trace(unit, root) : undefined;
  const reference = trace?.references.filter((one) => one.op === op).map((one) => one.hold) ?? [];
  return [...(trace?.visits.find((visit) => visit.op === op)?.always ?? []), ...reference];
}
