/**
 * Reports a write after a suspension whose value, or whose guard, goes by what the same state was before it: what others
 * wrote meanwhile is lost. Silent where the state is read again after the suspension, where one lock is held over both,
 * and where no other task can come in between. A test that itself stands before the suspension is `no-check-then-act`.
 */
import { racesOf, type Race } from '../../link/dependence/races.js';
import { rereadFix } from '../../fixes/reread.js';
import type { Check } from '../check.js';
import { oncePerOperation, parting, placesOf } from './wording.js';

export const noStaleWriteAfterAwait: Check = {
  name: 'no-stale-write-after-await',
  summary: 'What is written after a suspension should not go by what was read before it.',
  category: 'atomicity',
  levels: { recommended: 'off', strict: 'warn' },
  text: /[-+*/%&|^]=[^=;\n]*\bawait\b|\bthis\.#?[\w$]+\s*=[^=;\n]*\bawait\b/,
  run({ project, unit, report }) {
    const stale = racesOf(project, unit).filter((race) => race.kind === 'unlocked' && isStale(race));
    for (const race of oncePerOperation(stale)) {
      const { name } = race.write!;
      const how = race.through === 'value' ? 'gets a value that comes' : 'is set by a decision that comes';
      report({
        span: race.op.span,
        message: `\`${name}\` ${how} from before \`${parting(unit, race)}\`: what other tasks did to \`${race.read.cell.name}\` meanwhile is lost. Read it again where you write, or hold one lock over both.`,
        related: placesOf(unit, race),
        fix: () => rereadFix(project, unit, race),
      });
    }
  },
};

/** The value is old; or the test that led here is made after the suspension, of something read before it. */
function isStale({ through, guard, crossed, read, entry }: Race): boolean {
  if (through === 'value') return entry === undefined || read.entry !== undefined;
  return (
    through === 'guard' && crossed.some(({ span }) => span[1] <= guard!.test.span[0] && span[0] >= read.op.span[1])
  );
}
