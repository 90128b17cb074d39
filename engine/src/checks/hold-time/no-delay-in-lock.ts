/**
 * Reports a section that sleeps: a delay, a back-off, a poll, the pause of a retry loop. Nobody needs the lock for that
 * time. Silent in wrapper definitions, and for locks that exist to space calls out, which their names say. The recommended
 * preset tells of pauses for which somebody pays: those after a failure and between the rounds of a poll, and any other where a section
 * of the lock asks for it that need not pause itself.
 */
import { lockInRetryFix } from '../../fixes/lock-in-retry.js';
import { isRefusal, type Outcome } from '../../fixes/outcome.js';
import { quickReadFix } from '../../fixes/quick-read.js';
import type { Linked } from '../../link/linked.js';
import type { Section, SuspensionStep } from '../../link/section.js';
import { at, type Check } from '../check.js';
import { delaysToTell } from './delays.js';

export const noDelayInLock: Check = {
  name: 'no-delay-in-lock',
  summary: 'A lock should not be held while time is left to pass.',
  category: 'hold-time',
  levels: { recommended: 'warn', strict: 'warn' },
  run({ project, unit, preset, report }) {
    for (const section of project.sections(unit)) {
      const delays = delaysToTell(project, section, preset);
      const [first] = delays;
      if (!first) continue;
      report({
        span: first.span,
        message: `\`${section.ref.name}\` is held while \`${first.suspension.what}\` lets time pass${first.inLoop ? ', once a round' : ''}: all who ask for the lock wait for that too. ${remedy(first)}`,
        related: [
          at({ path: unit.path, span: section.acquire.span }, `the section of \`${section.ref.name}\``),
          ...first.suspension.chain.map((place) => at(place, 'leads to the delay')),
          ...delays.slice(1).map(({ span }) => at({ path: unit.path, span }, 'waits here as well')),
        ],
        fix: () => pauseOutside(project, section),
      });
    }
  },
};

/** The lock for each attempt alone, or a section that is over before the pause. */
function pauseOutside(project: Linked, section: Section): Outcome {
  const eachAttempt = lockInRetryFix(project, section);
  const short = isRefusal(eachAttempt) ? quickReadFix(project, section) : eachAttempt;
  return isRefusal(short) ? eachAttempt : short;
}

function remedy({ inLoop }: SuspensionStep): string {
  return inLoop
    ? 'Take the lock for each attempt, inside the loop, and pause without it.'
    : 'Release the lock first, and look again at what it guards after the pause.';
}
