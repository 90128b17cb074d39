/**
 * Reports a section that only reads: without any wait, or with waits that come after its last read and never touch the
 * guarded state again. The lock is then needed for one synchronous step. Silent where `no-long-held-lock` has a graver
 * word to say, and where the section is a barrier (it touches nothing) or takes another lock.
 */
import { quickReadFix } from '../../fixes/quick-read.js';
import { guardedAccesses } from '../../link/guarded.js';
import { isTest } from '../../link/test-file.js';
import type { AccessStep, Section } from '../../link/section.js';
import { at, type Check } from '../check.js';
import { holdEvidence } from '../hold-time/evidence.js';

export const preferQuickRead: Check = {
  name: 'prefer-quick-read',
  summary: 'A section that only reads needs the lock for one synchronous step.',
  category: 'right-sizing',
  levels: { recommended: 'off', strict: 'warn' },
  run({ project, unit, preset, report }) {
    for (const section of project.sections(unit)) {
      const reads = guardedReads(section);
      if (
        isTest(unit.path) ||
        holdEvidence(project, section, preset) ||
        reads === undefined ||
        !endsBeforeItWaits(section, reads)
      )
        continue;
      const cells = [...new Set(reads.map((access) => `\`${access.cell.name}\``))].join(', ');
      const [first] = section.suspensions;
      report({
        span: section.acquire.span,
        message: `\`${section.ref.name}\` is held on while \`${first!.suspension.what}\` is awaited, though the section only reads ${cells} before it: every waiter pays for that. Read in one step with \`quickRead\`, then wait.`,
        related: section.suspensions.map((step) =>
          at({ path: unit.path, span: step.span }, `suspends with \`${section.ref.name}\` held`),
        ),
        fix: () => quickReadFix(project, section),
      });
    }
  },
};

/** The reads of state that the lock guards; undefined when the section writes any of it, reads none, or is not ours to judge. */
function guardedReads(section: Section): readonly AccessStep[] | undefined {
  const { model } = section.lock.ref;
  if (
    section.form === 'decorator' ||
    section.wrapper ||
    section.ref.key !== undefined ||
    model.scope !== 'agent' ||
    !/^(mutex|rw)$/.test(model.kind)
  )
    return undefined;
  if (section.suspensions.some((step) => step.suspension.kind === 'lock')) return undefined;
  const guarded = guardedAccesses(section);
  return guarded.length > 0 && guarded.every((access) => access.cell.how === 'read') ? guarded : undefined;
}

/** One segment reads, and some wait that is more than a tick follows, in which the awaited thing is none of the guarded ones. */
function endsBeforeItWaits(section: Section, reads: readonly AccessStep[]): boolean {
  const waits = section.suspensions.filter((step) => step.suspension.kind !== 'microtask');
  if (waits.length === 0 || reads.some((access) => access.segment > 0)) return false;
  return reads.every((access) => section.suspensions.every((step) => access.cell.span[1] <= step.span[0]));
}
