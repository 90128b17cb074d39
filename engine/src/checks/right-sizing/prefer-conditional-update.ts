/**
 * Reports an exclusive section that is nothing but `if (p) { … }`: callers for whom `p` does not hold queue for nothing.
 * A readers-writer lock that owns its data can test under its read side; beside plain fields the test can be made before
 * the lock is asked for, and again under it. Silent for a mutex that owns its data: its test needs the lock itself.
 */
import { conditionalUpdateFix, testFirstFix } from '../../fixes/conditional-update.js';
import { overlap } from '../../link/cell.js';
import { openTo } from '../../link/openness.js';
import type { Linked } from '../../link/linked.js';
import type { Section } from '../../link/section.js';
import { neverSuspends } from '../../link/settled.js';
import { soleBranch, type SoleBranch } from '../../link/sole-branch.js';
import { whoSeesStart } from '../../link/start-order.js';
import { isTest } from '../../link/test-file.js';
import { everyOp } from '../../link/unit.js';
import type { Check } from '../check.js';

export const preferConditionalUpdate: Check = {
  name: 'prefer-conditional-update',
  summary: 'A section that only acts when a condition holds should not lock out others to find out that it does not.',
  category: 'right-sizing',
  levels: { recommended: 'off', strict: 'warn' },
  run({ project, unit, report }) {
    if (isTest(unit.path)) return;
    for (const section of project.sections(unit)) {
      if (!isExclusive(section)) continue;
      const sole = soleBranch(project, section);
      if (!sole || isTestedBefore(section, sole)) continue;
      const { model } = section.ref;
      if (model.holdsData ? model.kind !== 'rw' : !isGuarded(section, sole)) continue;
      const test = unit.slice(sole.branch.test.span);
      report({
        span: section.acquire.span,
        message: `\`${section.ref.name}\` is taken exclusively to find out whether \`${test}\`: callers for whom it does not hold wait, and make others wait, for nothing. Test first${model.holdsData ? ' under the read side' : ''}, take the lock only when there is something to do, and test again.`,
        related: [
          { path: unit.path, span: sole.branch.test.span, message: 'all that the section does depends on this' },
        ],
        fix: () =>
          model.holdsData
            ? conditionalUpdateFix(project, section, sole, doubts(project, section))
            : testFirstFix(project, section, sole, halfWritten(project, section, sole) ?? doubts(project, section)),
      });
    }
  },
};

/** A decorator is put there for the whole method: no other form of it would be smaller. */
function isExclusive(section: Section): boolean {
  const { model, side, key } = section.ref;
  if (
    section.wrapper ||
    section.through ||
    section.form === 'decorator' ||
    key !== undefined ||
    model.scope !== 'agent'
  )
    return false;
  return model.kind === 'mutex' || (model.kind === 'rw' && side !== 'read');
}

/** Whether another section of the lock writes what the test reads. */
function isGuarded(section: Section, { tested }: SoleBranch): boolean {
  return section.lock.sections.some((other) =>
    other.accesses.some(
      (access) => access.cell.how === 'write' && tested.some((read) => overlap(read.cell.id, access.cell.id)),
    ),
  );
}

function doubts(project: Linked, section: Section): string | undefined {
  const open = openTo(project, section.lock);
  if (open) return `${open} may take it`;
  const seen = whoSeesStart(project, section.unit, section.fn, section.acquire.span[0]);
  return seen && `the update takes its place in the queue only after the test: ${seen} can notice`;
}

/**
 * A test without the lock must not see a half-made change: every writer of what it reads has to write that in one segment,
 * and nothing else after it.
 */
function halfWritten(project: Linked, section: Section, { tested }: SoleBranch): string | undefined {
  for (const other of section.lock.sections) {
    const writes = other.accesses.filter((access) => access.cell.how === 'write');
    const own = writes.filter((access) => tested.some((read) => overlap(read.cell.id, access.cell.id)));
    const segments = new Set(own.map((access) => access.segment));
    if (own.length === 0 || neverSuspends(project, other)) continue;
    if (segments.size === 1 && writes.every((access) => access.segment <= own[0]!.segment)) continue;
    return `\`${other.unit.fn(other.trace.fn).symbol}\` changes \`${tested[0]!.cell.name}\` and waits before it is done: a test without the lock may see it half-way`;
  }
  return undefined;
}

/** Whether the section is asked for under the same test already. */
function isTestedBefore({ unit, fn, acquire }: Section, { branch }: SoleBranch): boolean {
  const test = unit.slice(branch.test.span);
  return [...everyOp(unit.fn(fn).body)].some(
    (op) =>
      op.op === 'branch' &&
      op.span[0] < acquire.span[0] &&
      acquire.span[1] <= op.span[1] &&
      unit.slice(op.test.span) === test,
  );
}
