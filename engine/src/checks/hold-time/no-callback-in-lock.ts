/**
 * Reports a section that waits for code which others have supplied: a stored or handed-in callback, subscribers of an
 * event, or the consumer of a generator. They decide how long the lock is held, and hang when they ask for it themselves.
 * Silent in wrapper definitions, whose very task it is to run a function under the lock. The strict preset also reports
 * sections of limiters, consumers of a generator, functions that the object was made with, and events that are emitted without waiting: their subscribers see the state
 * half-way. Where a subscriber can come back for the lock by a public method of the object, it is told as the deadlock that it is, through calls too.
 */
import type { CallOp } from '../../facts/format.js';
import type { Outcome } from '../../fixes/outcome.js';
import { tellAfterFix } from '../../fixes/tell-after.js';
import type { Linked } from '../../link/linked.js';
import type { Section, Step } from '../../link/section.js';
import { runsSuppliedCode, type SuppliedCode } from '../../link/supplied.js';
import { shorten } from '../../link/suspension.js';
import { isTest } from '../../link/test-file.js';
import { callBacksOf, isLeftOut } from './calls-back.js';
import { at, type Check, type CheckContext } from '../check.js';

export const noCallbackInLock: Check = {
  name: 'no-callback-in-lock',
  summary: 'A section should not wait for code that others have supplied.',
  category: 'hold-time',
  levels: { recommended: 'warn', strict: 'warn' },
  run(context) {
    const { project, unit, preset, report } = context;
    if (isTest(unit.path)) return;
    const deadlocks = callBacksOf(project, unit, preset);
    for (const { sections, site, message, related } of deadlocks)
      report({
        span: site.op.span,
        message: `${message} ${REMEDY}`,
        evidence: 'deadlock',
        related,
        fix: () => tellAfterFix(project, sections[0], site.op),
      });
    for (const section of project.sections(unit)) {
      if (isLeftOut(section, preset) || deadlocks.some(({ sections }) => sections.includes(section))) continue;
      const found = section.steps.flatMap((step) => handOver(context, section, step) ?? []);
      const [first] = found.filter(
        ({ waits, evidence }) => preset === 'strict' || (waits && !OFTEN_MEANT.has(evidence)),
      );
      if (!first) continue;
      report({
        span: first.step.op.span,
        message: `${first.told} with \`${section.ref.name}\` held: ${first.waits ? WAITS : SEES} ${REMEDY}`,
        evidence: first.evidence,
        related: [at({ path: unit.path, span: section.acquire.span }, `the section of \`${section.ref.name}\``)],
        fix: () => fixOf(project, section, first),
      });
    }
  },
};

function fixOf(project: Linked, section: Section, { step: { op } }: HandOver): Outcome {
  if (op.op !== 'call') return { refused: 'the consumer of a generator runs wherever it yields' };
  return tellAfterFix(project, section, op);
}

/** A consumer that decides how fast work under a lock goes on, and a function that the object was made with, are part of most designs that have them. */
const OFTEN_MEANT: ReadonlySet<HandOver['evidence']> = new Set(['injected', 'yield']);

const REMEDY = 'Collect what is to be told, release, then tell.';
const WAITS = 'it decides how long everybody else waits, and if it asks for the lock itself, it waits for ever.';
const SEES = 'subscribers run in the middle of the section, and see what it has half done.';

interface HandOver {
  readonly step: Step;
  readonly told: string;
  readonly evidence: SuppliedCode | 'yield';
  readonly waits: boolean;
}

function handOver({ project, unit }: CheckContext, { suspensions }: Section, step: Step): HandOver | undefined {
  const { op, fn } = step;
  if (!step.certain) return undefined;
  if (op.op === 'await' && op.how === 'yield')
    return { step, told: 'The consumer of this `yield` runs', evidence: 'yield', waits: true };
  const supplied = op.op === 'call' ? runsSuppliedCode(project, unit, fn, op) : undefined;
  if (op.op !== 'call' || !supplied) return undefined;
  const waits = suspensions.some((one) => one.span[0] <= op.span[0] && op.span[1] <= one.span[1]);
  // A callback that nobody waits for is a step of the section like any other.
  if (!waits && supplied !== 'event') return undefined;
  return {
    step,
    told: `\`${shorten(unit.slice(op.span))}\` ${ROLE[supplied]}`,
    evidence: supplied,
    waits: waits && isAwaited(op),
  };
}

const ROLE: Readonly<Record<SuppliedCode, string>> = {
  callback: 'runs code that is supplied from outside',
  injected: 'runs a function that the object was made with',
  event: 'runs its subscribers',
};

function isAwaited({ result }: CallOp): boolean {
  return result === 'await' || result === 'return' || result === 'argument';
}
