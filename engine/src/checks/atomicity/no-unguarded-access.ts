/**
 * Reports an access, without the lock, to state that nearly every other place accesses under it, where some section of the
 * lock suspends between its own accesses: there the state is half-way, and seen so. With `@guardedBy` on the declaration
 * every access without the lock is reported. Silent in constructors, tests, and functions whose callers hold the lock.
 */
import { guardAccessFix } from '../../fixes/guard-access.js';
import { guardedCells, type GuardedCell } from '../../link/guarding/guarded-cells.js';
import type { Place } from '../../link/guarding/places.js';
import type { Linked } from '../../link/linked.js';
import type { Unit } from '../../link/unit.js';
import { updatedUnderLock } from '../../link/guarding/updates.js';
import { at, type Check } from '../check.js';

export const noUnguardedAccess: Check = {
  name: 'no-unguarded-access',
  summary: 'State that is accessed under a lock should be accessed under it everywhere.',
  category: 'atomicity',
  levels: { recommended: 'error', strict: 'error' },
  run({ project, unit, preset, report }) {
    const inferred = preset === 'recommended' ? [] : updatedUnderLock(project, unit);
    const cells = [...guardedCells(project, unit), ...inferred];
    for (const cell of cells) {
      const isDeclared = cell.by === 'declared';
      if (!isDeclared && preset === 'recommended') continue;
      const seen = new Set<number>();
      for (const place of cell.without) {
        // Where the guard is inferred, one place stands for its function: that is what has to take the lock.
        if (!isDeclared && seen.has(place.fn)) continue;
        seen.add(place.fn);
        report({
          span: place.cell.span,
          message: `\`${place.cell.name}\` is ${verb(cell, place)} without \`${cell.lock.name}\`, ${WHY[cell.by](cell)}: ${DANGER[cell.by]} ${remedy(project, unit, cell)}`,
          ...(isDeclared ? {} : { atMost: 'warn' as const }),
          evidence: isDeclared ? 'annotated' : 'inferred',
          related: [
            ...(cell.tag ? [at(cell.tag, 'declared here to be guarded')] : []),
            ...cell.window.map((location) => at(location, SUSPENDS[cell.by](cell))),
          ],
          fix: () => guardAccessFix(project, unit, cell, place.fn, together(cells, cell, place)),
        });
      }
    }
  },
};

/** What a function does without a lock to all that the lock guards: it belongs into one section. */
function together(cells: readonly GuardedCell[], { lock }: GuardedCell, { fn }: Place): readonly Place[] {
  return cells.flatMap((cell) => (cell.lock.id === lock.id ? cell.without : [])).filter((place) => place.fn === fn);
}

const HALF_WAY =
  'a section that suspends half-way leaves it in between for others to see, and overwrites what they do.';

const DANGER: Readonly<Record<GuardedCell['by'], string>> = {
  declared: HALF_WAY,
  usual: HALF_WAY,
  writes: 'it may change between two rounds.',
  helper: 'two tasks at once overwrite what the other does.',
  snapshot: 'the record is then of two moments.',
  resource: 'what is begun here runs in the midst of what a section has begun.',
  update: 'what is written here in the meantime is lost.',
};

/** A lock that the file never takes may be out of its reach. */
function remedy(project: Linked, unit: Unit, { lock, by }: GuardedCell): string {
  const isTaken = by !== 'update' || project.sections(unit).some(({ ref }) => ref.id === lock.id);
  return isTaken ? 'Take the lock here.' : 'Take the lock here; out of reach, it belongs where the state is made.';
}

const WHY: Readonly<Record<GuardedCell['by'], (cell: GuardedCell) => string>> = {
  declared: () => 'which guards it by `@guardedBy`',
  usual: ({ lock, places, under }) => `which is held in ${under} of ${places} places (\`${lock.name}\`)`,
  writes: () => 'under which alone it is changed',
  helper: () => 'which is held where the same is done elsewhere',
  snapshot: () => 'under which it goes into one record with what that guards',
  resource: () => 'which is there for nothing else',
  update: ({ window }) => `under which \`${window[0]!.path}\` reads it, waits, and changes it by what it has read`,
};

const SUSPENDS: Readonly<Record<GuardedCell['by'], (cell: GuardedCell) => string>> = {
  declared: inSection,
  usual: inSection,
  writes: inSection,
  helper: () => 'others may run here, between its accesses',
  snapshot: () => 'what the record is made of is read before this wait, and this value after it',
  resource: ({ lock }) => `a section of \`${lock.name}\` waits for it here`,
  update: inSection,
};

function inSection({ lock }: GuardedCell): string {
  return `a section of \`${lock.name}\` suspends here, between its accesses`;
}

function verb({ by }: GuardedCell, { cell }: GuardedCell['without'][number]): string {
  if (by === 'resource') return 'used';
  return cell.how === 'write' ? 'changed' : 'read';
}
