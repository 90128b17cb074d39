import type { AssignOp, CallOp, TypeFact, Value } from '../facts/format.js';
import type { Place } from '../findings.js';
import { isMeantForOthers } from './callers.js';
import { everyOp, type Unit } from './unit.js';

/** The public method by which anybody has a function kept that is called later: `onChange(listener)`. */
export interface Registrar {
  readonly name: string;
  readonly place: Place;
}

/**
 * Through which method the function that a call runs was handed in, where it is one that a field of the object keeps for
 * others: `this.listeners.push(listener)` here, `for (const listener of this.listeners) await listener()` there.
 */
export function registrarOf(unit: Unit, fn: number, { callee }: CallOp): Registrar | undefined {
  const cls = unit.fn(fn).thisClass;
  const kept = cls === undefined ? undefined : keptFunction(unit, callee);
  if (cls === undefined || !kept) return undefined;
  for (const member of unit.classOf(cls).members) {
    if (member.function === undefined || member.static || !isMeantForOthers(member)) continue;
    if (keeps(unit, member.function, kept))
      return { name: member.name, place: { path: unit.path, span: member.nameSpan } };
  }
  return undefined;
}

/** A function in a field: the field itself, an entry of it, or a member of an entry. */
interface Kept {
  readonly field: string;
  /** The member of the entry; empty where the entry itself is the function. */
  readonly member: string;
}

const MAX_HOPS = 8;

function keptFunction(unit: Unit, callee: Value): Kept | undefined {
  const direct = fieldOf(unit, callee);
  if (callee.v !== 'member') return direct === undefined ? undefined : { field: direct, member: '' };
  // `this.onChange()` calls the field, `entry.callback()` a member of what it keeps.
  if (callee.of.v === 'this') return { field: callee.name, member: '' };
  return direct === undefined ? undefined : { field: direct, member: callee.name };
}

/** The field of `this` that a value comes out of, by way of entries, copies and the items of a loop. */
function fieldOf(unit: Unit, value: Value, hops = 0): string | undefined {
  if (hops > MAX_HOPS) return undefined;
  switch (value.v) {
    case 'member':
      return value.of.v === 'this' ? value.name : fieldOf(unit, value.of, hops + 1);
    case 'index':
    case 'await':
      return fieldOf(unit, value.of, hops + 1);
    case 'array':
      return firstField(unit, value.items, hops);
    case 'mix':
    case 'choice':
      return firstField(unit, value.of, hops);
    case 'call': {
      const op = unit.call(value.id)?.op;
      if (!op) return undefined;
      const receiver = op.callee.v === 'member' ? [op.callee.of] : [];
      return firstField(unit, [...receiver, ...op.args], hops);
    }
    case 'bind': {
      const { init, kind, owner } = unit.facts.bindings[value.id]!;
      if (init) return fieldOf(unit, init, hops + 1);
      // The parameter of a callback is an item of what the callback goes over.
      const taker = kind === 'param' ? unit.callTaking(owner)?.op.callee : undefined;
      return taker?.v === 'member' ? fieldOf(unit, taker.of, hops + 1) : undefined;
    }
    default:
      return undefined;
  }
}

function firstField(unit: Unit, values: readonly Value[], hops: number): string | undefined {
  for (const value of values) {
    const field = fieldOf(unit, value, hops + 1);
    if (field !== undefined) return field;
  }
  return undefined;
}

const STORES = /^(?:set|add|push|unshift|append)$/;

/** Whether a method stores a function that it is given where calls will find it. */
function keeps(unit: Unit, fn: number, { field, member }: Kept): boolean {
  return [...everyOp(unit.fn(fn).body)].some((op) => {
    const stored = op.op === 'call' ? storedBy(unit, op, field) : op.op === 'assign' ? assignedTo(op, field) : [];
    return stored.some((value) => isGivenFunction(unit, fn, value, member));
  });
}

function storedBy(unit: Unit, { callee, args }: CallOp, field: string): readonly Value[] {
  const isStore = callee.v === 'member' && STORES.test(callee.name) && fieldOf(unit, callee.of) === field;
  return isStore ? args : [];
}

function assignedTo({ target, value, how }: AssignOp, field: string): readonly Value[] {
  if (how === 'declare' || how === 'delete') return [];
  const holder = target.v === 'index' ? target.of : target;
  return holder.v === 'member' && holder.of.v === 'this' && holder.name === field ? [value] : [];
}

/** Whether a value is a function that a caller of `fn` has given, or an object that has one under a name. */
function isGivenFunction(unit: Unit, fn: number, value: Value, member: string): boolean {
  if (value.v === 'object')
    return value.props.some((part) => part.name === member && isGivenFunction(unit, fn, part.value, ''));
  if (value.v !== 'bind') return false;
  const { kind, owner, init, type, name } = unit.facts.bindings[value.id]!;
  if (kind === 'const' && init) return isGivenFunction(unit, fn, init, member);
  return member === '' && kind === 'param' && owner === fn && (isFunctionType(unit, type) || CALLED.test(name));
}

/** How a parameter is called that is a function, where its type is written elsewhere or not at all. */
const CALLED = /(?:^fn$|^cb$|callback|handler|listener|subscriber|observer|hook)$/i;

function isFunctionType(unit: Unit, type: TypeFact | undefined): boolean {
  if (type?.t === 'union') return type.of.some((part) => isFunctionType(unit, part));
  if (type?.t !== 'ref') return type?.t === 'function';
  const alias = unit.facts.aliases.find(({ binding }) => binding !== undefined && binding === type.bind);
  return alias?.type.t === 'function';
}
