import type { AssignOp, CallOp, ClassFact, MemberFact, Op, TypeFact, Value } from '../facts/format.js';
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
  const store = storesIn(unit, cls)
    .get(kept.field)
    ?.find(({ value, fn: method }) => isGivenFunction(unit, method, value, kept.member));
  return store && { name: store.member.name, place: { path: unit.path, span: store.member.nameSpan } };
}

/** What a public method puts into a field. */
interface Store {
  readonly member: MemberFact;
  readonly fn: number;
  readonly value: Value;
}

const stores = new WeakMap<ClassFact, ReadonlyMap<string, readonly Store[]>>();

/** What the public methods of a class put into its fields, by field, in source order. */
function storesIn(unit: Unit, cls: number): ReadonlyMap<string, readonly Store[]> {
  const fact = unit.classOf(cls);
  const known = stores.get(fact);
  if (known) return known;
  const found = new Map<string, Store[]>();
  for (const member of fact.members) {
    const { function: fn } = member;
    if (fn === undefined || member.static || !isMeantForOthers(member)) continue;
    for (const op of everyOp(unit.fn(fn).body)) {
      const { field, values } = storedBy(unit, op);
      if (field === undefined) continue;
      const list = found.get(field) ?? [];
      for (const value of values) list.push({ member, fn, value });
      found.set(field, list);
    }
  }
  stores.set(fact, found);
  return found;
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

/** The field that an operation stores something in where calls will find it, and what it stores. */
function storedBy(unit: Unit, op: Op): { readonly field?: string | undefined; readonly values: readonly Value[] } {
  if (op.op === 'call') {
    const { callee, args } = op;
    const isStore = callee.v === 'member' && STORES.test(callee.name);
    return { field: isStore ? fieldOf(unit, callee.of) : undefined, values: args };
  }
  return op.op === 'assign' ? assignedBy(op) : { values: [] };
}

function assignedBy({ target, value, how }: AssignOp): { readonly field?: string; readonly values: readonly Value[] } {
  const holder = target.v === 'index' ? target.of : target;
  const isField = holder.v === 'member' && holder.of.v === 'this' && how !== 'declare' && how !== 'delete';
  return isField ? { field: holder.name, values: [value] } : { values: [] };
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
