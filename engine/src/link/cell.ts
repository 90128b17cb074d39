import type { CallOp, Op, Value } from '../facts/format.js';
import { lockAction } from './action.js';
import type { Place, Span } from '../findings.js';
import { returnValues, type Entities } from './entity.js';
import { accessPath, type LockRef } from './lock-ref.js';
import { declarationAt, makings } from './lock-declaration.js';
import { everyOp, type Unit } from './unit.js';
import { callTaking } from './waiting.js';

/** One access to shared state: a path rooted at a field, at a variable of an enclosing function or module, or at an import. */
export interface CellAccess {
  /** The identity of the path, such as `src/room.ts#Room.peers`. */
  readonly id: string;
  readonly receiver: string;
  /** As written: `this.peers`. */
  readonly name: string;
  readonly how: 'read' | 'write';
  /** A write whose new value is computed from the old one in the same operation (`+=`, `push`). */
  readonly updates: boolean;
  readonly span: Span;
  /** What is written. */
  readonly value?: Value;
  /** Where the field or variable is declared. */
  readonly declaration?: Place;
  /** A record of a file or a table, which every function that can reach the store may change. */
  readonly outside?: true;
}

/** Names of methods that change what they are called on. */
export const MUTATES = new Set(
  'push pop shift unshift splice sort reverse fill copyWithin set delete add clear append assign remove insert put update increment decrement write setState'.split(
    ' ',
  ),
);

/** Whether a path leads to state that other tasks can reach. */
type Sharing = (unit: Unit, fn: number, value: Value, entities: Entities) => boolean;

/**
 * The shared state that one operation touches, operations inside it not counted.
 *
 * @param sharing What counts as shared: a path that begins with a field or with a variable that is not the function's own, unless told.
 */
export function cellAccesses(entities: Entities, unit: Unit, fn: number, op: Op, sharing?: Sharing): CellAccess[] {
  switch (op.op) {
    case 'read':
      return access(entities, unit, fn, op.cell, 'read', false, sharing);
    case 'assign': {
      if (op.how === 'declare') return [];
      const updates = op.how === 'update';
      return access(entities, unit, fn, op.target, 'write', updates, sharing).map((cell) => ({
        ...cell,
        value: op.value,
        span: op.span,
      }));
    }
    case 'call': {
      if (op.callee.v !== 'member') return [];
      // A method of the project is judged by its own body, not by its name.
      const seer = isResult(unit, op.callee.of) ? entities.wide : entities;
      if (seer.of(unit, fn, op.callee)?.k === 'function') return [];
      const mutates = MUTATES.has(op.callee.name);
      return access(entities, unit, fn, op.callee.of, mutates ? 'write' : 'read', mutates, sharing).map((cell) => ({
        ...cell,
        span: op.span,
      }));
    }
    default:
      return [];
  }
}

/**
 * The state that a method changes which the class inherits from out of sight: `this.setState(…)`, `this.update(…)` of a base
 * class that keeps a `state`. What it is called is all that is known of it.
 */
export function inheritedState(entities: Entities, unit: Unit, fn: number, op: Op): CellAccess[] {
  if (op.op !== 'call' || op.callee.v !== 'member' || op.callee.of.v !== 'this') return [];
  const cls = unit.fn(fn).thisClass;
  const isInherited = cls !== undefined && unit.classOf(cls).superClass !== undefined;
  if (!isInherited || !/^(?:update|setState)$/.test(op.callee.name) || entities.of(unit, fn, op.callee)) return [];
  const state: Value = { v: 'member', of: op.callee.of, name: 'state', span: op.callee.span };
  const parts = partsChanged(unit, op.args[0]).map((name): Value => ({
    v: 'member',
    of: state,
    name,
    span: state.span,
  }));
  const written = parts.length > 0 ? parts : [state];
  return written
    .flatMap((part) => access(entities, unit, fn, part, 'write', false))
    .map((cell) => ({ ...cell, span: op.span }));
}

/** The members of its parameter that a function changes: `rates` for `(state) => { state.rates = {}; }`; none where that is not seen. */
function partsChanged(unit: Unit, change: Value | undefined): readonly string[] {
  const draft = change?.v === 'fn' ? unit.fn(change.id).params[0]?.binding : undefined;
  if (change?.v !== 'fn' || draft === undefined) return [];
  const names = new Set<string>();
  for (const op of everyOp(unit.fn(change.id).body)) {
    const isChange = op.op === 'call' && op.callee.v === 'member' && MUTATES.has(op.callee.name);
    let part: Value | undefined = op.op === 'assign' ? op.target : isChange ? op.callee.of : undefined;
    while (part && (part.v === 'member' || part.v === 'index')) {
      if (part.v === 'member' && part.of.v === 'bind' && part.of.id === draft) names.add(part.name);
      part = part.of;
    }
  }
  return [...names];
}

