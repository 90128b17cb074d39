/**
 * Reports a lock that is taken only if it is there: `lock?.runExclusive(f)` skips the work without it, and
 * `if (lock) await lock.acquire()` does the work unguarded.
 */
import { presentLockFix } from '../../fixes/present-lock.js';
import { enclosing } from '../../link/enclosing.js';
import { accessPath } from '../../link/lock-ref.js';
import { lockAction } from '../../link/action.js';
import { everyOp } from '../../link/unit.js';
import type { Check } from '../check.js';

export const noOptionalLock: Check = {
  name: 'no-optional-lock',
  summary: 'A lock must be there whenever it is to be taken.',
  category: 'protocol',
  // Read in real code it is as often meant: a limit that may be absent, a lock that is made with the first work to wait for.
  levels: { recommended: 'off', strict: 'warn' },
  run({ project, unit, report }) {
    unit.facts.functions.forEach((fact, fn) => {
      for (const op of everyOp(fact.body)) {
        const action = op.op === 'call' ? lockAction(project.entities, unit, fn, op) : undefined;
        if (op.op !== 'call' || (action?.do !== 'acquire' && action?.do !== 'section')) continue;
        const around = enclosing(unit, fn, op.span).find(
          (outer) =>
            outer.op === 'branch' &&
            outer.then.some((inner) => inner.span[0] <= op.span[0] && op.span[1] <= inner.span[1]) &&
            accessPath(project.entities, unit, fn, outer.test)?.id === action.ref.id,
        );
        if (around?.op !== 'branch') continue;
        const skipped = action.do === 'section' && around.form === '?.';
        report({
          span: op.span,
          message: skipped
            ? `without \`${action.ref.name}\` this does nothing at all: the section is skipped, and nobody is told. Make the lock where it is declared.`
            : `without \`${action.ref.name}\` the work after this runs unguarded. Make the lock where it is declared, so that it is always there.`,
          evidence: skipped ? 'skipped section' : 'unguarded work',
          fix: () => presentLockFix(project, project.lock(action.ref.id)),
        });
      }
    });
  },
};
