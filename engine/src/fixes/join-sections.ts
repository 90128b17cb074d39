import { mentionsPath } from '../mention.js';
import type { Op } from '../facts/format.js';
import type { Span } from '../findings.js';
import { contains } from '../link/enclosing.js';
import { isSameLock, type Race } from '../link/dependence/races.js';
import type { Linked } from '../link/linked.js';
import { openTo } from '../link/openness.js';
import type { Section } from '../link/section.js';
import { isBounded } from '../link/wait-bound.js';
import { everyOp, type Unit } from '../link/unit.js';
import { told, waitsIn, whyUnfitToHold } from './fit-to-hold.js';
import { joinCallbacks } from './join-callbacks.js';
import { isRefusal, lower, type Draft, type Outcome, type Refusal } from './outcome.js';
import { regionOver, type Region } from './region.js';
import { Source } from './source.js';

/**
 * Makes one section of two, so that what is read in the first is still so when it is written: the lock is taken where the first one took
 * it, and kept over what stands between. Nothing there may need a lock.
 */
export function joinSectionsFix(project: Linked, unit: Unit, race: Race): Outcome {
  const pair = pairOf(project, unit, race);
  if (isRefusal(pair)) return pair;
  const [reads, writes] = pair;
  const region = regionOver(Source.of(project, unit), reads.fn, [reads.acquire.span, writes.acquire.span]);
  if (!region) return { refused: 'the two sections do not stand in one function' };
  const chosen = whatChoosesAnother(unit, reads, region.span);
  if (chosen) return { refused: `\`${chosen}\` is assigned in between, and may choose another lock` };
  const between = project
    .sections(unit)
    .filter((one) => isAlike(one, reads) && one !== writes && contains(region.span, one.acquire.span));
  const sections = [...between, writes];
  const isOwn = (op: Op) =>
    sections.some(({ acquire, steps }) => op === acquire || steps.some((step) => step.op === op));
  const unfit = whyUnfitToHold(project, { unit, fn: reads.fn, span: region.span }, reads.ref, isOwn);
  if (unfit) return { refused: unfit };
  const edits = joinCallbacks(project, region, sections);
  if ('refused' in edits) return edits;
  const fix: Draft = { title: `Hold \`${reads.ref.name}\` from the reading to the writing`, tier: 'safe', edits };
  const assumed = assumption(project, region, sections);
  return assumed ? lower(fix, 'unsafe', assumed) : fix;
}

/** The section that reads and the later one that writes. */
function pairOf(project: Linked, unit: Unit, race: Race): readonly [Section, Section] | Refusal {
  const sections = project.sections(unit);
  const of = (holds: Race['under']) =>
    sections.find(({ hold, ref }) => ref.id === race.lock!.id && holds.includes(hold));
  const reads = of(race.read.under);
  const writes = of(race.under);
  if (!reads || !writes || reads.fn !== writes.fn) return { refused: 'the two sections do not stand in one function' };
  if (reads.form !== 'callback' || writes.form !== 'callback')
    return { refused: 'the sections are not callbacks that the lock runs' };
  return [reads, writes];
}

function isAlike(one: Section, other: Section): boolean {
  return one.fn === other.fn && one.form === other.form && isSameLock(one.hold, other.hold);
}

/** What the expression that names the lock, or its key, is made of, where it gets another value before the second section. */
function whatChoosesAnother(unit: Unit, { fn, acquire }: Section, span: Span): string | undefined {
  const named = [acquire.callee, ...acquire.args.filter(({ v }) => v !== 'fn')].map((value) => unit.slice(value.span));
  return everyOp(unit.fn(fn).body)
    .flatMap((op) => (op.op === 'assign' && op.how !== 'declare' && contains(span, op.span) ? [op.target] : []))
    .map((target) => unit.slice(target.span))
    .find((target) => named.some((text) => mentionsPath(text, target)));
}

/**
 * What may be otherwise once the lock is held in between too. Undefined where nothing is waited for there, all who take the lock are known,
 * and all of them wait for it as long as it takes: then every run is one of those that there were before, in which nobody came in between.
 */
function assumption(project: Linked, { source, span }: Region, sections: readonly Section[]): string | undefined {
  const [{ lock, ref, fn }] = sections as [Section];
  const { unit } = source;
  const waits = told(unit, waitsIn({ unit, fn, span }, sections));
  if (waits) return `others wait for \`${ref.name}\` while ${waits} is under way, which must not need it`;
  const open = openTo(project, lock);
  if (open) return `${open} may ask whether it is held`;
  const isTried = lock.queries.length > 0 || lock.sections.some((one) => !one.hold.waits || isBounded(project, one));
  return isTried
    ? `who asks whether \`${ref.name}\` is held, or gives up waiting for it, may now find it held`
    : undefined;
}
