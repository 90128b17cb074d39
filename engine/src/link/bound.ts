import type { CallOp, Op, Value } from '../facts/format.js';
import { writtenPath } from './callee.js';
import type { SuspensionStep } from './section.js';
import { everyOp, everyValue, type Unit } from './unit.js';
import { nested } from './summary.js';

/** Names of calls that wait for something to come to an end or to come about, whoever declares them. */
const AWAITS_PEER =
  /^[_#]*(?:join|exited|finished|closed|drained|settled|onceExit|waitForExit|waitForClose|waitForEnd|waitForReady|waitForMessage|waitForEvent|waitForParticipant|waitForConnection|waitFor[A-Z]\w*|waitUntil\w*|untilClosed|whenClosed|whenReady|until[A-Z]\w*|once)$/;

/** Words of an end that something else than the awaited thing brings: a timer, a signal, a race. */
const BOUND = /time[d]?[\s_-]?out|deadline|signal|abort|Promise\.race|cancel/i;

/**
 * Whether a wait is for a person, an event or a peer, and nothing in sight ends it: neither what it is given, nor what is
 * around it in its function.
 */
export function isUnbounded(unit: Unit, { op, fn, suspension }: SuspensionStep): boolean {
  if (op.op !== 'await' || !waitsForPeer(unit, op.of, suspension.kind)) return false;
  const { span } = unit.fn(fn);
  return !BOUND.test(unit.slice(op.span)) && !isBoundedIn(unit, fn) && !BOUND.test(signature(unit, span[0]));
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
