/**
 * Reports an acquire whose promise nobody waits for: the section runs whether or not the lock was granted, and what
 * releases it is lost. Silent for `lock().then(…)`, for a promise that is stored and awaited later, for locks that are
 * taken synchronously, for a lock that was made in the same segment (it is free, and granted at once), and for one that is
 * a gate. Silent in tests, which leave a lock taken on purpose.
 */
import { addAwaitFix } from '../../fixes/add-await.js';
import type { CallOp } from '../../facts/format.js';
import type { Linked } from '../../link/linked.js';
import { accessPath } from '../../link/lock-ref.js';
import { isGate } from '../../link/gate.js';
import { shorten } from '../../link/suspension.js';
import { isTest } from '../../link/test-file.js';
import { everyOp, type Unit } from '../../link/unit.js';
import type { Check } from '../check.js';

export const requireAwaitAcquire: Check = {
  name: 'require-await-acquire',
  summary: 'The promise of an acquire must be waited for.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run({ project, unit, report }) {
    if (isTest(unit.path)) return;
    for (const trace of project.traces(unit)) {
      for (const { op, ref, fn } of trace.unawaited) {
        if (ref.model.enqueue === 'sync' && isJustMade(project, unit, fn, op)) continue;
        if (isGate(project, unit, ref.id)) continue;
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

/** `this.queue = new Queue(); void this.queue.wait();`, with no suspension between the two. */
function isJustMade(project: Linked, unit: Unit, fn: number, { callee, span }: CallOp): boolean {
  if (callee.v !== 'member') return false;
  const pathOf = (value: typeof callee.of) => accessPath(project.entities, unit, fn, value)?.id;
  const before = [...everyOp(unit.fn(fn).body)].filter((op) => op.span[1] <= span[0]);
  const made = before.findLastIndex(
    (op) =>
      op.op === 'assign' &&
      op.value.v === 'call' &&
      unit.call(op.value.id)?.op.isNew === true &&
      pathOf(op.target) === pathOf(callee.of),
  );
  return made >= 0 && !before.slice(made).some((op) => op.op === 'await');
}
