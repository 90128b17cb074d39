/**
 * Reports a callback with a parameter that a lock takes for `done`, though the callback never uses it: the lock waits
 * for a call that never comes.
 */
import { dropParameterFix } from '../../fixes/drop-parameter.js';
import { lockAction } from '../../link/action.js';
import { everyOp, type Unit } from '../../link/unit.js';
import { at, type Check } from '../check.js';

export const noLockCallbackMode: Check = {
  name: 'no-lock-callback-mode',
  summary: 'A callback must not switch its lock to callback mode by a parameter that it does not use.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run({ project, unit, report }) {
    unit.facts.functions.forEach((fact, fn) => {
      for (const op of everyOp(fact.body)) {
        const action = op.op === 'call' ? lockAction(project.entities, unit, fn, op) : undefined;
        if (op.op !== 'call' || action?.do !== 'section' || !action.done || action.callback?.v !== 'fn') continue;
        const param = unit.fn(action.callback.id).params[action.done.argument];
        const binding = param?.binding === undefined ? undefined : unit.facts.bindings[param.binding];
        if (!param || !binding || binding.refs.some((ref) => ref.span[0] !== binding.span[0])) continue;
        if (usesArguments(unit, action.callback.id)) continue;
        report({
          span: param.span,
          message: `the parameter \`${binding.name}\` puts \`${action.ref.name}\` into callback mode, in which only a call of it releases, and nothing calls it: the lock is never given back. Drop the parameter.`,
          related: [at({ path: unit.path, span: op.span }, 'the section that never ends')],
          fix: () => dropParameterFix(project, unit, param.span),
        });
      }
    });
  },
};

/** Whether a function may reach its parameters without their names. */
function usesArguments(unit: Unit, fn: number): boolean {
  const { kind, bodySpan } = unit.fn(fn);
  return kind !== 'arrow' && /\barguments\b/.test(unit.slice(bodySpan));
}
