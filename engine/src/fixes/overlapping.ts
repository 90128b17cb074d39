import type { Span } from '../findings.js';
import { whoNoticesEarlyEnd } from '../link/early-end.js';
import type { Linked } from '../link/linked.js';
import type { AccessStep, Section } from '../link/section.js';
import { lower, type Draft } from './outcome.js';

/**
 * A fix by which a section ends before a stretch of its code runs: unsafe where somebody could tell that others now run
 * beside that, or where there are other doubts; the reason names all of them.
 */
export function overlapping(
  project: Linked,
  section: Section,
  fix: Draft,
  accesses: readonly AccessStep[],
  rest: Span,
  doubts: readonly (string | undefined)[],
): Draft {
  const all = [...doubts, whoNoticesEarlyEnd(project, section, rest)].filter((doubt) => doubt !== undefined);
  if (all.length === 0) return fix;
  const cells = [...new Set(accesses.map((access) => `\`${access.cell.name}\``))].join(', ');
  return lower(
    fix,
    'unsafe',
    `other tasks may change ${cells} and run this function while it waits: ${all.join('; ')}`,
  );
}