function access(
  entities: Entities,
  unit: Unit,
  fn: number,
  written: Value,
  how: 'read' | 'write',
  updates: boolean,
  sharing: Sharing = isShared,
): CellAccess[] {
  const data = guardedData(entities, unit, written);
  if (data) return [{ ...data, how, updates, span: written.span }];
  if (!sharing(unit, fn, written, entities)) return [];
  // What an object has of its own may be declared in a super class, or come by a maker that another one calls, in whatever file that stands.
  const seer = rootOf(written).v === 'this' || isResult(unit, written) ? entities.wide : entities;
  const value = behindGetter(seer, unit, fn, written);
  const entity = entities.of(unit, fn, value);
  if (
    entity?.k === 'function' ||
    entity?.k === 'class' ||
    entity?.k === 'lock' ||
    entity?.k === 'external' ||
    entity?.k === 'namespace'
  )
    return [];
  if (isConstantRoot(entities, unit, value)) return [];
  const path = accessPath(seer, unit, fn, value);
  if (!path || path.id.includes('()') || path.name === 'this') return [];
  const whole = value === written ? path.name : (accessPath(seer, unit, fn, written)?.name ?? path.name);
  const name = whole.includes('(') ? unit.slice(written.span) : whole;
  const declaration = path.declaration ? { declaration: path.declaration } : {};
  return [{ id: path.id, receiver: path.receiver, name, how, updates, span: written.span, ...declaration }];
}

/** Whether a path begins with what a call has given, or with a part of that. */
function isResult(unit: Unit, value: Value, hops = 0): boolean {
  if (hops > MAX_HOPS) return false;
  const root = rootOf(value);
  if (root.v === 'await') return isResult(unit, root.of, hops + 1);
  if (root.v === 'call') return unit.call(root.id)?.op.isNew === false;
  const binding = root.v === 'bind' ? unit.facts.bindings[root.id]! : undefined;
  const init = binding?.kind === 'const' && binding.writes === 0 ? binding.init : undefined;
  return init !== undefined && isResult(unit, init, hops + 1);
}

/** Names of names that are looked through. */
const MAX_HOPS = 8;

/** What a path begins with. */
export function rootOf(value: Value): Value {
  let root = value;
  while (root.v === 'member' || root.v === 'index') root = root.of;
  return root;
}

/** What a getter gives that does nothing but return a field: `this.state` for `return this.#state`. */
function behindGetter(entities: Entities, unit: Unit, fn: number, value: Value): Value {
  if (value.v !== 'member' && value.v !== 'index') return value;
  const of = behindGetter(entities, unit, fn, value.of);
  const through = of === value.of ? value : { ...value, of };
  if (value.v === 'index' || value.of.v !== 'this') return through;
  const cls = unit.fn(fn).thisClass;
  const found = cls === undefined ? undefined : entities.findMember(unit, cls, value.name);
  if (found?.member.kind !== 'getter' || found.member.function === undefined) return through;
  const [given, ...others] = returnValues(found.unit, found.member.function);
  const isField = others.length === 0 && given?.v === 'member' && given.of.v === 'this' && given.name !== value.name;
  return isField ? { ...value, name: given.name } : through;
}

/** The data that a lock carries, reached through its guard or through the parameter of a section: `guard.value.size`. */
function guardedData(
  entities: Entities,
  unit: Unit,
  value: Value,
): Pick<CellAccess, 'id' | 'receiver' | 'name'> | undefined {
  const names: string[] = [];
  let root = value;
  while (root.v === 'member' || root.v === 'index') {
    names.unshift(root.v === 'member' ? root.name : '[]');
    root = root.of;
  }
  if (root.v !== 'bind') return undefined;
  const carried = carriedBy(entities, unit, root.id);
  if (!carried) return undefined;
  const path = carried.isValue ? ['value', ...names] : names;
  if (path[0] !== 'value') return undefined;
  return { id: [carried.ref.id, ...path].join('.'), receiver: carried.ref.receiver, name: unit.slice(value.span) };
}

/** The lock whose data a variable gives: a guard that was acquired, or what a section hands to its callback. */
function carriedBy(entities: Entities, unit: Unit, id: number): { ref: LockRef; isValue: boolean } | undefined {
  const binding = unit.facts.bindings[id]!;
  if (binding.kind === 'param') {
    const taker = unit.callTaking(binding.owner);
    if (!taker || unit.fn(binding.owner).params[0]?.binding !== id) return undefined;
    const action = lockAction(entities, unit, taker.fn, taker.op);
    if (action?.do !== 'section') return undefined;
    const { holdsData, made } = action.ref.model;
    return holdsData || made === 'function' ? { ref: action.ref, isValue: givesValue(taker.op) } : undefined;
  }
  const { init } = binding;
  if (binding.writes > 0 || init?.v !== 'await' || init.of.v !== 'call') return undefined;
  const call = unit.call(init.of.id);
  const action = call && lockAction(entities, unit, call.fn, call.op);
  return action?.do === 'acquire' && action.ref.model.holdsData ? { ref: action.ref, isValue: false } : undefined;
}

