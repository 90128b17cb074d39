/**
 * Reports an access, without the lock, to state that nearly every other place accesses under it, where some section of the
 * lock suspends between its own accesses: there the state is half-way, and seen so. With `@guardedBy` on the declaration
 * every access without the lock is reported. Silent in constructors, tests, and functions whose callers hold the lock.
 */
import { guardedCells, type GuardedCell } from '../../link/guarded-cells.js';
import { at, type Check } from '../check.js';

export const noUnguardedAccess: Check = {
  name: 'no-unguarded-access',
  summary: 'State that is accessed under a lock should be accessed under it everywhere.',
  category: 'atomicity',
  levels: { recommended: 'error', strict: 'error' },
  run({ project, unit, preset, report }) {
    for (const cell of guardedCells(project, unit)) {
      if (!cell.declared && preset === 'recommended') continue;
      for (const access of cell.without) {
        report({
          span: access.cell.span,
          message: `\`${access.cell.name}\` is ${access.cell.how === 'write' ? 'changed' : 'read'} without \`${cell.lock.name}\`, ${why(cell)}: ${DANGER} Take the lock here.`,
          ...(cell.declared ? {} : { atMost: 'warn' as const }),
          evidence: cell.declared ? 'annotated' : 'inferred',
          related: [
            ...(cell.tag ? [at(cell.tag, 'declared here to be guarded')] : []),
            ...cell.window.map((place) =>
              at(place, `a section of \`${cell.lock.name}\` suspends here, between its accesses`),
            ),
          ],
          fix: () => ({ refused: 'how far the section must reach is not for a tool to say' }),
        });
      }
    }
  },
};

const DANGER = 'a section that suspends half-way leaves it in between for others to see, and overwrites what they do.';

function why({ declared, lock, places, under }: GuardedCell): string {
  return declared
    ? `which guards it by \`@guardedBy\``
    : `which is held in ${under} of ${places} places (\`${lock.name}\`)`;
}
