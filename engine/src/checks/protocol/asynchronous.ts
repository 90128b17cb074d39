import type { CallOp } from '../../facts/format.js';
import { callersOf } from '../../link/callers.js';
import { givesPromise } from '../../link/gives-promise.js';
import type { Linked } from '../../link/linked.js';
import { isPromiseType } from '../../link/promise-type.js';
import type { Target } from '../../link/called-function.js';
import type { Unit } from '../../link/unit.js';

/** Whether a call is known to give a promise of work that is not done yet: what it runs suspends, or is well known to wait. */
export function startsWork(project: Linked, unit: Unit, fn: number, op: CallOp): boolean {
  const target = project.summaries.target(unit, fn, op);
  return target ? isWork(project, target) : project.suspensions.waitKindOf(unit, fn, op) !== undefined;
}

function isWork(project: Linked, target: Target): boolean {
  return givesPromise(project.summaries, target) && project.suspensions.ofFunction(target) !== undefined;
}

/** Work that a function is given to do: a parameter that it calls. */
export interface GivenWork {
  /** What its callers in the file give for it, where that is work which is not done when the call returns. */
  readonly given: readonly { readonly fn: number; readonly call: CallOp; readonly target: Target }[];
}

/** A call of a parameter that is written to return a promise, or that callers in the file give such a function for. */
export function givenWork(project: Linked, unit: Unit, fn: number, { callee }: CallOp): GivenWork | undefined {
  if (callee.v !== 'bind') return undefined;
  const index = unit.fn(fn).params.findIndex(({ binding }) => binding === callee.id);
  const type = unit.fn(fn).params[index]?.type;
  const given =
    index < 0
      ? []
      : callersOf(project, unit, fn).flatMap((caller) => {
          const argument = caller.call?.args[index];
          const entity = argument && project.entities.of(unit, caller.fn, argument);
          return entity?.k === 'function' && isWork(project, entity)
            ? [{ fn: caller.fn, call: caller.call!, target: entity }]
            : [];
        });
  const isTyped = type?.t === 'function' && isPromiseType(type.returns);
  return isTyped || given.length > 0 ? { given } : undefined;
}
