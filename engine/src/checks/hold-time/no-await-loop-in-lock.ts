/**
 * Reports a loop inside a section that waits in every round: the lock is held for the sum of the waits. Silent in wrapper
 * definitions, for waits that are over in a tick, and for loops that take another lock in each round.
 */
import { waitBeforeLockFix } from '../../fixes/wait-before-lock.js';
import type { SuspensionStep } from '../../link/section.js';
import type { SuspensionKind } from '../../link/suspension.js';
import { isTest } from '../../link/test-file.js';
import { at, type Check } from '../check.js';
import { isOrdinary } from './exempt.js';

export const noAwaitLoopInLock: Check = {
  name: 'no-await-loop-in-lock',
  summary: 'A section should not wait once for every round of a loop.',
  category: 'hold-time',
  levels: { recommended: 'off', strict: 'warn' },
  run({ project, unit, report }) {
    if (isTest(unit.path)) return;
    for (const section of project.sections(unit)) {
      const waits = isOrdinary(section) ? section.suspensions.filter(isCostly) : [];
      const [first] = waits;
      if (!first) continue;
      report({
        span: first.span,
        message: `\`${first.suspension.what}\` is awaited once for every round of this loop, all the time with \`${section.ref.name}\` held: its waiters pay for the sum. Do the waiting outside, with \`concurrentMap\`, and apply the results in one section.`,
        related: [
          at({ path: unit.path, span: section.acquire.span }, `the section of \`${section.ref.name}\``),
          ...waits.slice(1).map(({ span }) => at({ path: unit.path, span }, 'waits in each round as well')),
        ],
        fix: () => waitBeforeLockFix(project, section, waits),
      });
    }
  },
};

/** Over in a tick, another lock's wait, or what `no-delay-in-lock` and `no-callback-in-lock` speak of. */
const OTHERWISE_TOLD: ReadonlySet<SuspensionKind> = new Set(['microtask', 'lock', 'timer', 'callback']);

function isCostly({ certain, inLoop, suspension }: SuspensionStep): boolean {
  return certain && inLoop && !OTHERWISE_TOLD.has(suspension.kind);
}
