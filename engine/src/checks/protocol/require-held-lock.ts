/**
 * Reports a call, without the lock, of a function that expects its callers to hold it (`@requiresLock`), and an
 * annotation of any kind whose lock cannot be found: nothing would hold to it. Silent where the caller expects the same of
 * its own callers, by annotation or by its name, and where every caller of a private caller holds the lock.
 */
import { locksOfCallers } from '../../link/callers-locks.js';
import { requiredHolds, unresolvedTags } from '../../link/contracts.js';
import { rootOf } from '../../link/dependence/flows.js';
import { sameLock, type LockRef } from '../../link/lock-ref.js';
import { translated } from '../../link/translated.js';
import { everyOp } from '../../link/unit.js';
import type { CallOp } from '../../facts/format.js';
import type { Hold } from '../../link/state.js';
import { at, type Check, type CheckContext } from '../check.js';

export const requireHeldLock: Check = {
  name: 'require-held-lock',
  summary: 'A function that expects a lock to be held must be called with it.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run(context) {
    const { project, unit, report } = context;
    for (const { tag, text, span } of unresolvedTags(project.entities, unit)) {
      report({
        span,
        message: `\`@${tag} ${text}\` names no lock that can be found from here, so nothing is checked against it. Name a field of the class or a variable in scope that is a lock.`,
        evidence: 'unresolved',
      });
    }
    unit.facts.functions.forEach((fact, fn) => {
      for (const op of everyOp(fact.body)) if (op.op === 'call') reportCall(context, fn, op);
    });
  },
};

function reportCall(context: CheckContext, fn: number, op: CallOp): void {
  const { project, unit } = context;
  const target = project.summaries.target(unit, fn, op);
  if (!target) return;
  for (const required of requiredHolds(project.entities, target.unit, target.fn)) {
    const ref = translated(project.entities, required.ref, target, { unit, fn, op });
    if (!ref || isHeld(context, fn, op, ref)) continue;
    const caller = unit.fn(fn).symbol || 'this module';
    context.report({
      span: op.span,
      message: `\`${unit.slice(op.callee.span)}\` expects \`${ref.name}\` to be held, and \`${caller}\` calls it without: what it touches is then open to every other task. Take the lock around the call, or say \`@requiresLock\` here as well.`,
      evidence: 'annotated',
      related: [at({ path: target.unit.path, span: required.span }, 'expected here')],
    });
  }
}

function isHeld({ project, unit }: CheckContext, fn: number, op: CallOp, ref: LockRef): boolean {
  const isThis = (hold: Hold) => sameLock(hold.ref, ref) !== 'no';
  const visits = project.traces(unit).flatMap((trace) => trace.visits.filter((visit) => visit.op === op));
  if (visits.length > 0 && visits.every((visit) => visit.always.some(isThis))) return true;
  const root = rootOf(project, unit, fn);
  if (requiredHolds(project.entities, unit, root).length > 0) return false;
  const above = locksOfCallers(project, unit, root);
  return above === 'by-convention' || above.has(ref.id);
}
