import type { TypeFact, Value } from '../facts/format.js';
import { initialData } from './cell.js';
import { calleeNames, neverThrows } from './callee.js';
import type { Linked } from './linked.js';
import { isFunctionCall, type Section } from './section.js';
import { everyOp, type Unit } from './unit.js';

const MAX_DEPTH = 4;

/** Whether the code between grant and release is one segment: nothing in it suspends, as far as every callee is known. */
export function neverSuspends(project: Linked, section: Section): boolean {
  if (section.wrapper || section.suspensions.length > 0) return false;
  if (!isFunctionCall(section)) return section.form === 'manual' || section.form === 'using';
  if (section.callback === undefined) return false;
  const { unit, callback } = section;
  return !unit.fn(callback).generator && returnsSettled(project, unit, callback, 0);
}

/** Whether what a function returns is certainly no promise that takes time. */
export function returnsSettled(project: Linked, unit: Unit, fn: number, depth = 0): boolean {
  for (const op of everyOp(unit.fn(fn).body)) {
    if (op.op === 'return' && op.value && !isSettled(project, unit, fn, op.value, depth)) return false;
  }
  return true;
}

/** Whether a value is certainly no promise that takes time. */
function isSettled(project: Linked, unit: Unit, fn: number, value: Value, depth = 0): boolean {
  if (depth > MAX_DEPTH) return false;
  switch (value.v) {
    case 'call':
      return callIsSettled(project, unit, value.id, depth);
    case 'choice':
      return value.of.every((part) => isSettled(project, unit, fn, part, depth + 1));
    case 'bind': {
      const binding = unit.facts.bindings[value.id]!;
      if (binding.type) return !mayBePromise(binding.type);
      return !binding.init || binding.writes > 0 || isSettled(project, unit, binding.owner, binding.init, depth + 1);
    }
    case 'member': {
      const type = fieldType(project, unit, fn, value);
      return type === undefined ? !/promise|pending|inflight/i.test(value.name) : !mayBePromise(type);
    }
    default:
      return true;
  }
}

function callIsSettled(project: Linked, unit: Unit, callId: number, depth: number): boolean {
  const found = unit.call(callId);
  if (!found) return false;
  const { op, fn } = found;
  if (op.isNew) return !calleeNames(project.entities, unit, fn, op).includes('Promise');
  const target = project.summaries.target(unit, fn, op);
  if (target) {
    const fact = target.unit.fn(target.fn);
    if (fact.returns && !mayBePromise(fact.returns)) return !fact.async;
    return !fact.async && !fact.generator && returnsSettled(project, target.unit, target.fn, depth + 1);
  }
  if (neverThrows(project.entities, unit, fn, op)) return true;
  if (op.callee.v !== 'member') return SYNCHRONOUS.test(unit.slice(op.callee.span));
  return isPlainContainer(project, unit, fn, op.callee.of) || CONTAINER_METHODS.test(op.callee.name);
}

const SYNCHRONOUS = /^(?:Object|Array|JSON|Math|Number|String|Boolean|Date|Symbol|BigInt|structuredClone)\b/;
/** Methods that only arrays, strings and iterators have. */
const CONTAINER_METHODS =
  /^(?:slice|splice|map|filter|some|every|join|concat|at|flat|flatMap|reverse|toSorted|indexOf|includes|startsWith|endsWith|toFixed|toString|split|padStart|padEnd|trim|keys|entries|charAt|replace|toLowerCase|toUpperCase)$/;

/** Whether a value is a `Map`, a `Set` or an array, by its type or by how it is made. */
export function isPlainContainer(project: Linked, unit: Unit, fn: number, value: Value): boolean {
  const type = value.v === 'bind' ? unit.facts.bindings[value.id]!.type : fieldType(project, unit, fn, value);
  if (type && containerType(type)) return true;
  const made =
    initialData(project.entities, unit, value) ??
    (value.v === 'bind' ? unit.facts.bindings[value.id]!.init : fieldInit(project, unit, fn, value));
  if (made?.v === 'array') return true;
  const op = made?.v === 'call' ? unit.call(made.id)?.op : undefined;
  return op?.isNew === true && op.callee.v === 'global' && /^(?:Weak)?(?:Map|Set)$|^Array$/.test(op.callee.name);
}

function containerType(type: TypeFact): boolean {
  if (type.t === 'array') return true;
  return type.t === 'ref' && /^(?:Readonly)?(?:Map|Set|Array|WeakMap|WeakSet)$/.test(type.name);
}

function fieldType(project: Linked, unit: Unit, fn: number, value: Value): TypeFact | undefined {
  return field(project, unit, fn, value)?.type;
}

function fieldInit(project: Linked, unit: Unit, fn: number, value: Value): Value | undefined {
  return field(project, unit, fn, value)?.init;
}

function field(project: Linked, unit: Unit, fn: number, value: Value) {
  if (value.v !== 'member') return undefined;
  const holder = project.entities.of(unit, fn, value.of);
  if (holder?.k !== 'instance' && holder?.k !== 'class') return undefined;
  return project.entities.findMember(holder.unit, holder.cls, value.name)?.member;
}

/** Whether a type may stand for a promise: a type parameter may, a primitive may not. */
function mayBePromise(type: TypeFact): boolean {
  switch (type.t) {
    case 'prim':
      return type.name === 'any' || type.name === 'unknown';
    case 'union':
      return type.of.some(mayBePromise);
    case 'ref':
      return /^(?:Promise|PromiseLike|Awaitable|MaybePromise|[A-Z])$/.test(type.name);
    default:
      return false;
  }
}
