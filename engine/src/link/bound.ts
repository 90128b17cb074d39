import type { CallOp, Value } from '../facts/format.js';
import { ByUnit } from './by-unit.js';
import { callAt } from './call-at.js';
import { ownName, writtenPath } from './callee.js';
import type { Place } from '../findings.js';
import { BOUND, speaksOfEnd } from './end.js';
import type { Linked } from './linked.js';
import { countsPauses } from './poll.js';
import { isBareRequest } from './request.js';
import type { Section, SuspensionStep } from './section.js';
import { everyValue, type Unit } from './unit.js';
import { nested } from './nested.js';
import { calleeOf, waitsUnder } from './waits-under.js';

/** Names of calls that wait for something to come to an end or to come about, whoever declares them. */
const AWAITS_PEER =
  /^[_#]*(?:join|exited|finished|closed|drained|settled|onceExit|waitForExit|waitForClose|waitForEnd|waitForReady|waitForMessage|waitForEvent|waitForParticipant|waitForConnection|waitFor[A-Z]\w*|waitUntil\w*|untilClosed|whenClosed|whenReady|until[A-Z]\w*|once)$/;

/** Further away an event is as a rule an end of work that is under way, such as that of a stream. */
const MAX_CALLS = 2;

/**
 * Whether a wait is for a person, an event or a peer, and nothing in sight ends it: neither what it is given, nor what is
 * around it in its function, nor what the functions of the project do that lead to it. A wait that another section of the
 * lock makes as well is what the lock is there for; one that a called function makes in a branch alone may not be made.
 */
export function isUnbounded(project: Linked, section: Section, step: SuspensionStep): boolean {
  const { op, suspension } = step;
  const value = op.op === 'await' ? op.of : op.op === 'return' ? op.value : undefined;
  if (!value || suspension.inBranch || suspension.chain.length > MAX_CALLS) return false;
  if (!waitsForPeer(section.unit, value, suspension.kind)) return false;
  if (isSharedWait(section, value) || isOneAtATime(section, step)) return false;
  return isWithoutEnd(project, section, step);
}

/**
 * Whether a lock is there to let one wait for a person or an event after another, as one prompt is shown at a time: half of
 * its other sections or more make such a wait.
 */
export function isOneAtATime({ lock, trace }: Section, { suspension: { kind } }: SuspensionStep): boolean {
  if (kind !== 'user' && kind !== 'event') return false;
  const waits = waitsUnder(lock);
  const alike = waits.ofKind(kind, trace);
  return alike > 0 && 2 * alike >= waits.sections.besides(trace);
}

/**
 * Whether a wait is for an answer from the network that nothing in sight ends. A client may have a bound of its own, so
 * that only a request counts which stands there as a whole: `fetch(url)`.
 *
 * @param whoever Every request counts, whatever client makes it.
 */
export function isUnanswered(project: Linked, section: Section, step: SuspensionStep, whoever: boolean): boolean {
  const { kind } = step.suspension;
  return (
    kind === 'network' && (whoever || isBareRequest(project, step.suspension)) && isWithoutEnd(project, section, step)
  );
}

function isWithoutEnd(project: Linked, section: Section, { op, fn, suspension }: SuspensionStep): boolean {
  const { unit } = section;
  const [start] = unit.fn(fn).span;
  // The parameters of a decorated method are those of what the decorator runs.
  const owner = section.form === 'decorator' && fn === section.callback ? section.fn : fn;
  if (speaksOfEnd(unit, op.span) || isBoundedIn(unit, owner) || BOUND.test(signature(unit, start))) return false;
  return !suspension.chain.some((place) => isBoundedAt(project, place));
}

/** Whether the function that is called at a place speaks of an end, or gives up after a count. */
function isBoundedAt(project: Linked, place: Place): boolean {
  const found = callAt(project.program, place);
  const target = found && project.suspensions.called(found.unit, found.fn, found.op);
  if (!target) return false;
  let answer = bounding.get(target.unit, target.fn);
  if (answer === undefined) {
    answer = speaksOfEnd(target.unit, target.unit.fn(target.fn).span) || countsPauses(project, target);
    bounding.set(target.unit, target.fn, answer);
  }
  return answer;
}

/** Functions that end a wait by themselves, asked for at each of their calls. */
const bounding = new ByUnit<number, boolean>();

function isSharedWait(section: Section, value: Value | undefined): boolean {
  const callee = calleeOf(section.unit, value);
  return callee !== undefined && waitsUnder(section.lock).of(callee, section.trace) > 0;
}

function waitsForPeer(unit: Unit, value: Value | undefined, kind: SuspensionStep['suspension']['kind']): boolean {
  if (kind === 'user' || kind === 'event') return true;
  const call = value?.v === 'call' ? unit.call(value.id)?.op : undefined;
  const name = call && ownName(unit, call.callee);
  return (
    (kind === 'unknown' || kind === 'network') &&
    call !== undefined &&
    name !== undefined &&
    AWAITS_PEER.test(name) &&
    !joinsText(call)
  );
}

/** `parts.join(', ')` and `path.join(…)` wait for nobody. */
function joinsText({ callee, args }: CallOp): boolean {
  return callee.v === 'member' && callee.name === 'join' && args.length > 0;
}

/** The function makes a timer or an abort signal, or is given one. */
function isBoundedIn(unit: Unit, fn: number): boolean {
  let answer = bounded.get(unit, fn);
  if (answer === undefined) {
    answer =
      unit.fn(fn).params.some((param) => BOUND.test(unit.slice(param.span))) ||
      [fn, ...nested(unit, fn)].some((id) => unit.callsIn(id).some((op) => ends(unit, op)));
    bounded.set(unit, fn, answer);
  }
  return answer;
}

/** Asked at each wait of a function. */
const bounded = new ByUnit<number, boolean>();

function ends(unit: Unit, op: CallOp): boolean {
  const path = writtenPath(unit, op.callee);
  return (
    (path !== undefined &&
      /(^|\.)setTimeout$|^Promise\.race$|^AbortSignal\.|^AbortController$|[tT]imeout$/.test(path)) ||
    op.args.some((argument) =>
      [...everyValue(argument)].some((part) => part.v === 'bind' && BOUND.test(unit.facts.bindings[part.id]!.name)),
    )
  );
}

/** What stands before the body: parameters with their names and types. */
function signature(unit: Unit, start: number): string {
  return unit.text.slice(start, unit.text.indexOf('{', start));
}
