import { ownsData, whoNotices } from '../link/inert.js';
import type { Linked } from '../link/linked.js';
import { declarationOf } from '../link/lock-declaration.js';
import type { Lock } from '../link/section.js';
import type { Unit } from '../link/unit.js';
import { bareData, redeclaredAsData } from './bare-data.js';
import { lower, type Draft, type Outcome } from './outcome.js';
import { removeDeclaration } from './remove-declaration.js';
import { Rewriting } from './rewriting.js';
import { Source } from './source.js';
import { withoutLock } from './without-lock.js';

/**
 * Takes a lock away that excludes nothing: every section becomes its body, and the declaration goes, or declares the
 * data alone that the lock carried.
 */
export function droppedLockFix(project: Linked, lock: Lock): Outcome {
  const own = declarationOf(project, lock);
  if (!own) return { refused: `\`${lock.name}\` is no variable and no field of its own` };
  const rewritings = new Map<Unit, Rewriting>();
  const rewriting = (unit: Unit): Rewriting => {
    const known = rewritings.get(unit) ?? new Rewriting(Source.of(project, unit));
    rewritings.set(unit, known);
    return known;
  };
  const holdsData = ownsData(project, lock, own);
  for (const section of lock.sections) {
    const refused =
      (holdsData ? bareData(project, rewriting(section.unit), section) : undefined) ??
      withoutLock(project, rewriting(section.unit), section);
    if (refused) return { refused };
  }
  const refused = holdsData
    ? redeclaredAsData(project, lock, own, rewriting)
    : removeDeclaration(project, rewriting(own.unit), own);
  if (refused) return { refused };
  const fix: Draft = {
    title: `Remove \`${lock.name}\`: its sections cannot be interrupted`,
    tier: 'safe',
    edits: [...rewritings.values()].flatMap((one) => one.finish()),
  };
  const notices = whoNotices(project, lock);
  return notices ? lower(fix, 'unsafe', notices) : fix;
}
