import type { Preset } from '../../config.js';
import type { Op } from '../../facts/format.js';
import type { Span } from '../../findings.js';
import { contains, enclosing, functionAt } from '../../link/enclosing.js';
import type { Linked } from '../../link/linked.js';
import type { Lock, Section, SuspensionStep } from '../../link/section.js';
import { isTest } from '../../link/test-file.js';
import type { Unit } from '../../link/unit.js';
import { isOrdinary } from './exempt.js';

/** The waits of a section in which it only lets time pass; none where nobody is the worse for them, or the lock is there to space calls out. */
export function delaysToTell(project: Linked, section: Section, preset: Preset): readonly SuspensionStep[] {
  const { unit } = section;
  if (isTest(unit.path) || !isOrdinary(section) || isForSpacing(section)) return [];
  const delays = section.suspensions.filter((step) => step.certain && isDelay(step));
  const isPaidFor =
    preset === 'strict' || hasQuickOthers(section) || delays.some((one) => isForTries(project, unit, one));
  return isPaidFor ? delays : [];
}

function isDelay({ suspension }: SuspensionStep): boolean {
  return suspension.kind === 'timer';
}

/** Another section of the lock does not pause, and pays for this one. */
function hasQuickOthers({ lock }: Section): boolean {
  let answer = quick.get(lock);
  if (answer === undefined) {
    answer = lock.sections.some((section) => !section.suspensions.some(isDelay));
    quick.set(lock, answer);
  }
  return answer;
}

/** Asked for sections that pause, none of which is a quick one. */
const quick = new WeakMap<Lock, boolean>();

/** A back-off after a failure, or the pause of a poll, here or in a function on the way to it: the next try may take the lock anew. */
function isForTries(project: Linked, unit: Unit, { span, suspension }: SuspensionStep): boolean {
  const { chain, last = { path: unit.path, span } } = suspension;
  return [{ path: unit.path, span }, ...chain, last].some((place) => {
    const within = project.program.unit(place.path);
    return within !== undefined && isBetweenTries(within, place.span);
  });
}

function isBetweenTries(unit: Unit, span: Span): boolean {
  return enclosing(unit, functionAt(unit, span), span).some((op) => {
    if (op.op === 'try') return op.handler !== undefined && contains(op.handler.span, span);
    if (op.op !== 'loop') return false;
    return op.form === 'while' || op.form === 'do' || op.forever || op.body.some((part) => isTryBefore(part, span));
  });
}

function isTryBefore(op: Op, span: Span): boolean {
  return op.op === 'try' && op.handler !== undefined && op.span[1] <= span[0];
}

/** A lock that keeps calls apart in time: a rate limit, a throttle. */
function isForSpacing({ ref, unit, trace }: Section): boolean {
  return /rate|throttl|pac(e|ing)|spacing|debounce|cool_?down/i.test(`${ref.name} ${unit.fn(trace.fn).symbol}`);
}
