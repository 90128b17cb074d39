/**
 * The kinds of evidence that a section is held longer than what it guards needs. "An await under a lock" is none of
 * them: in most real sections the awaited thing is itself what the lock protects.
 */
import { overlap } from '../../link/cell.js';
import { guardedAccesses, guardedNames } from '../../link/guarded.js';
import type { Linked } from '../../link/linked.js';
import type { Section, SuspensionStep } from '../../link/section.js';
import type { SuspensionKind } from '../../link/suspension.js';
import { isTest } from '../../link/test-file.js';
import { isUnbounded } from '../../link/bound.js';
import { isExempt } from './exempt.js';

export interface Evidence {
  readonly name: string;
  /** The waits that show it; none where it does not hold. */
  readonly waits: (section: Section, project: Linked) => readonly SuspensionStep[];
  readonly why: (section: Section) => string;
  readonly remedy: string;
}

/** The longest and least bounded waits: the network, a person, an event, a timer. */
const SLOW: ReadonlySet<SuspensionKind> = new Set(['network', 'user', 'event', 'timer']);

const KINDS: readonly Evidence[] = [
  {
    name: 'unbounded',
    waits: unbounded,
    why: () => 'it may never come, no signal or timeout ends the wait, and until then nobody else gets the lock.',
    remedy: 'Wait outside of the section, or bound the wait.',
  },
  {
    name: 'fetch-then-apply',
    waits: (section) => (fetchThenApply(section) ? network(section.suspensions) : []),
    why: (section) => `only the write of ${listOf(guardedNames(section))} after it needs the lock.`,
    remedy: 'Fetch first, then take the lock, check again and apply.',
  },
  {
    name: 'unrelated',
    waits: (section) => (guardedNames(section).length > 0 ? slow(unrelated(section)) : []),
    why: (section) =>
      `the section no longer touches ${listOf(guardedNames(section))} then, and every waiter pays for it.`,
    remedy: 'Copy out what the wait needs, release, then wait.',
  },
  {
    name: 'asymmetric',
    waits: (section) =>
      briefOthers(section).length > 0 && guardedNames(section).length > 0 ? slow(section.suspensions) : [],
    why: (section) =>
      `${others(briefOthers(section))} of the same lock never ${briefOthers(section).length === 1 ? 'waits' : 'wait'} for anything, and must queue behind it.`,
    remedy: 'Keep the wait out of the section.',
  },
];

/** Why a section counts as held too long, or undefined: the first kind of evidence that holds. */
export function holdEvidence(project: Linked, section: Section): Evidence | undefined {
  return isExempt(section) ? undefined : KINDS.find(({ waits }) => waits(section, project).length > 0);
}

function slow(steps: readonly SuspensionStep[]): SuspensionStep[] {
  return steps.filter((step) => SLOW.has(step.suspension.kind));
}

/** Waits for a participant, an event or a peer that nothing ends but its coming. */
function unbounded(section: Section, project: Linked): SuspensionStep[] {
  return section.suspensions.filter((step) => step.certain && isUnbounded(project, section, step));
}

function network(steps: readonly SuspensionStep[]): SuspensionStep[] {
  return steps.filter((step) => step.suspension.kind === 'network');
}

/** Suspensions after the last access to a guarded cell, that have nothing to do with what the lock's sections touch. */
function unrelated(section: Section): SuspensionStep[] {
  const last = Math.max(...guardedAccesses(section).map((access) => access.cell.span[1]));
  return section.suspensions.filter((step) => step.span[0] >= last && !step.inLoop && !concerns(section, step));
}

/** The awaited thing is itself what the lock protects: another section of the lock uses it as well. */
function concerns(section: Section, step: SuspensionStep): boolean {
  const inside = section.accesses.filter(
    (access) => step.span[0] <= access.cell.span[0] && access.cell.span[1] <= step.span[1],
  );
  return inside.some((access) =>
    section.lock.sections.some(
      (other) => other !== section && other.accesses.some((there) => overlap(there.cell.id, access.cell.id)),
    ),
  );
}

/** Network first, then nothing but synchronous writes of guarded state. */
function fetchThenApply(section: Section): boolean {
  const last = section.suspensions.at(-1);
  if (!last || section.suspensions.some((step) => step.inLoop)) return false;
  const touched = guardedAccesses(section);
  return (
    touched.length > 0 &&
    touched.every((access) => access.cell.how === 'write' && access.segment === section.suspensions.length)
  );
}

/** Other sections of the lock that never suspend. */
function briefOthers(section: Section): Section[] {
  return section.lock.sections.filter(
    (other) =>
      other !== section &&
      other.suspensions.length === 0 &&
      !other.wrapper &&
      other.accesses.length > 0 &&
      !isTest(other.unit.path),
  );
}

function others(sections: readonly Section[]): string {
  const names = [...new Set(sections.map((section) => section.unit.fn(section.trace.fn).symbol))];
  return names.length === 1 ? `the section in \`${names[0]!}\`` : `the sections in ${listOf(names)}`;
}

function listOf(names: readonly string[]): string {
  const quoted = names.slice(0, 3).map((name) => `\`${name}\``);
  const rest = names.length - quoted.length;
  return rest > 0 ? `${quoted.join(', ')} and ${rest} more` : quoted.join(quoted.length === 2 ? ' and ' : ', ');
}
