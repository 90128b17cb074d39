/**
 * The kinds of evidence that a section is held longer than what it guards needs. "An await under a lock" is none of
 * them: in most real sections the awaited thing is itself what the lock protects.
 */
import type { Preset } from '../../config.js';
import { isOneAtATime, isUnanswered, isUnbounded } from '../../link/bound.js';
import { changesAsked, isBrief, isHalfDone, isOpposite, isResultUsed, usesAsked } from '../../link/contention.js';
import { guardedAccesses, guardedNames, namesOf, protectedAccesses } from '../../link/guarded.js';
import type { Linked } from '../../link/linked.js';
import { isPoll } from '../../link/poll.js';
import type { Section, SuspensionStep } from '../../link/section.js';
import type { SuspensionKind } from '../../link/suspension.js';
import { waitersOf } from '../../link/waiters.js';
import { isExempt, isOfLifeCycle } from './exempt.js';

export interface Evidence {
  readonly name: string;
  /** The waits that show it; none where it does not hold. */
  readonly waits: (section: Section, project: Linked, preset: Preset) => readonly SuspensionStep[];
  readonly why: (section: Section, project: Linked) => string;
  readonly remedy: string;
  /** What is to be done is done where the wait is, once for all sections that come to it. */
  readonly endsAtWait?: true;
}

/** The longest and least bounded waits: another machine or process, a person, an event, a timer. */
const SLOW: ReadonlySet<SuspensionKind> = new Set(['network', 'process', 'user', 'event', 'timer']);

const KINDS: readonly Evidence[] = [
  {
    name: 'unbounded',
    waits: unbounded,
    why: () => 'it may never come, no signal or timeout ends the wait, and until then nobody else gets the lock.',
    remedy: 'Wait outside of the section, or bound the wait.',
    endsAtWait: true,
  },
  {
    name: 'fetch-then-apply',
    waits: fetchThenApply,
    why: (section) => `only what comes after it touches ${listOf(namesOf(protectedAccesses(section)))}.`,
    remedy: 'Fetch first, then take the lock, check again and apply.',
  },
  {
    name: 'unrelated',
    waits: unrelated,
    why: (section) =>
      `the section no longer touches ${listOf(guardedNames(section))} then, and every waiter pays for it.`,
    remedy: 'Copy out what the wait needs, release, then wait.',
  },
  {
    name: 'asymmetric',
    waits: asymmetric,
    why: (section, project) => {
      const brief = briefOthers(section, project);
      return `${others(brief)} of the same lock never ${brief.length === 1 ? 'waits' : 'wait'} for anything, and must queue behind it.`;
    },
    remedy: 'Keep the wait out of the section.',
  },
  {
    name: 'asymmetric',
    waits: polled,
    why: (section, project) =>
      `it asks again and again, with pauses between, until something has come about, and ${others(othersThatAsk(section, project))} of the same lock must queue behind all of it.`,
    remedy: 'Wait without the lock, or take it for each question alone.',
  },
  {
    name: 'unbounded',
    waits: unanswered,
    why: () =>
      'when no answer comes, nothing ends the wait but a limit of minutes, where there is one at all, and until then nobody else gets the lock.',
    remedy: 'Bound the wait, or ask outside of the section.',
    endsAtWait: true,
  },
];

/** Why a section counts as held too long, or undefined: the first kind of evidence that holds. */
export function holdEvidence(project: Linked, section: Section, preset: Preset): Evidence | undefined {
  return isExempt(section) ? undefined : KINDS.find(({ waits }) => waits(section, project, preset).length > 0);
}

function isSlow({ suspension }: SuspensionStep): boolean {
  return SLOW.has(suspension.kind);
}

/** Waits for a participant, an event or a peer that nothing ends but its coming. */
function unbounded(section: Section, project: Linked): readonly SuspensionStep[] {
  return section.waits.filter((step) => step.certain && isUnbounded(project, section, step));
}

/** Waits for an answer that nothing ends when it does not come. The strict preset trusts no client to give up by itself. */
function unanswered(section: Section, project: Linked, preset: Preset): readonly SuspensionStep[] {
  return section.waits.filter(
    (step) =>
      step.certain &&
      isUnanswered(project, section, step, preset === 'strict') &&
      !isWhatIsGuarded(project, section, step),
  );
}

