/** Reports an exclusive section of a readers-writer lock that writes nothing: readers could share it. */
import { readSideFix } from '../../fixes/read-side.js';
import { lockAction } from '../../link/action.js';
import type { Linked } from '../../link/linked.js';
import type { Section } from '../../link/section.js';
import { isTest } from '../../link/test-file.js';
import type { Check } from '../check.js';

export const preferReadLock: Check = {
  name: 'prefer-read-lock',
  summary: 'A section that only reads should take the read side.',
  category: 'right-sizing',
  levels: { recommended: 'warn', strict: 'warn' },
  run({ project, unit, report }) {
    if (isTest(unit.path)) return;
    for (const section of project.sections(unit)) {
      const { model, side } = section.ref;
      if (model.kind !== 'rw' || side !== 'write' || section.wrapper || section.through || section.steps.length === 0)
        continue;
      if (section.callback === undefined && section.form === 'callback') continue;
      if (
        section.accesses.length === 0 ||
        section.accesses.some((access) => access.cell.how === 'write') ||
        !isWriteFree(project, section)
      )
        continue;
      report({
        span: section.acquire.span,
        message: `\`${section.ref.name}\` is taken for writing, and the section writes nothing: it keeps out every reader and waits for all of them. Take the read side.`,
        related: section.accesses
          .slice(0, 3)
          .map((access) => ({ path: unit.path, span: access.cell.span, message: 'only read here' })),
        fix: () => readSideFix(project, section),
      });
    }
  },
};

/** Whether nothing in a section can write: no call that we do not see through, no other lock, no result that leaves as a promise. */
function isWriteFree(project: Linked, section: Section): boolean {
  return section.steps.every(({ op, fn }) => {
    if (op.op === 'assign') return op.how === 'declare' || op.target.v === 'bind';
    if (op.op !== 'call' || op === section.acquire) return true;
    if (section.trace.releases.some((release) => release.span[0] === op.span[0])) return true;
    if (lockAction(project.entities, section.unit, fn, op)) return false;
    return op.callee.v === 'member' && PURE.test(op.callee.name);
  });
}

const PURE =
  /^(?:get|has|at|keys|values|entries|includes|indexOf|slice|map|filter|some|every|find|join|concat|flatMap|reduce|toString|next)$/;
