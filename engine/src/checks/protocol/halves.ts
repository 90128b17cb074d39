import type { BranchOp, Value } from '../../facts/format.js';
import { cellAccesses } from '../../link/cell.js';
import { contains, enclosing, functionAt } from '../../link/enclosing.js';
import { homeMadeModel } from '../../link/home-made.js';
import type { Linked } from '../../link/linked.js';
import type { Hold } from '../../link/state.js';
import { everyOp, type Unit } from '../../link/unit.js';
import type { Leak, Release, Trace } from '../../link/walk/trace.js';
import type { CheckContext } from '../check.js';
import { releasesOf } from '../../link/walk/trace.js';

/**
 * Whether a function that releases a lock on other paths keeps it on this one for somebody else to give back: it releases only what went wrong, and
 * another function has the other half; or shared state decides who of several holders releases.
 */
export function keepsForOthers(context: CheckContext, trace: Trace, { hold, by, at }: Leak): boolean {
  const releases = releasesOf(trace, hold);
  if (releases.length === 0) return false;
  // A throw comes past a release that stands in a `finally` below it, or that it comes after.
  const comesPast = ({ cleanup, span }: Release) => by !== 'throw' || cleanup || span[1] <= at[0];
  if (releases.every((release) => comesPast(release) && isChosenByState(context, trace, hold, release))) return true;
  return by !== 'throw' && releases.every(({ cleanup }) => cleanup) && isReleasedElsewhere(context, trace, hold);
}

/**
 * Whether a function takes a lock for its caller and leaves the release to another one: `begin()` beside `commit()`. Silent
 * about the two halves of a lock of the project's own, and where a caller releases when the function has failed.
 */
export function isLeftToCaller(context: CheckContext, trace: Trace, hold: Hold): boolean {
  const { unit, project } = context;
  if (!trace.kept.includes(hold) || trace.transferred.has(hold)) return false;
  const cls = unit.fn(trace.fn).thisClass;
  if (cls !== undefined && homeMadeModel(unit, cls)) return false;
  return (
    isReleasedElsewhere(context, trace, hold) && !project.units.some((other) => releasesFailed(project, other, hold))
  );
}

/** `try { await begin(); } finally { await commit(); }`, which releases though `begin` has failed. */
function releasesFailed(project: Linked, unit: Unit, { ref }: Hold): boolean {
  return project.traces(unit).some(({ unheld }) => unheld.some(({ failed, hold }) => failed && hold.ref.id === ref.id));
}

/** `if (this.readers === 0) lock.release()`: whoever is last gives the lock back, whoever took it. */
function isChosenByState({ unit, project }: CheckContext, trace: Trace, hold: Hold, { span }: Release): boolean {
  const fn = functionAt(trace.unit, span);
  return enclosing(unit, fn, span).some(
    (op) => op.op === 'branch' && !contains(op.span, hold.span) && !leaves(op) && readsState(op.test),
  );

  function readsState(test: Value): boolean {
    return everyOp(unit.fn(fn).body).some(
      (op) =>
        op.op === 'read' && contains(test.span, op.span) && cellAccesses(project.entities, unit, fn, op).length > 0,
    );
  }
}

/** Whoever leaves the function there has released for itself. */
function leaves({ then, else: otherwise }: BranchOp): boolean {
  return [...everyOp(then), ...everyOp(otherwise)].some(({ op }) => op === 'return' || op === 'throw');
}

/** Another function gives the lock back that it did not take. */
function isReleasedElsewhere({ project }: CheckContext, trace: Trace, hold: Hold): boolean {
  return project.units.some((unit) =>
    project
      .traces(unit)
      .some((other) => other !== trace && other.foreign.some((release) => release.ref.id === hold.ref.id)),
  );
}