/** Waits of which the section has no need: what its lock guards is touched before them alone. */
function unrelated(section: Section, project: Linked): readonly SuspensionStep[] {
  const touched = guardedAccesses(section);
  if (touched.length === 0) return [];
  const last = Math.max(...touched.map((access) => access.cell.span[1]));
  const after = section.waits.filter((step) => step.span[0] >= last);
  const isTail = after.every((step) => isSlow(step) || step.suspension.kind === 'microtask');
  const isNotNeeded = (step: SuspensionStep) =>
    isSlow(step) && !step.inLoop && !isWhatIsGuarded(project, section, step) && !isOneAtATime(section, step);
  return isTail ? after.filter(isNotNeeded) : [];
}

/** Another machine is asked first, and only then anything is touched that the lock guards. */
function fetchThenApply(section: Section, project: Linked): readonly SuspensionStep[] {
  const touched = protectedAccesses(section);
  if (!touched.some(({ cell }) => cell.how === 'write')) return [];
  const first = Math.min(...touched.map(({ cell }) => cell.span[0]));
  const before = section.waits.filter(({ span }) => span[0] < first);
  const isFetch = (step: SuspensionStep) =>
    step.span[1] <= first &&
    (!isSlow(step) || isResultUsed(section, step)) &&
    !step.inLoop &&
    ['network', 'process', 'microtask'].includes(step.suspension.kind) &&
    !isWhatIsGuarded(project, section, step);
  return before.every(isFetch) && !ordersRequests(section) ? before.filter(isSlow) : [];
}

/** Other sections of the lock ask another machine as well: what it keeps in order may be the requests. */
function ordersRequests({ lock, trace }: Section): boolean {
  return lock.sections.some((other) => other.trace !== trace && other.waits.some(isSlow));
}

/** Waits that sections must queue behind which never wait themselves, and have nothing to do with what is waited for. */
function asymmetric(section: Section, project: Linked): readonly SuspensionStep[] {
  const brief = briefOthers(section, project);
  if (brief.length === 0 || guardedNames(section).length === 0) return [];
  return section.waits.filter(
    (step) =>
      isSlow(step) &&
      !isOneAtATime(section, step) &&
      brief.some(
        (other) =>
          !usesAsked(project, other, section, step) &&
          !isHalfDone(project, section, step, other) &&
          !isOpposite(section, step, other),
      ) &&
      !section.lock.sections.some((other) => other !== section && changesAsked(project, other, section, step)),
  );
}

/** Waits in rounds, which sections must queue behind that ask once at most, and that see nothing half done before it is over. */
function polled(section: Section, project: Linked): readonly SuspensionStep[] {
  const waiting = othersThatAsk(section, project);
  return section.waits.filter(
    (step) =>
      step.certain &&
      isPoll(project, step) &&
      waiting.some((other) => !isHalfDone(project, section, step, other) && !isOpposite(section, step, other)),
  );
}

/** Other sections of the lock that wait for no person, event or poll, those apart that start or end a life or go on with one of another. */
function othersThatAsk(section: Section, project: Linked): readonly Section[] {
  const isLong = (step: SuspensionStep) => /^(?:user|event|timer)$/.test(step.suspension.kind) || isPoll(project, step);
  return waitersOf(project, section).filter(
    (other) => !other.wrapper && !other.hold.resumes && !isOfLifeCycle(other) && !other.waits.some(isLong),
  );
}

/** What a wait asks is itself what the lock protects: another section of the lock uses it as well. */
function isWhatIsGuarded(project: Linked, section: Section, step: SuspensionStep): boolean {
  return section.lock.sections.some((other) => other !== section && usesAsked(project, other, section, step));
}

/** Other sections of the lock that touch something and never wait, those apart that start or end a life. */
function briefOthers(section: Section, project: Linked): readonly Section[] {
  return waitersOf(project, section).filter(
    (other) => !other.wrapper && other.accesses.length > 0 && !isOfLifeCycle(other) && isBrief(project, other),
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
