/**
 * Reports what is read in one section of a lock and written in a later section of the same lock: the lock was free in
 * between. Silent where the later section reads it again. The recommended preset reports records outside of the program, such
 * as a file that is read in one section and written back in another; what is in memory is for `strict`.
 */
import { joinSectionsFix } from '../../fixes/join-sections.js';
import { racesOf } from '../../link/dependence/races.js';
import { at, type Check } from '../check.js';
import { oncePerOperation, placesOf } from './wording.js';

export const noSplitLock: Check = {
  name: 'no-split-lock',
  summary: 'What one section of a lock reads should not be written back by a later section of it.',
  category: 'atomicity',
  levels: { recommended: 'warn', strict: 'warn' },
  run({ project, unit, preset, report }) {
    const split = racesOf(project, unit).filter((race) => race.kind === 'between-sections' && race.through !== 'test');
    for (const race of oncePerOperation(split)) {
      const isRecord = race.read.cell.outside === true;
      if (preset === 'recommended' && !isRecord) continue;
      const lock = race.lock!.name;
      const first = race.read.under.find((hold) => hold.ref.id === race.lock!.id)!;
      report({
        span: race.op.span,
        message: `\`${race.write!.name}\` is written by what an earlier section of \`${lock}\` read of \`${race.read.cell.name}\`: the lock was free in between, and what others wrote under it meanwhile is lost. Do both in one section, or read again here.`,
        evidence: isRecord ? 'record' : 'state',
        related: [
          at({ path: unit.path, span: first.span }, `the section of \`${lock}\` that reads`),
          ...placesOf(unit, race),
        ],
        fix: () => joinSectionsFix(project, unit, race),
      });
    }
  },
};
