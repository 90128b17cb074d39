/**
 * Reports a section that sleeps: a delay, a back-off, a poll, the pause of a retry loop. Nobody needs the lock for that
 * time. Silent in wrapper definitions, and for locks that exist to space calls out, which their names say.
 */
import { lockInRetryFix } from '../../fixes/lock-in-retry.js';
import type { Section, SuspensionStep } from '../../link/section.js';
import { isTest } from '../../link/test-file.js';
import { at, type Check } from '../check.js';
import { isOrdinary } from './exempt.js';

export const noDelayInLock: Check = {
  name: 'no-delay-in-lock',
  summary: 'A lock should not be held while time is left to pass.',
  category: 'hold-time',
  levels: { recommended: 'warn', strict: 'warn' },
  run({ project, unit, report }) {
    if (isTest(unit.path)) return;
    for (const section of project.sections(unit)) {
      const delays = section.suspensions.filter((step) => step.certain && step.suspension.kind === 'timer');
      const [first] = delays;
      if (!first || !isOrdinary(section) || isForSpacing(section)) continue;
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

/** A lock that keeps calls apart in time: a rate limit, a throttle. */
function isForSpacing({ ref, unit, trace }: Section): boolean {
  return /rate|throttl|pac(e|ing)|spacing|debounce|cool_?down/i.test(`${ref.name} ${unit.fn(trace.fn).symbol}`);
}
