/**
 * Reports a race against a timer that nobody clears: it keeps running long after the race
 * is decided, and what lost the race is never told. Silent where the function clears a timer.
 */
import { withTimeoutFix } from '../../fixes/with-timeout.js';
import { calleeNames } from '../../link/callee.js';
import type { Linked } from '../../link/linked.js';
import { isTest } from '../../link/test-file.js';
import { nested } from '../../link/nested.js';
import { everyOp, type Unit } from '../../link/unit.js';
import type { Value } from '../../facts/format.js';
import type { Check } from '../check.js';

export const preferWithTimeout: Check = {
  name: 'prefer-with-timeout',
  summary: 'A race against a timer should clear the timer and tell the loser.',
  category: 'right-sizing',
  levels: { recommended: 'off', strict: 'warn' },
  text: /\.\s*race\s*\(/,
  run({ project, unit, report }) {
    if (isTest(unit.path)) return;
    for (const { op, fn } of unit.operations()) {
      if (op.op !== 'call' || !calleeNames(project.entities, unit, fn, op).includes('Promise.race')) continue;
      const [list] = op.args;
      if (
        list?.v !== 'array' ||
        list.items.length < 2 ||
        !list.items.some((item) => isTimer(project, unit, item)) ||
        clears(unit, fn)
      )
        continue;
      report({
        span: op.span,
        message:
          '`Promise.race` is decided, and its timer runs on: it is never cleared, and what lost the race goes on without being told. Use `withTimeout`, which clears the timer and aborts a signal.',
        fix: () => withTimeoutFix(project, unit, op.span),
      });
    }
  },
};

/** `new Promise((_, reject) => setTimeout(…))`. */
function isTimer(project: Linked, unit: Unit, value: Value): boolean {
  const found = value.v === 'call' ? unit.call(value.id) : undefined;
  const executor = found?.op.isNew ? found.op.args[0] : undefined;
  if (!found || executor?.v !== 'fn' || !calleeNames(project.entities, unit, found.fn, found.op).includes('Promise'))
    return false;
  const ops = [...everyOp(unit.fn(executor.id).body)];
  return ops.some((op) => op.op === 'call' && op.callee.v === 'global' && op.callee.name === 'setTimeout');
}

function clears(unit: Unit, fn: number): boolean {
  return [fn, ...nested(unit, fn)].some((id) =>
    [...everyOp(unit.fn(id).body)].some(
      (op) => op.op === 'call' && op.callee.v === 'global' && op.callee.name === 'clearTimeout',
    ),
  );
}
