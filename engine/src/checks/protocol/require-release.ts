/**
 * Reports a lock that stays held on some path, a throw included, though the function releases it on another.
 * Silent where the releaser has a new owner: returned, stored in a field, passed on, or captured by a function that
 * runs later; and where the function never releases, for then it is a part of a lock of its own.
 */
import type { Span } from '../../findings.js';
import { tryFinallyFix } from '../../fixes/try-finally.js';
import { shorten } from '../../link/suspension.js';
import type { Leak, Trace } from '../../link/walk.js';
import type { Hold } from '../../link/state.js';
import { at, type Check, type CheckContext } from '../check.js';

export const requireRelease: Check = {
  name: 'require-release',
  summary: 'A lock must be released on every path, also when something throws.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run(context) {
    for (const trace of context.project.traces(context.unit)) {
      for (const hold of trace.holds) {
        const leaks = trace.leaks.filter((leak) => leak.hold === hold);
        if (leaks.length === 0 || !isReleasedHere(trace, hold)) continue;
        reportLeaks(context, trace, hold, leaks);
      }
    }
  },
};

function isReleasedHere(trace: Trace, hold: Hold): boolean {
  return trace.releases.some((release) => release.hold === hold);
}

function reportLeaks(context: CheckContext, trace: Trace, hold: Hold, leaks: readonly Leak[]): void {
  const { unit, project } = context;
  const [first] = [...leaks].sort((one, other) => severity(one) - severity(other) || one.at[0] - other.at[0]);
  const text = (span: Span) => shorten(unit.slice(span));
  const releases = trace.releases.filter((release) => release.hold === hold);
  context.report({
    span: hold.span,
    message: `\`${hold.ref.name}\` stays locked ${WAYS[first!.by](text(first!.at))}: every later task that asks for it waits for ever. Release it in a \`finally\`.`,
    evidence: first!.by === 'throw' ? 'throw path' : 'normal path',
    related: [
      ...leaks.map((leak) =>
        at(
          { path: unit.path, span: leak.at },
          leak.by === 'throw' ? 'a throw here leaves the lock held' : 'the function ends here with the lock held',
        ),
      ),
      ...releases.map((release) => at({ path: unit.path, span: release.span }, 'released here, on another path')),
    ],
    fix: () => tryFinallyFix(project, trace, hold),
  });
}

/** A path without any error is the graver leak. */
function severity(leak: Leak): number {
  return leak.by === 'throw' ? 1 : 0;
}

const WAYS: Readonly<Record<Leak['by'], (text: string) => string>> = {
  throw: (text) => `if \`${text}\` throws`,
  return: (text) => `after \`${text}\``,
  end: () => 'at the end of the function',
};
