import { returnValues } from './entity.js';
import { isPromiseType } from './promise-type.js';
import type { Target } from './called-function.js';
import type { CallEffects } from './summary.js';

/** Whether a function is declared `async`, or to return a promise, or returns what another such function gives. */
export function givesPromise(summaries: CallEffects, { unit, fn }: Target, hops = 0): boolean {
  const fact = unit.fn(fn);
  if (fact.async || isPromiseType(fact.returns)) return true;
  if (fact.returns || hops > 3) return false;
  return returnValues(unit, fn).some((value) => {
    const found = value.v === 'call' ? unit.call(value.id) : undefined;
    const next = found && summaries.target(unit, found.fn, found.op);
    return next !== undefined && !found!.op.isNew && givesPromise(summaries, next, hops + 1);
  });
}
