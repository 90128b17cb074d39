import type { LoopOp, Op, Value } from '../../facts/format.js';
import type { Span } from '../../findings.js';
import { contains } from '../enclosing.js';
import { everyOp, everyValue, type Unit } from '../unit.js';

/** Where others may run between the first and the last of some places of a function; none where it sees the state of one moment. */
export function partings(unit: Unit, fn: number, places: readonly Span[]): readonly Span[] {
  const first = Math.min(...places.map(([start]) => start));
  const last = Math.max(...places.map(([, end]) => end));
  return [...everyOp(unit.fn(fn).body)].flatMap((op) => {
    if (op.op === 'await') return first < op.span[0] && op.span[1] < last ? [op.span] : [];
    return op.op === 'loop' ? awaitsAround(unit, op, places) : [];
  });
}

/** What a loop waits for in each round, where it looks at the state again after that. */
function awaitsAround(unit: Unit, loop: LoopOp, places: readonly Span[]): Span[] {
  const looks = places.some((place) => contains(loop.span, place) && isLookedAtAgain(unit, loop, place));
  return looks ? [...everyOp(loop.body)].flatMap((op) => (op.op === 'await' ? [op.span] : [])) : [];
}

/** Where a loop over a collection itself, and not over a copy of it, suspends in each round; none if no place is the head of such a loop. */
export function roundsOver(unit: Unit, fn: number, place: Span): readonly Span[] {
  return [...everyOp(unit.fn(fn).body)].flatMap((op) => {
    const subject = op.op === 'loop' ? subjectOf(op.body) : undefined;
    return op.op === 'loop' && subject && contains(subject.span, place) ? awaitsAround(unit, op, [place]) : [];
  });
}

/** A collection that is gone through is looked at in each round, a copy of it is not. */
function isLookedAtAgain(unit: Unit, { body }: LoopOp, place: Span): boolean {
  const subject = subjectOf(body);
  return !subject || !contains(subject.span, place) || isLive(unit, subject);
}

/** What a `for (… of …)` goes through. */
function subjectOf(body: readonly Op[]): Value | undefined {
  for (const op of body) {
    if (op.op !== 'assign') continue;
    for (const value of everyValue(op.value)) if (value.v === 'mix' && value.op === 'item') return value.of[0];
  }
  return undefined;
}

function isLive(unit: Unit, subject: Value): boolean {
  if (subject.v !== 'call') return subject.v === 'member' || subject.v === 'bind' || subject.v === 'index';
  const callee = unit.call(subject.id)?.op.callee;
  return callee?.v === 'member' && /^(values|entries|keys)$/.test(callee.name) && isLive(unit, callee.of);
}
