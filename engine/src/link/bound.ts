import type { CallOp, Op, Value } from '../facts/format.js';
import { writtenPath } from './callee.js';
import type { Place } from '../findings.js';
import { functionAt } from './enclosing.js';
import type { Linked } from './linked.js';
import type { Section, SuspensionStep } from './section.js';
import { everyOp, everyValue, type Unit } from './unit.js';
import { nested } from './summary.js';

/** Names of calls that wait for something to come to an end or to come about, whoever declares them. */
const AWAITS_PEER =
  /^[_#]*(?:join|exited|finished|closed|drained|settled|onceExit|waitForExit|waitForClose|waitForEnd|waitForReady|waitForMessage|waitForEvent|waitForParticipant|waitForConnection|waitFor[A-Z]\w*|waitUntil\w*|untilClosed|whenClosed|whenReady|until[A-Z]\w*|once)$/;

/** Words of an end that something else than the awaited thing brings: a timer, a signal, a race. */
const BOUND = /time[d]?[\s_-]?out|deadline|signal|abort|Promise\.race|cancel/i;

/** Further away an event is as a rule an end of work that is under way, such as that of a stream. */
const MAX_CALLS = 2;

/**
 * Whether a wait is for a person, an event or a peer, and nothing in sight ends it: neither what it is given, nor what is
 * around it in its function, nor what the functions of the project do that lead to it. A wait that another section of the
 * lock makes as well is what the lock is there for; one that a called function makes in a branch alone may not be made.
 */
export function isUnbounded(project: Linked, section: Section, step: SuspensionStep): boolean {
  const { op, suspension } = step;
  if (op.op !== 'await' || suspension.inBranch || suspension.chain.length > MAX_CALLS) return false;
  if (!waitsForPeer(section.unit, op.of, suspension.kind) || isSharedWait(section, op.of)) return false;
  return isWithoutEnd(project, section, step);
}

/**
 * Whether a wait is for an answer from the network that nothing in sight ends. A client may have a bound of its own, so
 * that only a request counts which stands there as a whole: `fetch(url)`.
 *
 * @param whoever Every request counts, whatever client makes it.
 */
export function isUnanswered(project: Linked, section: Section, step: SuspensionStep, whoever: boolean): boolean {
  const { kind, last } = step.suspension;
  return kind === 'network' && (whoever || isBareRequest(project, last)) && isWithoutEnd(project, section, step);
}

function isWithoutEnd(project: Linked, section: Section, { op, fn, suspension }: SuspensionStep): boolean {
  const { unit } = section;
  const [start] = unit.fn(fn).span;
  if (BOUND.test(unit.slice(op.span)) || isBoundedIn(unit, fn) || BOUND.test(signature(unit, start))) return false;
  return !suspension.chain.some((place) => isBoundedAt(project, place));
}

/** `fetch(url)`, `axios.get(url, { headers })`: a request that says all there is to say of it, and no end to the wait. */
function isBareRequest(project: Linked, place: Place | undefined): boolean {
  const unit = place && project.program.unit(place.path);
  if (!unit) return false;
  const fn = functionAt(unit, place.span);
  const call = callAt(unit, fn, place);
  if (!call || project.suspensions.waitKindOf(unit, fn, call) !== 'network') return false;
  const [address, ...given] = call.args;
  const rest = SENDS.test(unit.slice(call.callee.span)) ? given.slice(1) : given;
  return (
    address !== undefined &&
    !/req/i.test(unit.slice(address.span)) &&
    rest.every((option) => option.v === 'object' && option.props.every(({ name }) => name !== undefined)) &&
    !BOUND.test(unit.slice(unit.fn(fn).span))
  );
}

/** `axios.post(url, data, options)`. */
const SENDS = /\.(?:post|put|patch)$/;

function callAt(unit: Unit, fn: number, { span }: Place): CallOp | undefined {
  const found = [...everyOp(unit.fn(fn).body)].find(
    (op) => op.op === 'call' && op.span[0] === span[0] && op.span[1] === span[1],
  );
  return found?.op === 'call' ? found : undefined;
}

/** Whether the function that is called at a place speaks of an end. */
function isBoundedAt(project: Linked, { path, span }: Place): boolean {
  const unit = project.program.unit(path);
  if (!unit) return false;
  const fn = functionAt(unit, span);
  const op = callAt(unit, fn, { path, span });
  const target = op && project.suspensions.called(unit, fn, op);
  return target !== undefined && BOUND.test(target.unit.slice(target.unit.fn(target.fn).span));
}

function isSharedWait(section: Section, value: Value | undefined): boolean {
  const callee = calleeOf(section.unit, value);
  return (
    callee !== undefined &&
    section.lock.sections.some(
      (other) =>
        other.trace !== section.trace &&
        other.suspensions.some(({ op }) => op.op === 'await' && calleeOf(other.unit, op.of) === callee),
    )
  );
}

function calleeOf(unit: Unit, value: Value | undefined): string | undefined {
  const call = value?.v === 'call' ? unit.call(value.id)?.op : undefined;
  return call && writtenPath(unit, call.callee);
}

function waitsForPeer(unit: Unit, value: Value | undefined, kind: SuspensionStep['suspension']['kind']): boolean {
  if (kind === 'user' || kind === 'event') return true;
  const call = value?.v === 'call' ? unit.call(value.id)?.op : undefined;
  const name = call && lastName(unit, call);
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

function lastName(unit: Unit, { callee }: CallOp): string | undefined {
  if (callee.v === 'bind') return unit.facts.bindings[callee.id]!.name;
  return callee.v === 'member' || callee.v === 'global' ? callee.name : undefined;
}

/** The function makes a timer or an abort signal, or is given one. */
function isBoundedIn(unit: Unit, fn: number): boolean {
  const params = unit.fn(fn).params.some((param) => BOUND.test(unit.slice(param.span)));
  return params || [fn, ...nested(unit, fn)].some((id) => [...everyOp(unit.fn(id).body)].some((op) => ends(unit, op)));
}

function ends(unit: Unit, op: Op): boolean {
  if (op.op !== 'call') return false;
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
