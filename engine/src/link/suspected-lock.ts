import type { CallOp, Value } from '../facts/format.js';
import type { Span } from '../findings.js';
import { namesLock } from '../models/words.js';
import { lockAction } from './action.js';
import { ByUnit } from './by-unit.js';
import { contains, functionsAround } from './enclosing.js';
import { returnValues } from './entity.js';
import type { Linked } from './linked.js';
import type { Target } from './called-function.js';
import type { Unit } from './unit.js';

/** Wrappers around wrappers that are looked through. */
const MAX_DEPTH = 4;

/**
 * Whether a lock of which nothing but a name is known may be held where something is done: `deps.lock.runExclusive(…)` around it, or
 * `await gate.acquire()` before it. To say that no lock is there would be a guess, and a type checker that knows the lock would take it back.
 */
export function isUnderSuspectedLock(project: Linked, unit: Unit, root: number, place: Span): boolean {
  const isInside = (fn: number) => contains(unit.fn(root).span, unit.fn(fn).span);
  for (const fn of functionsAround(unit, place)) {
    const taker = unit.callTaking(fn);
    if (taker && isInside(taker.fn) && isSuspected(project, unit, taker.fn, taker.op, callsOf)) return true;
    if (isInside(fn) && suspectedFrom(project, unit, fn) <= place[0]) return true;
  }
  return false;
}

const from = new ByUnit<number, number>();

/** From where on a function may have such a lock, which it has awaited: the offset at which the first such call ends. */
function suspectedFrom(project: Linked, unit: Unit, fn: number): number {
  let offset = from.get(unit, fn);
  if (offset === undefined) {
    const awaited = unit.callsIn(fn).filter(({ result }) => result === 'await');
    const suspected = awaited.filter((op) => isSuspected(project, unit, fn, op, returnedCalls));
    offset = suspected.reduce((first, { span }) => Math.min(first, span[1]), Infinity);
    from.set(unit, fn, offset);
  }
  return offset;
}

/** Whether a function may take a lock of which nothing but a name is known: then its runs may come one after the other. */
export function takesSuspectedLock(project: Linked, unit: Unit, fn: number): boolean {
  return unit.callsIn(fn).some((op) => isSuspected(project, unit, fn, op, callsOf));
}

/** The calls of a function by which one that it is given may come under a lock. */
const callsOf = ({ unit, fn }: Target): readonly CallOp[] => unit.callsIn(fn);

/** The calls by which a function may leave its caller with a lock: what it takes and gives back itself is over when it returns. */
const returnedCalls = ({ unit, fn }: Target): readonly CallOp[] =>
  returnValues(unit, fn).flatMap((value) => {
    const given = value.v === 'await' ? value.of : value;
    return given.v === 'call' ? (unit.call(given.id)?.op ?? []) : [];
  });

function isSuspected(
  project: Linked,
  unit: Unit,
  fn: number,
  op: CallOp,
  within: (target: Target) => readonly CallOp[],
  depth = MAX_DEPTH,
): boolean {
  // To make a lock takes none.
  if (op.isNew || lockAction(project.entities, unit, fn, op) !== undefined) return false;
  // A function of the project is what its body says, whatever it is called.
  const target = project.summaries.target(unit, fn, op);
  if (!target) return readsAsLock(project, unit, op.callee);
  const inner = depth > 0 ? within(target) : [];
  return inner.some((call) => isSuspected(project, target.unit, target.fn, call, within, depth - 1));
}

/** `gate.acquire`, `deps.lock.run`, `withLock`; not `gate.release`. */
function readsAsLock({ entities }: Linked, unit: Unit, callee: Value): boolean {
  const name = nameOf(unit, callee);
  if (/release|unlock|is_?locked/i.test(name)) return false;
  if (namesLock(name)) return true;
  return callee.v === 'member' && entities.lockVerbs.has(callee.name) && namesLock(nameOf(unit, callee.of));
}

function nameOf(unit: Unit, value: Value): string {
  if (value.v === 'member' || value.v === 'global') return value.name;
  return value.v === 'bind' ? unit.facts.bindings[value.id]!.name : '';
}
