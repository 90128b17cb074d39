/**
 * The kinds of evidence that a section is held longer than what it guards needs. "An await under a lock" is none of
 * them: in most real sections the awaited thing is itself what the lock protects.
 */
import type { Preset } from '../../config.js';
import { isOneAtATime, isUnanswered, isUnbounded } from '../../link/bound.js';
import {
  isAskedChangedElsewhere,
  isAskedElsewhere,
  isBrief,
  isHalfDone,
  isOpposite,
  isResultUsed,
  usesAsked,
} from '../../link/contention.js';
import { guardedAccesses, guardedNames, namesOf, protectedAccesses } from '../../link/guarded.js';
import type { Linked } from '../../link/linked.js';
import { isPoll } from '../../link/poll.js';
import type { Lock, Section, SuspensionStep } from '../../link/section.js';
import type { SuspensionKind } from '../../link/suspension.js';
import { queueOf } from '../../link/waiters.js';
import type { Trace } from '../../link/walk/trace.js';
import { isExempt, isOfLifeCycle } from './exempt.js';
import { othersOf, type FoundIn, type Others } from './others.js';
import { listOf } from './wording.js';

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
      const others = briefOthers(section, project);
      return `${others.told} of the same lock never ${others.count === 1 ? 'waits' : 'wait'} for anything, and must queue behind it.`;
    },
    remedy: 'Keep the wait out of the section.',
  },
  {
    name: 'asymmetric',
    waits: polled,
    why: (section, project) =>
      `it asks again and again, with pauses between, until something has come about, and ${othersThatAsk(section, project).told} of the same lock must queue behind all of it.`,
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
  let answers = known.get(section);
  if (!answers) known.set(section, (answers = new Map()));
  if (!answers.has(preset))
    answers.set(
      preset,
      isExempt(section) ? undefined : KINDS.find(({ waits }) => waits(section, project, preset).length > 0),
    );
  return answers.get(preset);
}

/** More than one rule asks. */
const known = new WeakMap<Section, Map<Preset, Evidence | undefined>>();

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
  let traces = requests.get(lock);
  if (!traces) {
    traces = new Set(lock.sections.flatMap((section) => (section.waits.some(isSlow) ? [section.trace] : [])));
    requests.set(lock, traces);
  }
  return traces.size > (traces.has(trace) ? 1 : 0);
}

/** By lock: the functions that ask another machine in one of its sections. */
const requests = new WeakMap<Lock, ReadonlySet<Trace>>();

/** Waits that sections must queue behind which never wait themselves, and have nothing to do with what is waited for. */
function asymmetric(section: Section, project: Linked): readonly SuspensionStep[] {
  const others = briefOthers(section, project);
  if (others.count === 0 || guardedNames(section).length === 0) return [];
  return section.waits.filter(
    (step) =>
      isSlow(step) &&
      !isOneAtATime(section, step) &&
      !isAskedChangedElsewhere(project, section, step) &&
      others.some(
        (other) =>
          !usesAsked(project, other, section, step) &&
          !isHalfDone(project, section, step, other) &&
          !isOpposite(section, step, other),
      ),
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
function othersThatAsk(section: Section, project: Linked): Others {
  const isLong = (step: SuspensionStep) => /^(?:user|event|timer)$/.test(step.suspension.kind) || isPoll(project, step);
  return othersOf(asking, queueOf(project, section), section, (other) => {
    return !other.wrapper && !other.hold.resumes && !isOfLifeCycle(other) && !other.waits.some(isLong);
  });
}

const asking: FoundIn = new WeakMap();

/** What a wait asks is itself what the lock protects: another section of the lock uses it as well. */
function isWhatIsGuarded(project: Linked, section: Section, step: SuspensionStep): boolean {
  return isAskedElsewhere(project, section, step);
}

/** Other sections of the lock that touch something and never wait, those apart that start or end a life. */
function briefOthers(section: Section, project: Linked): Others {
  return othersOf(brief, queueOf(project, section), section, (other) => {
    return !other.wrapper && other.accesses.length > 0 && !isOfLifeCycle(other) && isBrief(project, other);
  });
}

const brief: FoundIn = new WeakMap();
