/**
 * Reports a section whose work is not tied to the hold: a promise returned un-awaited out of `try … finally { release }`,
 * and a callback that starts the work and drops its promise. The lock is free again while the work still runs.
 * What a wrapper is given to run counts as well. Silent where what is called is not known to be asynchronous or takes the lock itself, and for a lock of other agents that is asked for as a mere
 * signal: nobody waits for its section.
 */
import type { CallOp } from '../../facts/format.js';
import { addAwaitFix } from '../../fixes/add-await.js';
import { returnPromiseFix } from '../../fixes/return-promise.js';
import { isFunctionCall, type Section } from '../../link/section.js';
import type { Target } from '../../link/called-function.js';
import { releasesOf } from '../../link/walk/trace.js';
import { shorten } from '../../link/suspension.js';
import { givenWork, startsWork } from './asynchronous.js';
import { at, type Check, type CheckContext } from '../check.js';

export const noEarlyRelease: Check = {
  name: 'no-early-release',
  summary: 'A lock must be held until the work that it protects is done.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run(context) {
    for (const section of context.project.sections(context.unit)) {
      if (isFunctionCall(section)) droppedPromise(context, section);
      else if (section.form !== 'done') returnedPromise(context, section);
    }
  },
};

/** `try { return work(); } finally { release(); }` in an async function. */
function returnedPromise(context: CheckContext, section: Section): void {
  const { unit, report, project } = context;
  const { hold, trace } = section;
  if (!unit.fn(hold.fn).async || trace.transferred.has(hold)) return;
  // Whoever keeps the lock for others has not released it.
  if (hold.form === 'manual' && releasesOf(trace, hold).length === 0) return;
  for (const { op, fn, certain } of section.steps) {
    if (op.op !== 'return' || op.value?.v !== 'call' || fn !== hold.fn || !certain) continue;
    const call = unit.call(op.value.id)!.op;
    const work = givenWork(project, unit, fn, call);
    if (!work && !startsWork(project, unit, fn, call)) continue;
    if (takesAgain(context, fn, call, section) || work?.given.some(({ target }) => takes(context, target, section)))
      continue;
    report({
      span: call.span,
      message: `\`${shorten(unit.slice(call.span))}\` is returned without \`await\`: \`${section.ref.name}\` is released before its work is done, and other tasks run in the middle of it. Write \`return await\`.`,
      evidence: 'returned promise',
      related: [
        at({ path: unit.path, span: hold.span }, `\`${section.ref.name}\` is taken here`),
        ...(work?.given ?? []).map((one) => at({ path: unit.path, span: one.call.span }, 'gives it work that waits')),
      ],
      fix: () => addAwaitFix(project, unit, call.span, 'the lock is now held until the work is done'),
    });
  }
}

/** `mutex.runExclusive(() => { work(); })`, and an `async` one, which waits for nothing either; a decorated method that does the same. */
function droppedPromise(context: CheckContext, section: Section): void {
  const { unit, report, project } = context;
  if (section.callback === undefined || section.wrapper || section.suspensions.length > 0 || isSignal(section)) return;
  const callback = unit.fn(section.callback);
  if (callback.body.some((op) => op.op === 'return' && op.value)) return;
  for (const { op, fn } of section.steps) {
    if (op.op !== 'call' || op.result !== 'discard' || fn !== section.callback) continue;
    if (!startsWork(context.project, unit, fn, op) || takesAgain(context, fn, op, section)) continue;
    report({
      span: op.span,
      message: `the ${section.form === 'decorator' ? 'method' : 'callback'} drops the promise of \`${shorten(unit.slice(op.span))}\`: \`${section.ref.name}\` is released at once, and the work runs without it. ${callback.async ? 'Await it' : 'Return the promise'}.`,
      evidence: 'dropped promise',
      related: [at({ path: unit.path, span: section.acquire.span }, `the section of \`${section.ref.name}\``)],
      fix: () =>
        callback.async
          ? addAwaitFix(project, unit, op.span, 'the lock is now held until the work is done')
          : returnPromiseFix(project, unit, op.span),
    });
  }
}

/** A lock of other agents whose section nobody waits for: the grant itself is the news, such as that its holder is gone. */
function isSignal(section: Section): boolean {
  const { result } = section.acquire;
  return section.ref.model.scope !== 'agent' && (result === 'discard' || result === 'void');
}

/** Work that takes the lock itself is protected, and could not run before the release. */
function takesAgain({ unit, project }: CheckContext, fn: number, op: CallOp, section: Section): boolean {
  return project.summaries.acquiresAt(unit, fn, op).some((acquire) => acquire.ref.id === section.ref.id);
}

function takes({ project }: CheckContext, work: Target, section: Section): boolean {
  return project.summaries.acquires(work).some((acquire) => acquire.ref.id === section.ref.id);
}
