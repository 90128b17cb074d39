import type { CallOp, Value } from '../facts/format.js';
import type { Place, Span } from '../findings.js';
import type { LockModel, Side } from '../models/model.js';
import { ByUnit } from './by-unit.js';
import { isGlobalObject, returnValues, type Entities, type Entity } from './entity.js';
import { isOfInstance, keptByMaker, madeBy, stepsOf } from './maker/instance.js';
import { everyOp, type Unit } from './unit.js';

/** Which lock an operation means, as seen from one function. */
export interface LockRef {
  /** The identity of the declaration, such as `src/room.ts#Room.mutex`. */
  readonly id: string;
  /** The object that holds it: `this`, a path as written, or empty for a variable. Two instances of a class have two locks. */
  readonly receiver: string;
  /** What chooses one lock among those of a keyed one. */
  readonly key?: LockKey;
  /** The parameter of the function that the lock came in by, with the members read from it. */
  readonly param?: { readonly binding: number; readonly names: readonly string[] };
  readonly model: LockModel;
  readonly side?: Side;
  /** As a reader of the function would call it: `this.mutex`. */
  readonly name: string;
  readonly owner: 'field' | 'variable' | 'param' | 'library';
  readonly declaration?: Place;
  /** The lock is a member of what is declared there, which has other members too. */
  readonly part?: true;
  /** The object whose method this is: its callers call it otherwise. */
  readonly itself?: true;
  /** The same lock as the function calls it that keeps it for the object which it returns; the rest of this reference tells of that object. */
  readonly own?: LockRef;
  /** The call that makes the lock. */
  readonly made?: { readonly unit: Unit; readonly op: CallOp };
}

export interface LockKey {
  /** Equal texts mean the same key only when they are literals or read the same unchanged variables. */
  readonly text: string;
  readonly literal: boolean;
  /** The parameter that the key is, to be replaced at each call. */
  readonly param?: number;
  /** It is made of fields of `this` alone: the same key in all methods of the object. */
  readonly own?: true;
}

/** An access path with its root told apart. */
export interface AccessPath {
  readonly id: string;
  readonly receiver: string;
  readonly name: string;
  readonly owner: LockRef['owner'];
  readonly declaration?: Place;
  readonly part?: true;
  readonly param?: { readonly binding: number; readonly names: readonly string[] };
  readonly key?: LockKey;
}

