/**
 * Reports a section that sleeps: a delay, a back-off, a poll, the pause of a retry loop. Nobody needs the lock for that
 * time. Silent in wrapper definitions, and for locks that exist to space calls out, which their names say. The recommended
 * preset tells of pauses for which somebody pays: those after a failure and between the rounds of a poll, and any other where a section
 * of the lock asks for it that need not pause itself.
 */
import type { Op } from '../../facts/format.js';
import type { Span } from '../../findings.js';
import { lockInRetryFix } from '../../fixes/lock-in-retry.js';
import { contains, enclosing, functionAt } from '../../link/enclosing.js';
import type { Linked } from '../../link/linked.js';
import type { Section, SuspensionStep } from '../../link/section.js';
import { isTest } from '../../link/test-file.js';
import type { Unit } from '../../link/unit.js';
import { at, type Check } from '../check.js';
import { isOrdinary } from './exempt.js';

export const noDelayInLock: Check = {
  name: 'no-delay-in-lock',
  summary: 'A lock should not be held while time is left to pass.',
  category: 'hold-time',
  levels: { recommended: 'warn', strict: 'warn' },
  run({ project, unit, preset, report }) {
    if (isTest(unit.path)) return;
    for (const section of project.sections(unit)) {
      const delays = section.suspensions.filter((step) => step.certain && isDelay(step));
      const [first] = delays;
      if (!first || !isOrdinary(section) || isForSpacing(section)) continue;
      if (preset === 'recommended' && !hasQuickOthers(section) && !delays.some((one) => isForTries(project, unit, one)))
        continue;
      report({
        span: first.span,
        message: `\`${section.ref.name}\` is held while \`${first.suspension.what}\` lets time pass${first.inLoop ? ', once a round' : ''}: all who ask for the lock wait for that too. ${remedy(first)}`,
        related: [
          at({ path: unit.path, span: section.acquire.span }, `the section of \`${section.ref.name}\``),
          ...first.suspension.chain.map((place) => at(place, 'leads to the delay')),
          ...delays.slice(1).map(({ span }) => at({ path: unit.path, span }, 'waits here as well')),
        ],
        fix: () => lockInRetryFix(project, section),
      });
    }
  },
};

function remedy({ inLoop }: SuspensionStep): string {
  return inLoop
    ? 'Take the lock for each attempt, inside the loop, and pause without it.'
    : 'Release the lock first, and look again at what it guards after the pause.';
}

function isDelay({ suspension }: SuspensionStep): boolean {
  return suspension.kind === 'timer';
}

/** Another section of the lock does not pause, and pays for this one. */
function hasQuickOthers(section: Section): boolean {
  return section.lock.sections.some((other) => other !== section && !other.suspensions.some(isDelay));
}

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
