/**
 * Reports work that a section starts and does not wait for, though it touches what the lock guards: it runs on after
 * the release, beside the next holder. Silent where the work takes the lock itself, or gives it back when it is done.
 */
import type { CallOp } from '../../facts/format.js';
import { overlap } from '../../link/cell.js';
import { addAwaitFix } from '../../fixes/add-await.js';
import { isFunctionCall, type Section, type Step } from '../../link/section.js';
import type { Target } from '../../link/called-function.js';
import { shorten } from '../../link/suspension.js';
import { callTaking } from '../../link/waiting.js';
import type { Linked } from '../../link/linked.js';
import { lockAction } from '../../link/action.js';
import { givesPromise } from '../../link/gives-promise.js';
import { at, type Check, type CheckContext } from '../check.js';

export const noOrphanWorkInLock: Check = {
  name: 'no-orphan-work-in-lock',
  summary: 'Work that touches what a lock guards must end before the lock is released.',
  category: 'protocol',
  levels: { recommended: 'warn', strict: 'warn' },
  run(context) {
    for (const section of context.project.sections(context.unit)) {
      if (section.wrapper) continue;
      for (const step of section.steps) {
        const { op } = step;
        if (op.op === 'call' && step.certain) reportOrphan(context, section, step, op);
      }
    }
  },
};

function reportOrphan(context: CheckContext, section: Section, step: Step, op: CallOp): void {
  const { unit, project, report } = context;
  const target = orphan(context, section, step, op);
  if (!target || !givesPromise(project.summaries, target) || !project.suspensions.ofFunction(target)) return;
  // The lock's own methods touch the lock's own state.
  if (lockAction(project.entities, unit, step.fn, op)) return;
  if (project.summaries.acquires(target).some((acquire) => acquire.ref.id === section.ref.id)) return;
  // Who gives the lock back is the section's other half.
  if (releases(context, target, section)) return;
  const guarded = guardedBy(project, section);
  const touched = project.reach.of(target).find((cell) => guarded.some((id) => overlap(id, cell.id)));
  if (!touched) return;
  report({
    span: op.span,
    message: `\`${shorten(unit.slice(op.span))}\` is started under \`${section.ref.name}\` and not waited for, though it touches \`${touched.name}\`: it runs on after the release, beside the next holder. Await it, or start it after the release under a section of its own.`,
    related: [at({ path: unit.path, span: section.acquire.span }, `the section of \`${section.ref.name}\``)],
    fix: () => addAwaitFix(project, unit, op.span, 'the lock is now held until the work is done'),
  });
}

/** The function that runs on: called and dropped in the section, or awaited in a `forEach` that nobody awaits. */
function orphan({ unit, project }: CheckContext, section: Section, { fn }: Step, op: CallOp): Target | undefined {
  const target = project.summaries.target(unit, fn, op);
  if (!target) return undefined;
  if (op.result === 'void') return target;
  // The one dropped promise of a callback that is nothing else is told by `no-early-release`.
  if (op.result === 'discard') return section.suspensions.length > 0 || !isFunctionCall(section) ? target : undefined;
  const taking = op.result === 'await' || op.result === 'return' ? callTaking(unit, fn) : undefined;
  return taking?.callee.v === 'member' && taking.callee.name === 'forEach' ? target : undefined;
}

function releases({ project }: CheckContext, target: Target, { ref }: Section): boolean {
  return project.summaries.trace(target.unit, target.fn)?.foreign.some((release) => release.ref.id === ref.id) ?? false;
}

/** Cells that sections of the lock write, by more than work that nobody waits for: what that alone touches is not what the lock is for. */
function guardedBy(project: Linked, section: Section): string[] {
  return section.lock.sections.flatMap((other) =>
    other.accesses
      .filter((access) => access.cell.how === 'write' && !isDropped(project, other, access))
      .map((access) => access.cell.id),
  );
}

function isDropped(project: Linked, { unit }: Section, { op, fn }: Step): boolean {
  const target =
    op.op === 'call' && /^(?:void|discard)$/.test(op.result) ? project.summaries.target(unit, fn, op) : undefined;
  return target !== undefined && givesPromise(project.summaries, target);
}
