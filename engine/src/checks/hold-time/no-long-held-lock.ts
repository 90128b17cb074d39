/**
 * Reports a section that makes waiters pay for more than the lock protects, and says by which evidence.
 * Silent by design: wrapper definitions, keyed locks, the read side, queues, life-cycle functions, and sections all of
 * whose waits are on storage, for there the awaited resource is as a rule what the lock protects. A section that lets time pass
 * is told by `no-delay-in-lock`.
 */
import type { Preset } from '../../config.js';
import type { Related } from '../../findings.js';
import { quickReadFix } from '../../fixes/quick-read.js';
import type { Linked } from '../../link/linked.js';
import type { Section, SuspensionStep } from '../../link/section.js';
import type { SuspensionKind } from '../../link/suspension.js';
import { queueOf } from '../../link/waiters.js';
import { at, type Check } from '../check.js';
import { delaysToTell } from './delays.js';
import { holdEvidence } from './evidence.js';
import { oneForEachRemedy, type Held } from './one-remedy.js';
import { measuredEvidence, measuredOptions } from './measured.js';

export const noLongHeldLock: Check = {
  name: 'no-long-held-lock',
  summary: 'A lock should not be held across waits that the state behind it does not need.',
  category: 'hold-time',
  levels: { recommended: 'warn', strict: 'warn' },
  optionsSchema: measuredOptions,
  run({ project, unit, options, preset, measured, report }) {
    const held = project.sections(unit).flatMap((section): Held[] => {
      const recorded = measuredEvidence(project, section, measured(section), options, preset);
      const evidence = recorded ?? holdEvidence(project, section, preset);
      if (!evidence) return [];
      const waits = evidence.waits(section, project, preset);
      return !recorded && isToldAsDelay(project, section, waits, preset)
        ? []
        : [{ section, evidence, waits, alike: [] }];
    });
    for (const { section, evidence, waits, alike } of preset === 'strict' ? held : oneForEachRemedy(held)) {
      const [first] = waits;
      report({
        span: section.acquire.span,
        message: `\`${section.ref.name}\` is held across \`${first!.suspension.what}\`${more(section)}: ${evidence.why(section, project)} ${evidence.remedy}`,
        evidence: evidence.name,
        related: [
          ...section.waits.map(suspensionPlace(section)),
          ...alike.map(alikePlace),
          ...waiters(project, section, alike),
        ],
        fix: () => quickReadFix(project, section),
      });
    }
  },
};

/** `no-delay-in-lock` tells one of the waits: what is left of them is told once that is mended. */
function isToldAsDelay(project: Linked, section: Section, waits: readonly SuspensionStep[], preset: Preset): boolean {
  return delaysToTell(project, section, preset).some((delay) => waits.some(({ op }) => op === delay.op));
}

function more(section: Section): string {
  const rest = section.waits.length - 1;
  return rest <= 0 ? '' : ` and ${rest} more ${rest === 1 ? 'wait' : 'waits'}`;
}

const KINDS: Readonly<Record<SuspensionKind, string>> = {
  network: 'waits for the network',
  process: 'waits for another process',
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

function waiters(project: Linked, section: Section, alike: readonly Section[]): Related[] {
  const told: Related[] = [];
  const others = new Set(alike);
  for (const other of queueOf(project, section)) {
    if (other === section || other.wrapper || others.has(other)) continue;
    told.push(at({ path: other.unit.path, span: other.acquire.span }, `waits meanwhile, in \`${nameOf(other)}\``));
    if (told.length === MAX_WAITERS) break;
  }
  return told;
}

function alikePlace(section: Section): Related {
  return at(
    { path: section.unit.path, span: section.acquire.span },
    `comes down to the same wait, in \`${nameOf(section)}\``,
  );
}

function nameOf({ unit, trace }: Section): string {
  return unit.fn(trace.fn).symbol || 'this module';
}
