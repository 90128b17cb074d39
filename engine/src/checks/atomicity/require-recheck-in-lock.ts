/**
 * Reports what is read, asserted or defaulted before a lock is granted and goes by in the section: whoever held the lock
 * may have changed it. Silent where the section reads it again, for state that no section of the lock writes, and for
 * tests that only turn away early.
 */
import type { Value } from '../../facts/format.js';
import { recheckFix } from '../../fixes/recheck-in-lock.js';
import type { Linked } from '../../link/linked.js';
import { isWrittenUnder } from '../../link/guarded.js';
import { replaces } from '../../link/dependence/dependence.js';
import { racesOf, type Race } from '../../link/dependence/races.js';
import type { Check } from '../check.js';
import { placesOf } from './wording.js';

export const requireRecheckInLock: Check = {
  name: 'require-recheck-in-lock',
  summary: 'What is decided under a lock should go by what is read under it.',
  category: 'atomicity',
  levels: { recommended: 'warn', strict: 'warn' },
  run({ project, unit, report }) {
    const seen = new Set<string>();
    for (const race of racesOf(project, unit)) {
      if (race.kind !== 'before-lock' || !goesBy(race) || choosesLock(race)) continue;
      if (!isWrittenUnder(project, race.lock!, race.read.cell) || isFlagOfLock(project, race)) continue;
      const key = `${race.read.op.span[0]} ${race.lock!.id}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const { name } = race.lock!;
      report({
        span: race.read.cell.span,
        message: `\`${race.read.cell.name}\` is ${verb(race)} before \`${name}\` is granted, and ${use(race)}: while this waits for the lock, its holder may change it. Read it after the lock is taken.`,
        related: [
          ...placesOf(unit, race).slice(1),
          { path: unit.path, span: race.op.span, message: 'what goes by it' },
        ],
        fix: () => recheckFix(project, unit, race),
      });
    }
  },
};

/** A test that only turns away early is no decision of the section: it must assert, or be of what the section sets. */
function goesBy({ through, guard, write, read, op }: Race): boolean {
  if (through !== 'guard' || guard!.asserts) return true;
  if (guard!.waits) return false;
  return op.op === 'assign' && write !== undefined && replaces(write, read.cell);
}

/** `this.entry.lock`, which cannot be taken before `this.entry` is read. */
function choosesLock({ lock, read }: Race): boolean {
  return lock!.name === read.cell.name || lock!.name.startsWith(`${read.cell.name}.`);
}

/** A flag that each section which writes it raises and lowers says that the lock is held, and nothing that its holder may change for others. */
function isFlagOfLock(project: Linked, { lock, read }: Race): boolean {
  const written = (project.lock(lock!.id)?.sections ?? []).map(({ accesses }) =>
    accesses.flatMap(({ op, cell }) => (op.op === 'assign' && cell.id === read.cell.id ? [op.value] : [])),
  );
  const writing = written.filter((values) => values.length > 0);
  return writing.length > 0 && writing.every((values) => isSetTo(values, true) && isSetTo(values, false));
}

function isSetTo(values: readonly Value[], flag: boolean): boolean {
  return values.some((value) => value.v === 'lit' && value.value === flag);
}

function verb({ through, guard }: Race): string {
  return through === 'guard' && guard ? 'tested' : 'read';
}

function use({ through }: Race): string {
  if (through === 'test') return 'decides in the section';
  return through === 'guard' ? 'the section goes by the outcome' : 'what the section writes comes from it';
}
