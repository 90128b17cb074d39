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

/**
 * Whether a wait is for a person, an event or a peer, and nothing in sight ends it: neither what it is given, nor what is
 * around it in its function, nor what the functions of the project do that lead to it. A wait that another section of the
 * lock makes as well is what the lock is there for.
 */
export function isUnbounded(project: Linked, section: Section, step: SuspensionStep): boolean {
  const { unit } = section;
  const { op, fn, suspension } = step;
  if (op.op !== 'await' || !waitsForPeer(unit, op.of, suspension.kind)) return false;
  const [start] = unit.fn(fn).span;
  if (BOUND.test(unit.slice(op.span)) || isBoundedIn(unit, fn) || BOUND.test(signature(unit, start))) return false;
  return !suspension.chain.some((place) => isBoundedAt(project, place)) && !isSharedWait(section, op.of);
}

/** Whether the function that is called at a place speaks of an end. */
function isBoundedAt(project: Linked, { path, span }: Place): boolean {
  const unit = project.program.unit(path);
  if (!unit) return false;
  const fn = functionAt(unit, span);
  const op = [...everyOp(unit.fn(fn).body)].find(
    (one) => one.op === 'call' && one.span[0] === span[0] && one.span[1] === span[1],
  );
  const target = op?.op === 'call' ? project.suspensions.called(unit, fn, op) : undefined;
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
  const name = call && lastName(call);
  return kind === 'unknown' && call !== undefined && name !== undefined && AWAITS_PEER.test(name) && !joinsText(call);
}

/** `parts.join(', ')` and `path.join(…)` wait for nobody. */
function joinsText({ callee, args }: CallOp): boolean {
  return callee.v === 'member' && callee.name === 'join' && args.length > 0;
}

function lastName({ callee }: CallOp): string | undefined {
  return callee.v === 'member' ? callee.name : callee.v === 'global' ? callee.name : undefined;
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
