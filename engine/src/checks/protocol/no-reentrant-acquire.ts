/**
 * Reports a lock that is asked for again by the task that holds it, directly or through calls in any file, and waited
 * for: the task waits for itself. Silent for another instance, another key, reentrant locks, a request that does not
 * wait, a callee that is told not to lock, and in tests: one that waits for itself never passes, so there it is meant. Work
 * whose promise others wait for is such a lock: it must not wait for that promise.
 */
import type { Value } from '../../facts/format.js';
import type { Related } from '../../findings.js';
import { unlockedBodyFix } from '../../fixes/unlocked-body.js';
import { capacityOf } from '../../link/capacity.js';
import { helperThatLetsIn, isCallOf } from '../../link/holder-entry.js';
import type { Linked } from '../../link/linked.js';
import { sameLock } from '../../link/lock-ref.js';
import { nestings, type Nesting } from '../../link/nesting.js';
import { shorten } from '../../link/suspension.js';
import { isTest } from '../../link/test-file.js';
import type { Hold } from '../../link/state.js';
import type { Trace } from '../../link/walk/trace.js';
import { reportSelfWaits } from './self-wait.js';
import { at, type Check, type CheckContext } from '../check.js';

export const noReentrantAcquire: Check = {
  name: 'no-reentrant-acquire',
  summary: 'A task must not wait for a lock that it holds itself.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  // A promise that is awaited where there is one: work under way is a lock that no word tells.
  text: /\bif\s*\(\s*(?<joined>[\w.#]+)\s*\)\s*\{?[^{}]{0,120}\bawait\s+\k<joined>\b/,
  run(context) {
    if (isTest(context.unit.path)) return;
    reportSelfWaits(context);
    for (const trace of context.project.traces(context.unit)) {
      const again = nestings(context.project, trace).filter(
        (nesting) =>
          isReentrant(nesting) && !asksOtherwise(trace, nesting) && !letsItselfIn(context.project, trace, nesting),
      );
      const byHold = new Map<Hold, Nesting[]>();
      for (const nesting of again) byHold.set(nesting.outer, [...(byHold.get(nesting.outer) ?? []), nesting]);
      for (const same of byHold.values()) reportAgain(context, trace, same);
    }
  },
};

function isReentrant({ outer, inner }: Nesting): boolean {
  const { model, side } = outer.ref;
  if (model.reentrant || sameLock(outer.ref, inner.ref) !== 'yes') return false;
  // A writer that waits for its own readers is the business of `no-lock-upgrade`, a limiter with room for several that of `no-nested-limiter`.
  if (side === 'read') return false;
  return capacityOf(outer.ref) === 1;
}

/** A lock of the project may tell by further arguments who asks, or for what: other arguments may be granted beside. */
function asksOtherwise({ unit }: Trace, { outer, inner, site }: Nesting): boolean {
  if (outer.ref.model.modules.length > 0 || inner.chain.length > 0) return false;
  const written = (args: readonly Value[] = []) => args.map(({ span }) => unit.slice(span)).join();
  return written(unit.call(outer.call)?.op.args) !== written(site.args);
}

/** The lock is taken, and asked for again, by a helper that knows when it is held, and then runs what it is given. */
function letsItselfIn(project: Linked, { unit }: Trace, { outer, inner }: Nesting): boolean {
  const op = unit.call(outer.call)?.op;
  const helper = op && helperThatLetsIn(project, unit, outer.fn, op);
  return helper !== undefined && isCallOf(project, inner.place, helper);
}

function reportAgain(context: CheckContext, trace: Trace, again: readonly Nesting[]): void {
  const { unit, project } = context;
  const first = again.find((nesting) => nesting.certain) ?? again[0]!;
  const { outer, inner, site } = first;
  const name = outer.ref.name;
  const call = shorten(unit.slice(site.span));
  const holder = trace.unit.fn(trace.fn).symbol || 'this module';
  const through =
    inner.chain.length > 0 ? `\`${call}\` waits for \`${name}\`` : `\`${call}\` asks for \`${name}\` again`;
  const rest = again.length > 1 ? ` So do ${again.length - 1} more calls of the same section.` : '';
  context.report({
    span: site.span,
    message: `${through}, which \`${holder}\` holds until that call is done: the task waits for itself for ever, and every later task behind it.${rest} Call a body that expects the lock to be held, or release first.`,
    evidence: inner.chain.length > 0 ? 'through calls' : 'direct',
    ...(first.certain ? {} : { atMost: 'warn' as const }),
    related: again.flatMap((nesting): Related[] => story(trace, nesting)),
    fix: () => unlockedBodyFix(project, trace, first),
  });
}

/** The way from the grant to the request that is never granted. */
function story(trace: Trace, { outer, inner, site }: Nesting): Related[] {
  const { name } = outer.ref;
  const hops = inner.chain.slice(1).map((place) => at(place, 'which calls this'));
  return [
    at(
      { path: trace.unit.path, span: outer.span },
      outer.form === 'required' ? `\`${name}\` is held by every caller` : `\`${name}\` is taken here`,
    ),
    at({ path: trace.unit.path, span: site.span }, 'and held across this call'),
    ...hops,
    ...(inner.chain.length > 0 ? [at(inner.place, `which waits for \`${name}\` here`)] : []),
  ];
}