/** The access path of a value, constants that only rename another path seen through; undefined for a computed value. */
export function accessPath(entities: Entities, unit: Unit, fn: number, value: Value, hops = 0): AccessPath | undefined {
  if (hops > 8) return undefined;
  switch (value.v) {
    case 'bind':
      return bindingPath(entities, unit, value.id, hops);
    case 'this':
      return { id: `${unit.path}#this`, receiver: '', name: 'this', owner: 'variable' };
    case 'global':
      return { id: `#${value.name}`, receiver: '', name: value.name, owner: 'library' };
    case 'await':
      return accessPath(entities, unit, fn, value.of, hops + 1);
    case 'member':
      return memberPath(entities, unit, fn, value, hops);
    case 'index': {
      const of = accessPath(entities, unit, fn, value.of, hops + 1);
      return of && { ...of, id: `${of.id}[]`, name: `${of.name}[…]`, key: keyOf(unit, value.key) };
    }
    case 'call':
      return callPath(entities, unit, value.id, hops);
    case 'choice': {
      // `cached ?? create()`: any of the parts that has a path names the lock.
      for (const part of value.op === '?:' ? value.of.slice(1) : value.of) {
        const path = accessPath(entities, unit, fn, part, hops + 1);
        // What one object or another has made is of neither for certain.
        if (path && !isOfInstance(path.id)) return path;
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

function bindingPath(entities: Entities, unit: Unit, id: number, hops: number): AccessPath | undefined {
  const binding = unit.facts.bindings[id]!;
  if (binding.kind === 'import') return importedPath(entities, unit, id) ?? plainBinding(unit, id);
  const another =
    binding.kind === 'const' && binding.writes === 0 ? binding.init : (entryOrNew(unit, id) ?? givenOnce(unit, id));
  if (another && isReference(another) && !isFresh(entities, unit, another))
    return accessPath(entities, unit, binding.owner, another, hops + 1) ?? plainBinding(unit, id);
  return plainBinding(unit, id);
}

/** `let lock = locks.get(key); if (!lock) { lock = new Mutex(); locks.set(key, lock); }`: the entry, which is made where it is not there. */
function entryOrNew(unit: Unit, id: number): Value | undefined {
  const { kind, init, writes, owner } = unit.facts.bindings[id]!;
  if (kind !== 'let' || !init || writes === 0) return undefined;
  const first = init.v === 'choice' ? init.of[0]! : init;
  const call = first.v === 'call' ? unit.call(first.id)?.op : undefined;
  if (first.v !== 'index' && !(call?.callee.v === 'member' && call.callee.name === 'get')) return undefined;
  const others = [...everyOp(unit.fn(owner).body)].filter(
    (op) => op.op === 'assign' && op.how === 'set' && op.target.v === 'bind' && op.target.id === id,
  );
  const made = others.every((op) => op.op === 'assign' && op.value.v === 'call' && isMade(unit, op.value.id));
  return made && others.length === writes ? init : undefined;
}

/** `let lock; if (isKeyed) lock = locks.get(key);`: where it is anything, it is that. */
function givenOnce(unit: Unit, id: number): Value | undefined {
  const { kind, init, writes, owner } = unit.facts.bindings[id]!;
  const [only] = kind === 'let' && !init && writes === 1 ? unit.variableWrites(id) : [];
  return only?.how === 'set' && everyOp(unit.fn(owner).body).includes(only) ? only.value : undefined;
}

function isMade(unit: Unit, call: number): boolean {
  const op = unit.call(call)?.op;
  return op !== undefined && (op.isNew || op.callee.v === 'bind');
}

/** What is made for the variable, which then names it. */
function isFresh(entities: Entities, unit: Unit, init: Value): boolean {
  return isFreshLock(entities, unit, init) || isGivenOrNew(entities, unit, init) || isNewObject(entities, unit, init);
}

/** A maker's result: each call makes an object of its own. */
function isNewObject(entities: Entities, unit: Unit, init: Value): boolean {
  const made = init.v === 'await' ? init.of : init;
  return made.v === 'call' && madeBy(entities, unit, 0, made) !== undefined;
}

/** `options.cache ?? new Map()`: where nothing was given it is nobody else's. Of a lock, who gave it may know it. */
function isGivenOrNew(entities: Entities, unit: Unit, init: Value): boolean {
  if (init.v !== 'choice' || init.op === '?:' || init.op === '&&') return false;
  const [given] = init.of;
  const made = init.of.at(-1)!;
  const isGiven = given?.v === 'member' && given.of.v === 'bind' && unit.facts.bindings[given.of.id]!.kind === 'param';
  const isNew =
    made.v === 'object' || made.v === 'array' || (made.v === 'call' && unit.call(made.id)?.op.isNew === true);
  return isGiven && isNew && !isLockOrLocks(entities.of(unit, 0, init));
}

function isLockOrLocks(entity: Entity | undefined): boolean {
  return entity?.k === 'lock' || entity?.k === 'locks' || entity?.k === 'instance';
}

/** `pLimit(1)`, or a function that returns a new lock: each call makes one of its own, which the variable then names. */
function isFreshLock(entities: Entities, unit: Unit, init: Value): boolean {
  if (init.v !== 'call') return false;
  const lock = entities.result(unit, init.id);
  if (lock?.k !== 'lock') return false;
  // `withTimeout(new Mutex(), 5000)`: the face is another one at each call.
  if (!lock.made) return lock.model.made === 'wrapper';
  const { op } = lock.made;
  if (lock.made.unit === unit && op.id === init.id) return true;
  const found = unit.call(init.id);
  const maker = found && entities.of(unit, found.fn, found.op.callee);
  return (
    maker?.k === 'function' &&
    returnValues(maker.unit, maker.fn).some((value) => value.v === 'call' && value.id === op.id)
  );
}

function isReference(value: Value): boolean {
  if (value.v === 'call' || value.v === 'choice') return true;
  let root: Value = value;
  while (root.v === 'member' || root.v === 'index' || root.v === 'await') root = root.of;
  return root.v === 'this' || root.v === 'bind' || root.v === 'call' || root.v === 'global';
}

function plainBinding(unit: Unit, id: number): AccessPath {
  const binding = unit.facts.bindings[id]!;
  const path: AccessPath = {
    id: `${unit.path}#${binding.name}@${id}`,
    receiver: '',
    name: binding.name,
    owner: binding.kind === 'param' ? 'param' : 'variable',
    declaration: { path: unit.path, span: binding.span },
  };
  return binding.kind === 'param' ? { ...path, param: { binding: id, names: [] } } : path;
}

/** A variable that another file exports is one variable, whatever it is called here. */
function importedPath(entities: Entities, unit: Unit, id: number): AccessPath | undefined {
  const origin = entities.origin(unit, id);
  if (!origin) return undefined;
  return { ...plainBinding(origin.unit, origin.binding), name: unit.facts.bindings[id]!.name };
}

function memberPath(
  entities: Entities,
  unit: Unit,
  fn: number,
  value: Extract<Value, { v: 'member' }>,
  hops: number,
): AccessPath | undefined {
  if (value.of.v === 'global' && isGlobalObject(value.of.name))
    return accessPath(entities, unit, fn, { v: 'global', name: value.name, span: value.span }, hops + 1);
  const holder = entities.of(unit, fn, value.of);
  const kept = holder?.k === 'object' ? keptByMaker(entities, unit, fn, value, holder, hops) : undefined;
  if (kept) return kept;
  const of = accessPath(entities, unit, fn, value.of, hops + 1);
  if (holder?.k === 'namespace') {
    const origin = entities.exportOrigin(holder.unit, value.name);
    if (origin) return { ...plainBinding(origin.unit, origin.binding), name: value.name };
  }
  if (holder?.k === 'instance' || holder?.k === 'class') {
    const found = entities.findMember(holder.unit, holder.cls, value.name);
    const unitOf = found?.unit ?? holder.unit;
    const cls = unitOf.classOf(found?.cls ?? holder.cls);
    const receiver = holder.k === 'class' ? '' : (of?.name ?? '?');
    return {
      id: `${unitOf.path}#${cls.name || `class@${cls.span[0]}`}.${value.name}`,
      receiver,
      name: `${of?.name ?? '…'}.${value.name}`,
      owner: 'field',
      ...(found ? { declaration: { path: unitOf.path, span: found.member.nameSpan } } : {}),
      ...(of?.param ? { param: { binding: of.param.binding, names: [...of.param.names, value.name] } } : {}),
    };
  }
  if (!of) return undefined;
  const { param, ...rest } = of;
  const names = param ? { param: { binding: param.binding, names: [...param.names, value.name] } } : {};
  return {
    ...rest,
    ...names,
    part: true,
    id: `${of.id}.${value.name}`,
    name: `${of.name}.${value.name}`,
    owner: of.name === 'this' ? 'field' : of.owner,
  };
}

/** A lock that a function or a container gives for a key: one identity a giver, told apart by the arguments. */
function callPath(entities: Entities, unit: Unit, callId: number, hops: number): AccessPath | undefined {
  const found = unit.call(callId);
  if (!found || found.op.isNew) return undefined;
  const { op, fn } = found;
  const callee = accessPath(entities, unit, fn, op.callee, hops + 1);
  if (!callee) return undefined;
  const key = op.args[0] && keyOf(unit, op.args[0]);
  const container =
    op.callee.v === 'member' && op.callee.name === 'get'
      ? accessPath(entities, unit, fn, op.callee.of, hops + 1)
      : undefined;
  const base = container ?? callee;
  const { param, ...rest } = base;
  const kept = param && !container ? {} : param ? { param } : {};
  return {
    ...rest,
    ...kept,
    id: `${base.id}()`,
    name: `${callee.name}(${op.args.map((argument) => unit.slice(argument.span)).join(', ')})`,
    ...(key ? { key } : {}),
  };
}

/** A key, as far as two of them can be compared. */
export function keyOf(unit: Unit, value: Value): LockKey {
  const text = unit.slice(value.span);
  const binding = value.v === 'bind' ? unit.facts.bindings[value.id] : undefined;
  const constant = binding?.kind === 'const' && binding.owner === 0 && binding.init?.v === 'lit';
  if (constant) return keyOf(unit, binding.init!);
  return {
    text,
    literal: value.v === 'lit',
    ...(value.v === 'bind' && binding?.kind === 'param' ? { param: value.id } : {}),
    ...(isOfThis(value) ? { own: true } : {}),
  };
}

/** `this.id`, `` `lock:${this.name}` ``. */
function isOfThis(value: Value): boolean {
  if (value.v === 'member') return value.of.v === 'this' || isOfThis(value.of);
  return value.v === 'mix' && value.of.some(isOfThis) && value.of.every((part) => part.v === 'lit' || isOfThis(part));
}

/** The lock that a value is, or undefined when it is none that we know. */
export function lockRef(entities: Entities, unit: Unit, fn: number, value: Value, side?: Side): LockRef | undefined {
  const entity = entities.typedValue(unit, fn, value) ?? entities.of(unit, fn, value);
  const model = entity && lockModel(entities, entity);
  if (!model || isOneOfSeveral(unit, value)) return undefined;
  const path =
    value.v === 'this' && entity.k === 'instance'
      ? lockItself(entity)
      : (accessPath(entities, unit, fn, value) ?? anonymous(unit, value.span));
  const made = entity.k === 'lock' && entity.made ? { made: entity.made } : {};
  return { ...path, model, ...made, ...(side ? { side } : {}) };
}

/** A lock as its own methods have it, where it has no other name than that of its class. */
function lockItself({ unit, cls }: Extract<Entity, { k: 'instance' }>): Omit<LockRef, 'model'> {
  const { name, span } = unit.classOf(cls);
  return {
    id: `${unit.path}#${name || `class@${span[0]}`}`,
    receiver: '',
    name: name || 'this',
    owner: 'variable',
    itself: true,
  };
}

/** `let queue = this.a; if (busy) queue = this.b;`: which lock the variable means depends on the way that was taken. */
function isOneOfSeveral(unit: Unit, value: Value): boolean {
  if (value.v !== 'bind') return false;
  let several = oneOfSeveral.get(unit, value.id);
  if (several === undefined) oneOfSeveral.set(unit, value.id, (several = hasSeveralNames(unit, value.id)));
  return several;
}

const oneOfSeveral = new ByUnit<number, boolean>();

function hasSeveralNames(unit: Unit, id: number): boolean {
  const { init, owner } = unit.facts.bindings[id]!;
  const named = [...(init ? [init] : []), ...unit.variableWrites(id).map((write) => write.value)].filter(
    ({ v }) => v === 'member' || v === 'bind',
  );
  return owner !== 0 && named.length > 1;
}

/** The lock that only a type checker knows the receiver of a method to be. */
export function typedLockRef(
  entities: Entities,
  unit: Unit,
  fn: number,
  method: Extract<Value, { v: 'member' }>,
): LockRef | undefined {
  const entity = entities.typedReceiver(unit, fn, method);
  const model = entity && lockModel(entities, entity);
  if (!model) return undefined;
  return { ...(accessPath(entities, unit, fn, method.of) ?? anonymous(unit, method.of.span)), model };
}

function lockModel(entities: Entities, entity: Entity): LockModel | undefined {
  if (entity.k === 'lock') return entity.model;
  return entity.k === 'instance' ? entities.homeMade(entity) : undefined;
}

function anonymous(unit: Unit, span: Span): AccessPath {
  return {
    id: `${unit.path}@${span[0]}`,
    receiver: '',
    name: unit.slice(span),
    owner: 'variable',
    declaration: { path: unit.path, span },
  };
}

/** A key that the caller of a function cannot name, and an object that it cannot. */
export const UNKNOWN_KEY = '?';
export const UNKNOWN_RECEIVER = '?';

/** Whether two references, seen from the same function, mean one lock: for certain, maybe, or not at all. */
export function sameLock(one: LockRef, other: LockRef): 'yes' | 'maybe' | 'no' {
  if (one.id !== other.id) return isOfSameMaker(one, other) ? 'maybe' : 'no';
  if (one.side === 'read' && other.side === 'read') return 'no';
  if (one.key || other.key) {
    if (!one.key || !other.key) return 'maybe';
    if (one.key.text === UNKNOWN_KEY || other.key.text === UNKNOWN_KEY) return 'maybe';
    if (one.key.text !== other.key.text) return one.key.literal && other.key.literal ? 'no' : 'maybe';
  }
  if (one.receiver.startsWith(UNKNOWN_RECEIVER) || other.receiver.startsWith(UNKNOWN_RECEIVER)) return 'maybe';
  if (one.receiver !== other.receiver) return one.receiver === '' || other.receiver === '' ? 'maybe' : 'no';
  return 'yes';
}

/** One is of an object of which nothing is known but its maker. */
function isOfSameMaker(one: LockRef, other: LockRef): boolean {
  const isUnknown = one.receiver.startsWith(UNKNOWN_RECEIVER) || other.receiver.startsWith(UNKNOWN_RECEIVER);
  return isUnknown && stepsOf(one.id).at(-1) === stepsOf(other.id).at(-1);
}
