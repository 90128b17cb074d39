/**
 * Reports a lock that stays held on some path, a throw included, though the function releases it on another.
 * Silent on paths where the releaser has a new owner: returned, stored in a field, passed on, or captured by a function
 * that runs later; where the function never releases, or only what went wrong, for then it is a part of a lock of its own;
 * where shared state tells who of several holders releases; and in tests, which hold a lock on purpose and end.
 * A function that keeps the lock for its caller, and leaves the release to another one, must still give it back when it throws.
 * The strict preset also reports paths that need a call to throw of which nothing shows that it does.
 */
import type { Span } from '../../findings.js';
import { tryFinallyFix } from '../../fixes/try-finally.js';
import { shorten } from '../../link/suspension.js';
import { isTest } from '../../link/test-file.js';
import { isResumed, leaksOf, releasesOf, type Leak, type Trace } from '../../link/walk/trace.js';
import type { Hold } from '../../link/state.js';
import { capacityOf } from '../../link/capacity.js';
import { contains } from '../../link/enclosing.js';
import { isBeforeRelease } from './cleanup.js';
import { isLeftToCaller, keepsForOthers } from './halves.js';
import { at, type Check, type CheckContext } from '../check.js';

export const requireRelease: Check = {
  name: 'require-release',
  summary: 'A lock must be released on every path, also when something throws.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run(context) {
    if (isTest(context.unit.path)) return;
    for (const trace of context.project.traces(context.unit)) {
      for (const hold of trace.holds) {
        // The section is the caller's, who releases.
        if (isResumed(trace, hold)) continue;
        const leaks = leaksOf(trace, hold).filter(
          (leak) => counts(context, leak) && !isBeforeRelease(trace, leak) && !keepsForOthers(context, trace, leak),
        );
        if (isReleasedElsewhere(trace, hold)) reportLeaks(context, trace, hold, leaks);
        else if (isLeftToCaller(context, trace, hold)) reportUnhanded(context, trace, hold, leaks);
        reportOverwritten(context, trace, hold);
      }
    }
  },
};

/** A failure that nothing shows is for the strict preset to tell. */
function counts({ preset }: CheckContext, leak: Leak): boolean {
  return !leak.guessed || preset !== 'recommended';
}

/** The function means to give the lock back: it releases on some path, or hands the releaser to a new owner. */
function isReleasedElsewhere(trace: Trace, hold: Hold): boolean {
  return (
    hold.form === 'done' ||
    releasesOf(trace, hold).length > 0 ||
    trace.transferred.has(hold) ||
    (trace.returned.includes(hold) && leaksOf(trace, hold).some((leak) => leak.by === 'throw'))
  );
}

/** Several holders of one counting lock share the one field: each grant overwrites the releaser of the one before. */
function reportOverwritten(context: CheckContext, trace: Trace, hold: Hold): void {
  const field = trace.keptIn.get(hold);
  if (!field || capacityOf(hold.ref) === 1 || hold.ref.model.kind === 'mutex') return;
  context.report({
    span: hold.span,
    message: `the releaser of \`${hold.ref.name}\`, which admits several holders, is kept in the one field \`${field}\`: a second grant overwrites the releaser of the first, whose place is then never given back. Keep a releaser for each grant, in a variable or in a list.`,
    evidence: 'overwritten releaser',
  });
}

/** What throws before the caller has the lock that the function was to take for it. */
function reportUnhanded({ unit, report }: CheckContext, trace: Trace, hold: Hold, leaks: readonly Leak[]): void {
  // Waiting for one more lock fails only where that one is destroyed.
  const isRequest = ({ at: place }: Leak) => trace.holds.some(({ span }) => contains(place, span));
  const thrown = leaks.filter((leak) => leak.by === 'throw' && !isRequest(leak));
  const [first] = thrown;
  if (!first) return;
  report({
    span: hold.span,
    message: `\`${hold.ref.name}\` stays locked ${WAYS.throw(shorten(unit.slice(first.at)))}: who called gets the error and not the lock, and every later task that asks for it waits for ever. Release it in a \`catch\` that throws on.`,
    evidence: 'throw before the hand-over',
    related: thrown.map((leak) => at({ path: unit.path, span: leak.at }, 'a throw here leaves the lock held')),
    fix: () => ({ refused: 'the lock is to stay held where nothing throws' }),
  });
}

function reportLeaks(context: CheckContext, trace: Trace, hold: Hold, leaks: readonly Leak[]): void {
  if (leaks.length === 0) return;
  const { unit, project } = context;
  const [first] = [...leaks].sort((one, other) => severity(one) - severity(other) || one.at[0] - other.at[0]);
  const text = (span: Span) => shorten(unit.slice(span));
  const releases = releasesOf(trace, hold);
  context.report({
    span: hold.form === 'done' ? (doneSpan(trace, hold) ?? hold.span) : hold.span,
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

/** The callback's own parameter, by which it was to release. */
function doneSpan({ unit }: Trace, hold: Hold): Span | undefined {
  const callback = unit.call(hold.call)?.op.args.find((argument) => argument.v === 'fn');
  return callback?.v === 'fn' ? unit.fn(callback.id).params[0]?.span : undefined;
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
