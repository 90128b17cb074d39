/**
 * Reports a release that has nothing to release: a second one on the same path, one in a branch that took nothing, and
 * a release by a function that does not hold the lock and is not a half of a lock of its own.
 * Silent for releasers that work only once, where the test that chose the acquire may choose the release, and in tests, which
 * try such things on purpose. The strict
 * preset also reports paths that need a call to throw of which nothing shows that it does.
 */
import type { Span } from '../../findings.js';
import { ownReleaserFix } from '../../fixes/own-releaser.js';
import { releaseOnceFix } from '../../fixes/release-once.js';
import { cleanupAround } from '../../link/enclosing.js';
import { isUnasked, lockAction } from '../../link/action.js';
import { callAt } from '../../link/call-at.js';
import { isGate } from '../../link/gate.js';
import type { LockRef } from '../../link/lock-ref.js';
import type { Section } from '../../link/section.js';
import { homeMadeModel } from '../../link/home-made.js';
import { isTest } from '../../link/test-file.js';
import { releasesOf, type Trace } from '../../link/walk/trace.js';
import { at, type Check, type CheckContext } from '../check.js';

export const noForeignRelease: Check = {
  name: 'no-foreign-release',
  summary: 'A lock must be released once, by the task that holds it.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run(context) {
    if (isTest(context.unit.path)) return;
    for (const trace of context.project.traces(context.unit)) {
      reportSecond(context, trace);
      reportUntaken(context, trace);
      reportNonHolder(context, trace);
    }
  },
};

function reportSecond({ unit, preset, report, project }: CheckContext, trace: Trace): void {
  for (const { span, before, ref, fn, guessed } of trace.strays) {
    if (guessed && preset === 'recommended') continue;
    if (!before || before.form === 'done' || (ref?.model.releasesOnce && isReleaser(trace, span))) continue;
    const first = releasesOf(trace, before).filter((release) => release.span[0] !== span[0]);
    if (first.length === 0) continue;
    // Where a `finally` releases anyway, the release before it is the one too many.
    const extra = cleanupAround(unit, fn, span) ? first.find((release) => !release.cleanup) : undefined;
    const [place, others] = extra ? [extra.span, [span]] : [span, first.map((release) => release.span)];
    report({
      span: place,
      message: `\`${before.ref.name}\` is released twice on one path, ${extra ? 'here and then in the `finally`' : 'the second time here'}: by the second time another task may hold it, and its section is laid open. Release once, in the \`finally\`.`,
      evidence: 'second release',
      related: [
        at({ path: unit.path, span: before.span }, `\`${before.ref.name}\` is taken here`),
        ...others.map((other) =>
          at({ path: unit.path, span: other }, extra ? 'and released again here' : 'and released here before'),
        ),
      ],
      fix: () => releaseOnceFix(project, trace, before, place, others[0]!),
    });
  }
}

/** Called as a function of its own, not as a method of the lock: that one frees it whoever calls. */
function isReleaser(trace: Trace, span: Span): boolean {
  return trace.visits.some(({ op }) => op.op === 'call' && op.span[0] === span[0] && op.callee.v === 'bind');
}

function reportUntaken({ unit, preset, report, project }: CheckContext, trace: Trace): void {
  for (const release of trace.unheld) {
    const { hold, span, failed, conditional, guessed } = release;
    if (failed || conditional || (guessed && preset === 'recommended')) continue;
    report({
      span,
      message: `\`${unit.slice(span)}\` also runs on a path that never took \`${hold.ref.name}\`: it throws there, or frees the lock for somebody else. Release only where the lock was taken.`,
      evidence: 'nothing held',
      related: [at({ path: unit.path, span: hold.span }, 'taken here, on another path')],
      fix: () => ownReleaserFix(project, trace, release),
    });
  }
}

/** The lock gives releasers, and every acquire keeps to its own: then a release through the lock itself is somebody else's. */
function reportNonHolder(context: CheckContext, trace: Trace): void {
  const { unit, report, project } = context;
  // What a lock of the project releases in its own methods is a part of what it does, such as the releaser that it gives.
  const cls = unit.fn(trace.fn).thisClass;
  if (cls !== undefined && homeMadeModel(unit, cls)) return;
  for (const { ref, span } of trace.foreign) {
    const lock = project.lock(ref.id);
    if (!lock || lock.sections.length === 0 || !givesReleasers(ref) || isSplit(context, ref)) continue;
    if (isGate(project, unit, ref.id) || !isOwnCall(context, span)) continue;
    if (lock.sections.some((section) => section.trace.kept.includes(section.hold) || releasesByName(section))) continue;
    report({
      span,
      message: `\`${unit.slice(span)}\` releases \`${ref.name}\` here, where nobody took it: whichever task holds it then loses it in the middle of its section. Use the releaser that the acquire gives.`,
      evidence: 'non-holder',
      related: lock.sections.map((section) =>
        at({ path: section.unit.path, span: section.acquire.span }, 'may hold it'),
      ),
      fix: () => ({ refused: 'the function that takes the lock has the releaser, and would have to hand it over' }),
    });
  }
}

/** The release itself: of a helper that releases, its callers need not be told. */
function isOwnCall({ unit, project }: CheckContext, span: Span): boolean {
  const call = callAt(project.program, { path: unit.path, span });
  return call !== undefined && lockAction(project.entities, unit, call.fn, call.op)?.do === 'release';
}

/** `await mutex.acquire()`, whose releaser is let go: the task releases through the lock, and others may do so for it. */
function releasesByName({ form, unit, acquire }: Section): boolean {
  return form === 'manual' && isUnasked(unit, acquire);
}

function givesReleasers(ref: LockRef): boolean {
  return Object.values(ref.model.methods).some((method) => method.does === 'acquire' && method.gives !== 'nothing');
}

/** Another function takes the lock and leaves it held: the two are halves of one. */
function isSplit({ project }: CheckContext, ref: LockRef): boolean {
  return project.units.some((unit) =>
    project
      .traces(unit)
      .some((trace) => [...trace.kept, ...trace.returned, ...trace.transferred].some((hold) => hold.ref.id === ref.id)),
  );
}
