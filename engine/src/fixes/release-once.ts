import type { Span } from '../findings.js';
import { cleanupAround, contains } from '../link/enclosing.js';
import type { Linked } from '../link/linked.js';
import type { Hold } from '../link/state.js';
import type { Trace } from '../link/walk/trace.js';
import { lower, type Outcome } from './outcome.js';
import { isReleaseAlone } from './release-statement.js';
import { Rewriting } from './rewriting.js';
import { Source } from './source.js';

/** Takes out a release that another one repeats: the one before a `finally` that releases anyway, or the later of two. */
export function releaseOnceFix(project: Linked, trace: Trace, hold: Hold, extra: Span, kept: Span): Outcome {
  const { unit } = trace;
  const rewriting = new Rewriting(Source.of(project, unit));
  const statement = rewriting.source.statement(extra);
  if (!statement || !isReleaseAlone(statement.node, extra))
    return { refused: 'the release is part of a larger statement' };
  const cleanup = extra[0] < kept[0] ? cleanupAround(unit, hold.fn, kept) : undefined;
  if (!cleanup && trace.releases.some((release) => release.span[0] === extra[0]))
    return { refused: 'on another path it is the only release' };
  const taken = cleanup && takenBetween(project, trace, hold, [extra[1], cleanup.region[0]]);
  if (taken)
    return { refused: `\`${unit.slice(taken)}\` takes the lock before the \`finally\`, and would wait for ever` };
  rewriting.remove(statement.node);
  return lower(
    { title: 'Release once', tier: 'safe', edits: rewriting.finish() },
    'unsafe',
    cleanup
      ? `\`${hold.ref.name}\` is now held until the \`finally\``
      : 'the second release no longer frees the lock of another task, or throws',
  );
}

/** A call in a stretch of code that waits to be granted the same lock. */
function takenBetween(project: Linked, trace: Trace, hold: Hold, between: Span): Span | undefined {
  return trace.visits.find(({ op, fn }) => {
    if (op.op !== 'call' || !contains(between, op.span)) return false;
    const taken = project.summaries.acquiresAt(trace.unit, fn, op).map(({ ref }) => ref.id);
    const own = trace.holds.filter((other) => other.span === op.span).map(({ ref }) => ref.id);
    return [...taken, ...own].includes(hold.ref.id);
  })?.op.span;
}
