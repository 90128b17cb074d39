import type { Span } from '../findings.js';
import { openTo } from './openness.js';
import type { Linked } from './linked.js';
import type { Section } from './section.js';
import { whoSeesStart } from './start-order.js';
import { everyOp } from './unit.js';
import { visibleEffect } from './visible-effect.js';
import { releasesOf } from './walk/trace.js';

/**
 * Why it might be noticed that a section ends before a stretch of its code runs: other sections of the lock, and further
 * calls of this one, then run beside it. Undefined when nobody can tell.
 */
export function whoNoticesEarlyEnd(project: Linked, section: Section, rest: Span): string | undefined {
  const { lock, unit } = section;
  const fn = section.callback ?? section.fn;
  const open = openTo(project, lock);
  if (open) return `${open} may count on its exclusion`;
  if (isBarrier(section)) return `\`${lock.name}\` also serves as a barrier, for what is now done without it`;
  const released = releasesOf(section.trace, section.hold).map(({ span }) => span);
  const isRelease = (span: Span) => released.some(([start, end]) => start <= span[0] && span[1] <= end);
  const effect = visibleEffect(project, { unit, fn, span: rest }, (op) => isRelease(op.span));
  if (effect) return `without the lock it ${effect}`;
  const leaving = [...everyOp(unit.fn(fn).body)].find(
    (op) => (op.op === 'throw' || (op.op === 'return' && op.value)) && rest[0] <= op.span[0] && op.span[1] <= rest[1],
  );
  if (leaving) return 'what the caller gets may be out of date by then';
  const seen = whoSeesStart(project, unit, section.fn, section.acquire.span[0]);
  return seen && `others may be done before it is: ${seen} can notice`;
}

/** Whether somebody waits for nothing but that the lock is free: a wait without a request, or a section that does nothing. */
function isBarrier({ lock }: Section): boolean {
  return lock.queries.some(({ what }) => what === 'wait') || lock.sections.some((other) => other.accesses.length === 0);
}
