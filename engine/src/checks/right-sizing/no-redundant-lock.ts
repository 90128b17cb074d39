/**
 * Reports a lock none of whose sections suspends: it excludes nobody. The whole lock is judged, never one section, for a
 * section without a wait has to keep out of those that wait. Silent where another rule has a better target: one number
 * or flag (`prefer-atomic-counter`), one optional value (`no-nested-lock-type`), a lock per item (`prefer-batch-processor`).
 */
import { droppedLockFix } from '../../fixes/dropped-lock.js';
import { isInert } from '../../link/inert.js';
import { guardedOptional, ownedOptional } from '../../link/optional-cell.js';
import type { Lock } from '../../link/section.js';
import { isTest } from '../../link/test-file.js';
import type { Check } from '../check.js';
import { asCounter } from './prefer-atomic-counter.js';
import { isTakenInLoop } from './prefer-batch-processor.js';
import { sectionsOf, takers } from './wording.js';
import { releasesOf } from '../../link/walk/trace.js';

export const noRedundantLock: Check = {
  name: 'no-redundant-lock',
  summary: 'A lock none of whose sections suspends excludes nobody.',
  category: 'right-sizing',
  levels: { recommended: 'warn', strict: 'warn' },
  run({ project, unit, report }) {
    for (const lock of project.locks) {
      if (lock.declaration?.path !== unit.path || isTest(unit.path) || !isInert(project, lock) || !guardsState(lock))
        continue;
      if (asCounter(project, lock) || ownedOptional(project, lock) || guardedOptional(project, lock)) continue;
      if (lock.sections.some(isTakenInLoop)) continue;
      report({
        span: lock.declaration.span,
        message: `\`${lock.name}\` excludes nobody: ${sectionsOf(lock)} never ${lock.sections.length === 1 ? 'waits' : 'wait'} for anything, and what does not suspend cannot be interrupted. Every caller still pays for a queue and a suspension. Take the lock away.`,
        related: takers(lock),
        fix: () => droppedLockFix(project, lock),
      });
    }
  },
};

/** An empty section, one that does nothing but release, is a barrier: it only waits until nobody holds the lock. */
function guardsState(lock: Lock): boolean {
  return lock.sections.every(({ steps, trace, hold }) => {
    const releases = releasesOf(trace, hold);
    return steps.some(({ op }) => !releases.some(({ span }) => span[0] === op.span[0] && span[1] === op.span[1]));
  });
}
