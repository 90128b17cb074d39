/**
 * Reports an acquire whose promise nobody waits for: the section runs whether or not the lock was granted, and what
 * releases it is lost. Silent for `lock().then(…)`, for a promise that is stored and awaited later, and for locks that
 * are taken synchronously.
 */
import { addAwaitFix } from '../../fixes/add-await.js';
import { shorten } from '../../link/suspension.js';
import type { Check } from '../check.js';

export const requireAwaitAcquire: Check = {
  name: 'require-await-acquire',
  summary: 'The promise of an acquire must be waited for.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run({ project, unit, report }) {
    for (const trace of project.traces(unit)) {
      for (const { op, ref } of trace.unawaited) {
        const call = shorten(unit.slice(op.span));
        report({
          span: op.span,
          message: `\`${call}\` is not awaited: the code after it runs before \`${ref.name}\` is granted, and the lock is taken later with nobody to release it. Await it.`,
          fix: () => addAwaitFix(project, unit, op.span, 'the code after it now waits for the lock'),
        });
      }
    }
  },
};
