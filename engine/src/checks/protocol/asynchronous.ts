import type { CallOp, FunctionFact } from '../../facts/format.js';
import type { Linked } from '../../link/linked.js';
import type { Target } from '../../link/summary.js';
import { returnValues } from '../../link/entity.js';
import type { Unit } from '../../link/unit.js';

/** Whether a call is known to give a promise of work that is not done yet: what it runs suspends, or is well known to wait. */
export function startsWork(project: Linked, unit: Unit, fn: number, op: CallOp): boolean {
  const target = project.summaries.target(unit, fn, op);
  if (!target) return project.suspensions.waitKindOf(unit, fn, op) !== undefined;
  return givesPromise(project, target) && project.suspensions.ofFunction(target) !== undefined;
}

/** Declared `async`, or to return a promise, or returning what another such function gives. */
export function givesPromise(project: Linked, target: Target, hops = 0): boolean {
  const fact = target.unit.fn(target.fn);
  if (fact.async || returnsPromiseType(fact)) return true;
  if (fact.returns || hops > 3) return false;
  return returnValues(target.unit, target.fn).some((value) => {
    const found = value.v === 'call' ? target.unit.call(value.id) : undefined;
    const next = found && project.summaries.target(target.unit, found.fn, found.op);
    return next !== undefined && !found!.op.isNew && givesPromise(project, next, hops + 1);
  });
}

function returnsPromiseType({ returns }: FunctionFact): boolean {
  return returns?.t === 'ref' && /^Promise(Like)?$/.test(returns.name);
}
