import type { CallOp, Op, Value } from '../facts/format.js';
import { everyOp, everyValue, type Unit } from './unit.js';

/**
 * Whether the code that makes a call, or whoever it returns to, waits for the call's result: awaited where it stands,
 * through a chain of `then`, as a part of `Promise.all`, or by way of a variable.
 */
export function isWaitedFor(unit: Unit, op: CallOp, hops = 0): boolean {
  switch (op.result) {
    case 'await':
    case 'return':
      return true;
    case 'argument':
    case 'receiver': {
      const outer = hops > 4 ? undefined : enclosingCall(unit, op);
      return outer !== undefined && isWaitedFor(unit, outer, hops + 1);
    }
    case 'store':
    case 'value':
      return waitsOf(unit, op).length > 0;
    default:
      return false;
  }
}

/**
 * Whether the code that makes a call goes on only when its result is there: it is awaited or returned where it stands, or
 * by way of `then`, `catch` and `finally` with nothing but functions for arguments.
 */
export function isWaitedForAtOnce(unit: Unit, op: CallOp): boolean {
  if (op.result === 'await' || op.result === 'return') return true;
  const outer = op.result === 'receiver' ? enclosingCall(unit, op) : undefined;
  return (
    outer?.callee.v === 'member' &&
    /^(?:then|catch|finally)$/.test(outer.callee.name) &&
    outer.args.every(({ v }) => v === 'fn') &&
    isWaitedForAtOnce(unit, outer)
  );
}

/** The call that a call's result is an argument or the receiver of. */
function enclosingCall(unit: Unit, op: CallOp): CallOp | undefined {
  const { fn } = unit.call(op.id)!;
  for (const other of everyOp(unit.fn(fn).body)) {
    if (other.op !== 'call' || other === op || other.span[1] < op.span[1] || other.span[0] > op.span[0]) continue;
    if ([other.callee, ...other.args].some((value) => mentionsCall(value, op.id))) return other;
  }
  return undefined;
}

function mentionsCall(value: Value, call: number): boolean {
  for (const part of everyValue(value)) if (part.v === 'call' && part.id === call) return true;
  return false;
}

/** The operations that wait for a promise which was first stored in a variable: `const p = f(); …; await p`. */
export function waitsOf(unit: Unit, op: CallOp): Op[] {
  const { fn } = unit.call(op.id)!;
  const stored = new Set<number>();
  for (const other of everyOp(unit.fn(fn).body))
    if (other.op === 'assign' && other.target.v === 'bind' && mentionsCall(other.value, op.id))
      stored.add(other.target.id);
  const waits: Op[] = [];
  for (const other of everyOp(unit.fn(fn).body)) {
    const of = other.op === 'await' ? other.of : other.op === 'return' ? other.value : undefined;
    if (of && reaches(unit, of, (value) => (value.v === 'bind' && stored.has(value.id)) || mentionsCall(value, op.id)))
      waits.push(other);
  }
  return waits;
}

/** Whether a value, or what is handed to the calls that it is made of, holds a part that passes. */
function reaches(unit: Unit, value: Value, passes: (value: Value) => boolean, hops = 0): boolean {
  for (const part of everyValue(value)) {
    if (passes(part)) return true;
    if (part.v !== 'call' || hops > 3) continue;
    const op = unit.call(part.id)?.op;
    if (op && [op.callee, ...op.args].some((inner) => reaches(unit, inner, passes, hops + 1))) return true;
  }
  return false;
}

/** The call that a function written as its argument is handed to. */
export function callTaking(unit: Unit, fn: number): CallOp | undefined {
  const { parent } = unit.fn(fn);
  if (parent < 0) return undefined;
  for (const op of everyOp(unit.fn(parent).body)) {
    if (op.op === 'call' && [op.callee, ...op.args].some((argument) => argument.v === 'fn' && argument.id === fn))
      return op;
  }
  return undefined;
}