/** What a path into a lock's data was when the lock was made: `new AsyncMutex({ retries: 3 })` for `guard.value.retries`. */
export function initialData(entities: Entities, unit: Unit, value: Value): Value | undefined {
  const names: string[] = [];
  let root = value;
  while (root.v === 'member') {
    names.unshift(root.name);
    root = root.of;
  }
  const carried = root.v === 'bind' ? carriedBy(entities, unit, root.id) : undefined;
  if (!carried || (!carried.isValue && names.shift() !== 'value')) return undefined;
  const { declaration } = carried.ref;
  const own = declaration?.path === unit.path ? declarationAt(unit, declaration.span) : undefined;
  const made = own && makings(own)[0];
  return names.reduce<Value | undefined>(
    (of, name) => (of?.v === 'object' ? of.props.find((property) => property.name === name)?.value : undefined),
    made?.args[0],
  );
}

/** Read sections, synchronous ones and the helpers give the data themselves, the others a guard around them. */
function givesValue(op: CallOp): boolean {
  const name =
    op.callee.v === 'member' ? op.callee.name : op.callee.v === 'bind' || op.callee.v === 'global' ? 'helper' : '';
  return /^(withRead|withLockSync|withReadSync|helper|quickRead\w*|tryQuickRead)$/.test(name);
}

/** Whether what an operation reads is a primitive, by the type or the first value of a field or variable. */
export function isPrimitive(entities: Entities, unit: Unit, fn: number, op: Op): boolean {
  if (op.op !== 'read') return false;
  const { cell } = op;
  if (initialData(entities, unit, cell)?.v === 'lit') return true;
  const declared =
    cell.v === 'bind'
      ? unit.facts.bindings[cell.id]
      : cell.v === 'member' && cell.of.v === 'this' && unit.fn(fn).thisClass !== undefined
        ? entities.findMember(unit, unit.fn(fn).thisClass!, cell.name)?.member
        : undefined;
  const { type, init } = declared ?? {};
  if (type) return type.t === 'prim' || (type.t === 'union' && type.of.every((part) => part.t === 'prim'));
  return init?.v === 'lit' || (init?.v === 'mix' && init.op === 'template');
}

/** Enumerations, classes and functions do not change, here or in the file that they are imported from. */
function isConstantRoot(entities: Entities, unit: Unit, value: Value): boolean {
  const root = rootOf(value);
  if (root.v !== 'bind') return false;
  const binding = unit.facts.bindings[root.id]!;
  if (binding.kind !== 'import') return binding.kind === 'enum';
  const origin = entities.origin(unit, root.id);
  const kind = origin?.unit.facts.bindings[origin.binding]!.kind;
  return kind === undefined || kind === 'enum' || kind === 'class' || kind === 'function';
}

/** Whether a path leads to state that another task can reach: a field, or a variable that is not the function's own. */
export function isShared(unit: Unit, fn: number, value: Value): boolean {
  const root = rootOf(value);
  if (root.v === 'this') return value.v !== 'this';
  if (root.v !== 'bind') return false;
  const binding = unit.facts.bindings[root.id]!;
  if (binding.kind === 'function' || binding.kind === 'class') return false;
  if (binding.kind === 'const' && binding.init && value.v !== 'bind')
    return isShared(unit, binding.owner, binding.init) || binding.owner !== ownerOf(unit, fn);
  return ownerOf(unit, binding.owner) !== ownerOf(unit, fn) || (binding.kind === 'param' && value.v !== 'bind');
}

/**
 * The function whose activation a callback shares: an inline callback that runs at once has the variables of its maker as its own. An arrow
 * function that is named, or put in an object, is called from elsewhere and shares nothing.
 */
function ownerOf(unit: Unit, fn: number): number {
  let id = fn;
  while (unit.fn(id).kind === 'arrow' && unit.fn(id).parent > 0 && !isKept(unit, id) && !isTaskForEachItem(unit, id))
    id = unit.fn(id).parent;
  return id;
}

/** `const save = () => {…}`, `return { save: () => {…} }`: not handed to a call where it is written. */
function isKept(unit: Unit, fn: number): boolean {
  return unit.callTaking(fn) === undefined && callTaking(unit, fn) === undefined;
}

/** `items.map(async (item) => …)`: the tasks overlap, and share the variables around them. */
function isTaskForEachItem(unit: Unit, fn: number): boolean {
  const callee = unit.fn(fn).async ? unit.callTaking(fn)?.op.callee : undefined;
  return callee?.v === 'member' && /^(map|forEach|flatMap)$/.test(callee.name);
}

/** Whether two paths may reach the same state: one is a part of the other. */
export function overlap(one: string, other: string): boolean {
  if (one === other) return true;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return long.startsWith(short) && /^[.[]/.test(long.slice(short.length));
}
