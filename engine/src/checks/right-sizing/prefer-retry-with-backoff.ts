/**
 * Reports a hand-written retry loop: a loop that tries, catches, and waits for time to pass before the next round.
 * Silent for polling, which waits whether or not there was an error.
 */
import { retryFix } from '../../fixes/retry-with-backoff.js';
import { isTest } from '../../link/test-file.js';
import { everyOp } from '../../link/unit.js';
import type { LoopOp, TryOp } from '../../facts/format.js';
import type { Check } from '../check.js';

export const preferRetryWithBackoff: Check = {
  name: 'prefer-retry-with-backoff',
  summary: 'A retry loop written by hand should be `retryWithBackoff`.',
  category: 'right-sizing',
  levels: { recommended: 'off', strict: 'warn' },
  text: /(?:\)|\bdo)\s*\{(?:\s|\/\/[^\n]*\n|\/\*[^*]*\*\/)*try\b/,
  run({ project, unit, report }) {
    if (isTest(unit.path)) return;
    for (const { op, fn } of unit.operations()) {
      const tried = op.op === 'loop' ? triedIn(op) : undefined;
      if (op.op !== 'loop' || !tried?.handler) continue;
      const waits = [...everyOp(tried.handler.body)].some(
        (inner) => inner.op === 'await' && project.suspensions.of(unit, fn, inner).kind === 'timer',
      );
      const works = [...everyOp(tried.body)].some((inner) => inner.op === 'await' || inner.op === 'return');
      if (!waits || !works) continue;
      report({
        span: [op.span[0], op.span[0] + (op.form === 'do' || op.form === 'for' ? op.form.length : 'while'.length)],
        message: `this \`${op.form}\` retries by hand: nothing ends its wait early, and callers that failed together come back together. Use \`retryWithBackoff\`, which takes a signal, spreads the attempts, and keeps the last error.`,
        related: [{ path: unit.path, span: tried.handler.span, message: 'waits here before the next attempt' }],
        fix: () => retryFix(project, unit, op.span),
      });
    }
  },
};

/** The `try` that is all that a round does. */
function triedIn(loop: LoopOp): TryOp | undefined {
  if (loop.form !== 'for' && loop.form !== 'while' && loop.form !== 'do') return undefined;
  const [first, ...rest] = loop.body;
  return first?.op === 'try' && first.handler && !first.finalizer && rest.length === 0 ? first : undefined;
}
