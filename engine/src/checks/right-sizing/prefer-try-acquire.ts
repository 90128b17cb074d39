/**
 * Reports a question whether a lock is free, followed by a request for it: the answer may be old when a suspension stands
 * between, and a wait for the lock to become free before one waits for the lock is a wait too many.
 */
import { tryAcquireFix } from '../../fixes/try-acquire.js';
import { isTest } from '../../link/test-file.js';
import type { Check } from '../check.js';

export const preferTryAcquire: Check = {
  name: 'prefer-try-acquire',
  summary: 'Whether a lock is free should be asked by trying to take it.',
  category: 'right-sizing',
  levels: { recommended: 'off', strict: 'warn' },
  run({ project, unit, report }) {
    if (isTest(unit.path)) return;
    for (const section of project.sections(unit)) {
      const asked = section.lock.queries.findLast(
        (query) =>
          query.unit === unit &&
          query.fn === section.fn &&
          query.span[1] <= section.acquire.span[0] &&
          (query.what === 'wait' || /^(isLocked|locked|isBusy)$/.test(query.name)),
      );
      if (!asked) continue;
      const between = unit
        .fn(section.fn)
        .body.some((op) => op.op === 'await' && asked.span[1] < op.span[0] && op.span[1] < section.acquire.span[0]);
      const waited = asked.what === 'wait';
      report({
        span: asked.span,
        message: waited
          ? `\`${section.ref.name}\` is waited for until it is free, and then asked for: others may have taken it meanwhile, and the request waits by itself. Leave the first wait out.`
          : `\`${section.ref.name}\` is asked whether it is free, and then taken${between ? ' after a suspension, when the answer is old' : ''}. Try to take it, and act on the answer.`,
        related: [{ path: unit.path, span: section.acquire.span, message: 'taken here' }],
        fix: () =>
          waited
            ? tryAcquireFix(project, section, asked.span)
            : { refused: 'the library has no try that says no without an exception' },
      });
    }
  },
};
