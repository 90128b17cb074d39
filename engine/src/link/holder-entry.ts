import type { Op, Value } from '../facts/format.js';
import type { Span } from '../findings.js';
import { enclosing, functionAt } from './enclosing.js';
import type { Linked } from './linked.js';
import type { Section } from './section.js';
import { everyOp, everyValue, type Unit } from './unit.js';

/**
 * Whether the helper that takes a section's lock runs the work of whoever comes while it is held at once, by a flag of its own:
 * `if (this.inside) return work();`. Its holder never waits for itself, whatever that does to others.
 */
export function letsHolderIn(project: Linked, { unit, fn, acquire, through }: Section): boolean {
  const helper = through ? project.summaries.target(unit, fn, acquire) : undefined;
  const runs = (helper && project.summaries.trace(helper.unit, helper.fn)?.runs) ?? [];
  return runs.some(({ under, span }) => under.length === 0 && isAtOnce(helper!.unit, span));
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
