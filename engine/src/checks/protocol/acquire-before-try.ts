/**
 * Reports an acquire inside the `try` whose `finally` releases unconditionally: when the request fails, the release
 * throws, or frees a lock that somebody else holds. Silent where the request cannot fail, and in tests. The strict preset
 * also reports requests of which no way to fail is known: no bound, no signal, nobody who cancels.
 */
import { acquireBeforeTryFix } from '../../fixes/acquire-before-try.js';
import { cleanupAround, contains } from '../../link/enclosing.js';
import { isTest } from '../../link/test-file.js';
import { at, type Check } from '../check.js';

export const acquireBeforeTry: Check = {
  name: 'acquire-before-try',
  summary: 'A lock must be taken before the `try` whose `finally` releases it.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run({ project, unit, preset, report }) {
    if (isTest(unit.path)) return;
    for (const trace of project.traces(unit)) {
      for (const { hold, span, failed, guessed } of trace.unheld) {
        if (guessed && preset === 'recommended') continue;
        const cleanup = failed ? cleanupAround(unit, hold.fn, span) : undefined;
        if (!cleanup || !contains(cleanup.op.bodySpan, hold.span)) continue;
        report({
          span: hold.span,
          message: `\`${hold.ref.name}\` is taken inside the \`try\` that releases it: when the request itself fails, \`${unit.slice(span)}\` runs without the lock, and throws or frees it for somebody else. Take it before the \`try\`.`,
          related: [at({ path: unit.path, span }, 'runs even when the lock was never granted')],
          fix: () => acquireBeforeTryFix(project, unit, hold.span, cleanup.op.span),
        });
      }
    }
  },
};
