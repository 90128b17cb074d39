import type { CallOp, Value } from '../facts/format.js';
import type { Span } from '../findings.js';
import { namesLock } from '../models/words.js';
import { lockAction } from './action.js';
import { contains } from './enclosing.js';
import type { Linked } from './linked.js';
import type { Unit } from './unit.js';

/** Wrappers around wrappers that are looked through. */
const MAX_DEPTH = 4;

/**
 * Whether a lock of which nothing but a name is known may be held where something is done: `deps.lock.runExclusive(…)` around it, or
 * `await gate.acquire()` before it. To say that no lock is there would be a guess, and a type checker that knows the lock would take it back.
 */
export function isUnderSuspectedLock(project: Linked, unit: Unit, root: number, place: Span): boolean {
  return unit.facts.functions.some(
    ({ span }, fn) =>
      contains(unit.fn(root).span, span) &&
      contains(span, place) &&
      unit.callsIn(fn).some((op) => {
        const isAround = op.args.some((argument) => argument.v === 'fn' && contains(argument.span, place));
        const isBefore = op.result === 'await' && op.span[1] <= place[0];
        return (isAround || isBefore) && isSuspected(project, unit, fn, op, MAX_DEPTH);
      }),
  );
}

function isSuspected(project: Linked, unit: Unit, fn: number, op: CallOp, depth: number): boolean {
  if (lockAction(project.entities, unit, fn, op) !== undefined) return false;
  // A function of the project is what its body says, whatever it is called.
  const target = project.summaries.target(unit, fn, op);
  if (!target) return readsAsLock(project, unit, op.callee);
  const inner = depth > 0 ? target.unit.callsIn(target.fn) : [];
  return inner.some((call) => isSuspected(project, target.unit, target.fn, call, depth - 1));
}

/** `gate.acquire`, `deps.lock.run`, `withLock`. */
function readsAsLock({ entities }: Linked, unit: Unit, callee: Value): boolean {
  if (namesLock(nameOf(unit, callee))) return true;
  return callee.v === 'member' && entities.lockVerbs.has(callee.name) && namesLock(nameOf(unit, callee.of));
}

function nameOf(unit: Unit, value: Value): string {
  if (value.v === 'member' || value.v === 'global') return value.name;
  return value.v === 'bind' ? unit.facts.bindings[value.id]!.name : '';
}
