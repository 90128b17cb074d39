/**
 * Reports a bound on the hold that frees the lock while its body still runs: an option of the lock, or a timer that
 * calls the releaser. The next task then runs beside the one that is late. Silent for bounds on the wait.
 */
import type { Value } from '../../facts/format.js';
import { lockAction, optionOf } from '../../link/action.js';
import { bindingsCapturedBelow } from '../../link/capture.js';
import { calleeNames } from '../../link/callee.js';
import { capacityOf } from '../../link/capacity.js';
import type { Hold } from '../../link/state.js';
import { everyOp } from '../../link/unit.js';
import { releasesOf, type Trace, type Visit } from '../../link/walk/trace.js';
import { at, type Check, type CheckContext } from '../check.js';

export const noReleaseOnTimeout: Check = {
  name: 'no-release-on-timeout',
  summary: 'A lock must not be freed by a timer while its section still runs.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run(context) {
    reportOptions(context);
    for (const trace of context.project.traces(context.unit))
      for (const visit of trace.visits) reportTimer(context, trace, visit);
  },
};

const REMEDY = 'Bound the work instead, with a signal that ends it, and release when it has ended.';

function reportOptions({ project, unit, report }: CheckContext): void {
  unit.facts.functions.forEach((fact, fn) => {
    for (const op of everyOp(fact.body)) {
      // An option stands in an object; most calls have none, and need not be looked up.
      if (op.op !== 'call' || !op.args.some(({ v }) => v === 'object')) continue;
      const made = project.entities.result(unit, op.id);
      const lock = made?.k === 'lock' ? made : lockAction(project.entities, unit, fn, op)?.ref;
      const model = lock?.model;
      if (model?.timeout !== 'hold-releases' || (lock === made && lock?.made?.op !== op)) continue;
      // Where several may run at once, one more does no harm that the limit was to prevent.
      if (capacityOf({ ...lock, model }) !== 1) continue;
      for (const name of model.holdOptions ?? []) {
        const value = optionOf(op, name);
        if (!value || isNone(value)) continue;
        report({
          span: value.span,
          message: `\`${name}\` of ${model.name} frees the lock when the time is up, though the section still runs: the next task runs beside it. ${REMEDY}`,
          evidence: 'option',
        });
      }
    }
  });
}

function isNone(value: Value): boolean {
  return (value.v === 'lit' && !value.value) || (value.v === 'global' && /^(undefined|Infinity)$/.test(value.name));
}

/** `setTimeout(release, ms)`. */
function reportTimer({ project, unit, report }: CheckContext, trace: Trace, { op, fn, holds }: Visit): void {
  if (op.op !== 'call' || holds.length === 0) return;
  if (!calleeNames(project.entities, unit, fn, op).some((name) => /(^|#)setTimeout$/.test(name))) return;
  const [callback] = op.args;
  for (const hold of callback ? holds : []) {
    const releaser = releases(trace, hold, callback!);
    if (!releaser) continue;
    report({
      span: op.span,
      message: `a timer calls \`${releaser}\` and frees \`${hold.ref.name}\` though the section may still run: the next task runs beside it. ${REMEDY}`,
      evidence: 'timer',
      related: [at({ path: unit.path, span: hold.span }, `\`${hold.ref.name}\` is taken here`)],
    });
  }
}

/** The name of the releaser that a timer's callback is, or calls; a section that ends right there needs no timer. */
function releases(trace: Trace, hold: Hold, callback: Value): string | undefined {
  const { unit } = trace;
  const binding = unit.facts.bindings.findIndex((fact) => {
    const of = fact.init?.v === 'await' ? fact.init.of : fact.init;
    return of?.v === 'call' && of.id === hold.call;
  });
  if (binding < 0 || releasesOf(trace, hold).length === 0) return undefined;
  const named = callback.v === 'bind' && callback.id === binding;
  const captured = callback.v === 'fn' && bindingsCapturedBelow(unit, callback.id).has(binding);
  return named || captured ? unit.facts.bindings[binding]!.name : undefined;
}
