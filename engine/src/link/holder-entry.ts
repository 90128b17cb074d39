import type { CallOp, Op, Value } from '../facts/format.js';
import type { Place, Span } from '../findings.js';
import { enclosing, functionAt } from './enclosing.js';
import type { Linked } from './linked.js';
import type { Target } from './called-function.js';
import { everyOp, everyValue, type Unit } from './unit.js';

/**
 * The helper by which a call takes a lock, where that runs the work of whoever comes while it is held at once, by a flag of its own:
 * `if (this.inside) return work();`. Its holder never waits for itself, whatever that does to others.
 */
export function helperThatLetsIn(project: Linked, unit: Unit, fn: number, op: CallOp): Target | undefined {
  const helper = project.summaries.target(unit, fn, op);
  const runs = (helper && project.summaries.trace(helper.unit, helper.fn)?.runs) ?? [];
  return runs.some(({ under, span }) => under.length === 0 && isAtOnce(helper!.unit, span)) ? helper : undefined;
}

/** Whether the call that stands at a place runs a function. */
export function isCallOf(project: Linked, { path, span }: Place, target: Target): boolean {
  const unit = project.program.unit(path);
  const fn = unit ? functionAt(unit, span) : 0;
  const call = unit?.callAt(fn, span);
  const called = unit && call && project.summaries.target(unit, fn, call);
  return called?.unit === target.unit && called.fn === target.fn;
}

/** No `await` comes before, and state decides, not what the caller asks for. */
function isAtOnce(unit: Unit, span: Span): boolean {
  const fn = functionAt(unit, span);
  const isEarlier = (op: Op) => op.op === 'await' && op.span[0] < span[0] && op.span[1] <= span[0];
  return (
    !everyOp(unit.fn(fn).body).some(isEarlier) &&
    enclosing(unit, fn, span).some((op) => op.op === 'branch' && isState(unit, op.test))
  );
}

function isState(unit: Unit, test: Value): boolean {
  return [...everyValue(test)].some(
    (part) => part.v === 'this' || (part.v === 'bind' && unit.facts.bindings[part.id]!.owner === 0),
  );
}
