import type { CallOp, FileFacts, FunctionFact, Op, Value } from '../facts/format.js';
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
  return usesIn(unit, fn)
    .calls.get(op.id)
    ?.find((other) => other !== op && other.span[1] >= op.span[1] && other.span[0] <= op.span[0]);
}

/** The operations that wait for a promise which was first stored in a variable: `const p = f(); …; await p`. */
export function waitsOf(unit: Unit, op: CallOp): readonly Op[] {
  const { fn } = unit.call(op.id)!;
  const { stores, waits } = usesIn(unit, fn);
  const names = [`c${op.id}`, ...(stores.get(op.id) ?? []).map((binding) => `b${binding}`)];
  const found = new Set(names.flatMap((name) => waits.get(name) ?? []));
  return names.length === 1 ? [...found] : everyOp(unit.fn(fn).body).filter((other) => found.has(other));
}

/** What becomes of calls in one function, by the id of the call. */
interface Uses {
  /** The calls that have it in their callee or among their arguments, in source order. */
  readonly calls: ReadonlyMap<number, readonly CallOp[]>;
  /** The variables that are given a value which holds it. */
  readonly stores: ReadonlyMap<number, readonly number[]>;
  /** By call (`c1`) and variable (`b1`): the operations that wait for a value which holds it. */
  readonly waits: ReadonlyMap<string, readonly Op[]>;
}

const uses = new WeakMap<FunctionFact, Uses>();

/** Put together once for a function: it is asked for each of its calls. */
function usesIn(unit: Unit, fn: number): Uses {
  const fact = unit.fn(fn);
  let known = uses.get(fact);
  if (!known) uses.set(fact, (known = usesOf(unit, fact)));
  return known;
}

function usesOf(unit: Unit, { body }: FunctionFact): Uses {
  const calls = new Map<number, CallOp[]>();
  const stores = new Map<number, number[]>();
  const waits = new Map<string, Op[]>();
  for (const op of everyOp(body)) {
    if (op.op === 'call') for (const id of callsIn([op.callee, ...op.args])) append(calls, id, op);
    if (op.op === 'assign' && op.target.v === 'bind')
      for (const id of callsIn([op.value])) append(stores, id, op.target.id);
    const of = op.op === 'await' ? op.of : op.op === 'return' ? op.value : undefined;
    if (of) for (const name of new Set(partsOf(unit, of))) append(waits, name, op);
  }
  return { calls, stores, waits };
}

function append<Key, One>(lists: Map<Key, One[]>, key: Key, one: One): void {
  const list = lists.get(key);
  if (list) list.push(one);
  else lists.set(key, [one]);
}

/** The calls that values are made of, each once. */
function callsIn(values: readonly Value[]): ReadonlySet<number> {
  return new Set(values.flatMap((value) => everyValue(value).flatMap((part) => (part.v === 'call' ? [part.id] : []))));
}

/** The variables and calls that a value holds, or what is handed to the calls that it is made of. */
function* partsOf(unit: Unit, value: Value, hops = 0): Generator<string> {
  for (const part of everyValue(value)) {
    if (part.v === 'bind') yield `b${part.id}`;
    if (part.v !== 'call') continue;
    yield `c${part.id}`;
    const op = hops > 3 ? undefined : unit.call(part.id)?.op;
    if (op) for (const inner of [op.callee, ...op.args]) yield* partsOf(unit, inner, hops + 1);
  }
}

const takers = new WeakMap<FileFacts, ReadonlyMap<number, CallOp>>();

/** The call that a function written as its argument is handed to. */
export function callTaking({ facts }: Unit, fn: number): CallOp | undefined {
  let known = takers.get(facts);
  if (!known) {
    const found = new Map<number, CallOp>();
    for (const [parent, { body }] of facts.functions.entries())
      for (const op of everyOp(body)) {
        if (op.op !== 'call') continue;
        for (const { id } of [op.callee, ...op.args].filter((value) => value.v === 'fn'))
          if (facts.functions[id]!.parent === parent && !found.has(id)) found.set(id, op);
      }
    takers.set(facts, (known = found));
  }
  return known.get(fn);
}
