import type { AwaitOp, CallOp, Op } from '../facts/format.js';
import { lockAction } from '../link/action.js';
import { contains } from '../link/enclosing.js';
import type { Linked } from '../link/linked.js';
import type { LockRef } from '../link/lock-ref.js';
import type { Section } from '../link/section.js';
import { nested } from '../link/nested.js';
import { shorten } from '../link/suspension.js';
import { everyOp, type Unit } from '../link/unit.js';
import type { Stretch } from '../link/visible-effect.js';
import { isWaitedFor } from '../link/waiting.js';

/**
 * Why a stretch of code must not run with a lock held that is not held there now: it waits for that lock itself, for another one, or
 * for others who may need it. Undefined when none of that is seen; what is not known may still do so.
 * @param own - what does not count: it runs under the lock already, or goes.
 */
export function whyUnfitToHold(
  project: Linked,
  { unit, fn, span }: Stretch,
  lock: LockRef,
  own: (op: Op) => boolean = () => false,
): string | undefined {
  for (const id of [fn, ...nested(unit, fn)]) {
    for (const op of everyOp(unit.fn(id).body)) {
      if (!contains(span, op.span) || own(op)) continue;
      const why =
        op.op === 'call'
          ? whyCallIsUnfit(project, unit, id, op, lock)
          : op.op === 'await'
            ? whyWaitIsUnfit(project, unit, id, op)
            : undefined;
      if (why) return why;
    }
  }
  return undefined;
}

function whyCallIsUnfit(project: Linked, unit: Unit, fn: number, op: CallOp, lock: LockRef): string | undefined {
  const call = `\`${shorten(unit.slice(op.span))}\``;
  const action = lockAction(project.entities, unit, fn, op);
  const taken = action && /^(acquire|section|wait)$/.test(action.do) ? [action.ref] : [];
  const reached = project.summaries.acquiresAt(unit, fn, op).filter(({ awaited }) => awaited && isWaitedFor(unit, op));
  const [ref] = [...taken, ...reached.map((acquire) => acquire.ref)];
  if (ref)
    return ref.id === lock.id
      ? `${call} takes \`${lock.name}\` itself, and would wait for its own task`
      : `${call} waits for \`${ref.name}\`: with both locks held at once two tasks could deadlock`;
  const isGiven = op.callee.v === 'bind' && unit.facts.bindings[op.callee.id]!.kind === 'param';
  return isGiven ? `${call} runs code of the caller, which may need \`${lock.name}\`` : undefined;
}

/** A wait for what a user or another task does may last for ever once those need the lock. */
function whyWaitIsUnfit(project: Linked, unit: Unit, fn: number, op: AwaitOp): string | undefined {
  const { kind, what } = project.suspensions.of(unit, fn, op);
  return kind === 'event' || kind === 'user'
    ? `\`${what}\` waits for what others do, who may need the lock`
    : undefined;
}

/** What a stretch of a function itself waits for, besides sections of a lock. */
export function waitsIn({ unit, fn, span }: Stretch, sections: readonly Section[] = []): readonly AwaitOp[] {
  const isGrant = ({ of }: AwaitOp) => sections.some(({ acquire }) => of?.v === 'call' && of.id === acquire.id);
  return everyOp(unit.fn(fn).body).filter(
    (op): op is AwaitOp => op.op === 'await' && contains(span, op.span) && !isGrant(op),
  );
}

/** `work(x)`, and how much else is waited for; undefined for nothing. */
export function told(unit: Unit, waits: readonly AwaitOp[]): string | undefined {
  const [first, ...others] = waits;
  if (!first) return undefined;
  const what = `\`${shorten(unit.slice(first.of?.span ?? first.span))}\``;
  return [what, ...(others.length > 0 ? [`${others.length} more`] : [])].join(' and ');
}
