/** Reports a mechanical acquire, `try`, `finally`, release: the lock has a form that cannot forget the release. */
import { scopedLockFix } from '../../fixes/scoped-lock.js';
import { isTest } from '../../link/test-file.js';
import { leaksOf, releasesOf } from '../../link/walk/trace.js';
import type { Check } from '../check.js';

export const preferScopedLock: Check = {
  name: 'prefer-scoped-lock',
  summary: 'A lock should be taken by the form that releases it by itself.',
  category: 'right-sizing',
  levels: { recommended: 'off', strict: 'warn' },
  run({ project, unit, report }) {
    if (isTest(unit.path)) return;
    for (const section of project.sections(unit)) {
      if (section.form !== 'manual' || section.through || section.wrapper) continue;
      const scoped = section.ref.model.methods['runExclusive'] ?? section.ref.model.methods['withLock'];
      const isReleased =
        releasesOf(section.trace, section.hold).length > 0 &&
        leaksOf(section.trace, section.hold).length === 0 &&
        !section.trace.transferred.has(section.hold);
      if (scoped?.does !== 'section' || !isReleased || section.ref.key !== undefined) continue;
      const method = section.ref.model.methods['runExclusive'] ? 'runExclusive' : 'withLock';
      report({
        span: section.acquire.span,
        message: `\`${section.ref.name}\` is released by hand: every later change of this function has to keep the \`finally\` right. Use \`${method}\`, which releases it however the section ends.`,
        fix: () => scopedLockFix(project, section, method),
      });
    }
  },
};
