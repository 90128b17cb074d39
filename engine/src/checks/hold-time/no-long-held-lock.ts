/**
 * Reports a section that makes waiters pay for more than the lock protects, and says by which evidence.
 * Silent by design: wrapper definitions, keyed locks, the read side, queues, life-cycle functions, and sections all of
 * whose waits are on storage, for there the awaited resource is as a rule what the lock protects.
 */
import type { Related } from '../../findings.js';
import { quickReadFix } from '../../fixes/quick-read.js';
import type { Lock, Section, SuspensionStep } from '../../link/section.js';
import type { SuspensionKind } from '../../link/suspension.js';
import { overlap } from '../../link/cell.js';
import { isTest } from '../../link/test-file.js';
import { at, type Check } from '../check.js';

export const noLongHeldLock: Check = {
  name: 'no-long-held-lock',
  summary: 'A lock should not be held across waits that the state behind it does not need.',
  category: 'hold-time',
  levels: { recommended: 'warn', strict: 'warn' },
  run({ project, unit, report }) {
    for (const section of project.sections(unit)) {
      if (isTest(unit.path) || isExempt(section)) continue;
      const evidence = EVIDENCE.find(({ holds }) => holds(section));
      if (!evidence) continue;
      const [first] = evidence.waits(section);
      report({
        span: section.acquire.span,
        message: `\`${section.ref.name}\` is held across \`${first!.suspension.what}\`${more(section)}: ${evidence.why(section)} ${evidence.remedy}`,
        evidence: evidence.name,
        related: [...section.suspensions.map(suspensionPlace(section)), ...waiters(section)],
        fix: () => quickReadFix(project, section),
      });
    }
  },
};

interface Evidence {
  readonly name: string;
  readonly holds: (section: Section) => boolean;
  readonly waits: (section: Section) => readonly SuspensionStep[];
  readonly why: (section: Section) => string;
  readonly remedy: string;
}

/** The longest and least bounded waits: the network, a person, an event, a timer. */
const SLOW: ReadonlySet<SuspensionKind> = new Set(['network', 'user', 'event', 'timer']);

const EVIDENCE: readonly Evidence[] = [
  {
    name: 'unrelated',
    holds: (section) => guarded(section).length > 0 && slow(unrelated(section)).length > 0,
    waits: (section) => slow(unrelated(section)),
    why: (section) => `the section no longer touches ${listOf(guarded(section))} then, and every waiter pays for it.`,
    remedy: 'Copy out what the wait needs, release, then wait.',
  },
  {
    name: 'fetch-then-apply',
    holds: (section) => fetchThenApply(section) && network(section.suspensions).length > 0,
    waits: (section) => network(section.suspensions),
    why: (section) => `only the write of ${listOf(guarded(section))} after it needs the lock.`,
    remedy: 'Fetch first, then take the lock, check again and apply.',
  },
  {
    name: 'asymmetric',
    holds: (section) =>
      slow(section.suspensions).length > 0 && briefOthers(section).length > 0 && guarded(section).length > 0,
    waits: (section) => slow(section.suspensions),
    why: (section) =>
      `${others(briefOthers(section))} of the same lock never ${briefOthers(section).length === 1 ? 'waits' : 'wait'} for anything, and must queue behind it.`,
    remedy: 'Keep the wait out of the section.',
  },
];

/** Functions that start or end a life: nobody waits for the lock then, or everybody must. */
const LIFE_CYCLE =
  /^_*#?(constructor|init\w*|start\w*|stop\w*|open\w*|close\w*|connect\w*|disconnect\w*|dispose\w*|destroy\w*|shutdown\w*|setup\w*|teardown\w*|reset\w*|restart\w*|terminate\w*|bootstrap\w*|mount\w*|unmount\w*)$/i;

function isExempt(section: Section): boolean {
  const { model } = section.lock.ref;
  const name = section.unit.fn(section.trace.fn).name;
  return (
    section.wrapper ||
    section.ref.side === 'read' ||
    section.ref.key !== undefined ||
    (model.kind !== 'mutex' && model.kind !== 'rw') ||
    model.scope !== 'agent' ||
    LIFE_CYCLE.test(name) ||
    section.suspensions.length === 0
  );
}

function slow(steps: readonly SuspensionStep[]): SuspensionStep[] {
  return steps.filter((step) => SLOW.has(step.suspension.kind));
}

function network(steps: readonly SuspensionStep[]): SuspensionStep[] {
  return steps.filter((step) => step.suspension.kind === 'network');
}

/** The cells that the lock guards: touched here and in another of its sections, and written under it. */
function guarded(section: Section): string[] {
  const others = section.lock.sections.filter((other) => other !== section && !isTest(other.unit.path));
  const elsewhere = others.flatMap((other) => other.accesses);
  const shared = section.accesses.filter((access) =>
    elsewhere.some(
      (other) =>
        overlap(other.cell.id, access.cell.id) && (other.cell.how === 'write' || isWritten(section, access.cell.id)),
    ),
  );
  return [...new Set(shared.map((access) => access.cell.name))];
}

function isWritten(section: Section, id: string): boolean {
  return section.accesses.some((access) => access.cell.how === 'write' && overlap(access.cell.id, id));
}

/** Suspensions before the first or after the last access to a guarded cell, that have nothing to do with what the lock's sections touch. */
function unrelated(section: Section): SuspensionStep[] {
  const names = new Set(guarded(section));
  const places = section.accesses.filter((access) => names.has(access.cell.name)).map((access) => access.cell.span);
  const first = Math.min(...places.map((span) => span[0]));
  const last = Math.max(...places.map((span) => span[1]));
  return section.suspensions.filter(
    (step) => (step.span[0] >= last || step.span[1] <= first) && !step.inLoop && !concerns(section, step),
  );
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
  const touched = section.accesses.filter((access) => guarded(section).includes(access.cell.name));
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

function more(section: Section): string {
  const rest = section.suspensions.length - 1;
  return rest <= 0 ? '' : ` and ${rest} more ${rest === 1 ? 'wait' : 'waits'}`;
}

const KINDS: Readonly<Record<SuspensionKind, string>> = {
  network: 'waits for the network',
  user: 'waits for a person',
  event: 'waits for an event',
  timer: 'waits for time to pass',
  lock: 'waits for another lock',
  storage: 'waits for storage',
  callback: 'runs code of the caller',
  unknown: 'suspends',
  microtask: 'suspends for a moment',
};

function suspensionPlace(section: Section): (step: SuspensionStep) => Related {
  return (step) =>
    at(
      { path: section.unit.path, span: step.span },
      `${KINDS[step.suspension.kind]}${step.inLoop ? ', once a round' : ''} with \`${section.ref.name}\` held`,
    );
}

/** More would hide the suspensions, which are what the finding is about. */
const MAX_WAITERS = 8;

function waiters(section: Section): Related[] {
  const lock: Lock = section.lock;
  return lock.sections
    .filter((other) => other !== section && !other.wrapper && !isTest(other.unit.path))
    .slice(0, MAX_WAITERS)
    .map((other) =>
      at(
        { path: other.unit.path, span: other.acquire.span },
        `waits meanwhile, in \`${other.unit.fn(other.trace.fn).symbol || 'this module'}\``,
      ),
    );
}
