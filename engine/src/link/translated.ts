import type { CallOp, Value } from '../facts/format.js';
import type { Target } from './called-function.js';
import { returnValues, type Entities } from './entity.js';
import {
  accessPath,
  keyOf,
  lockRef,
  UNKNOWN_KEY,
  UNKNOWN_RECEIVER,
  type AccessPath,
  type LockRef,
} from './lock-ref.js';
import { objectOf, throughObject } from './maker/instance.js';
import { isInside } from './nested.js';
import type { CallSite } from './use.js';

/** A lock of the called function in the caller's terms; undefined when the caller cannot name it. */
export function translated(entities: Entities, ref: LockRef, target: Target, site: CallSite): LockRef | undefined {
  const { unit, fn, op } = site;
  const key = translatedKey(ref, target, site);
  const keyed = key ? { key } : {};
  if (ref.param) {
    const argument = argumentFor(target, ref.param.binding, op);
    if (!argument) return undefined;
    const value = ref.param.names.reduce<Value>(
      (of, name) => ({ v: 'member', of, name, span: argument.span }),
      argument,
    );
    if (ref.own) return ofObject({ ...ref.own, ...keyed }, accessPath(entities, unit, fn, value));
    const own = lockRef(entities, unit, fn, value, ref.side);
    return own ? { ...own, ...keyed } : undefined;
  }
  // The called method is one of the lock's own, which takes itself.
  if (ref.itself && op.callee.v === 'member') {
    const own = lockRef(entities, unit, fn, op.callee.of, ref.side);
    return own ? { ...own, ...keyed } : { ...ref, ...keyed, receiver: UNKNOWN_RECEIVER };
  }
  if (ref.receiver === 'this' || ref.receiver.startsWith('this.')) {
    const receiver = op.callee.v === 'member' ? receiverOf(entities, site, op.callee.of) : undefined;
    if (receiver === undefined) return { ...ref, ...keyed, receiver: UNKNOWN_RECEIVER };
    const rest = ref.receiver.slice('this'.length);
    return {
      ...ref,
      ...keyed,
      receiver: `${receiver}${rest}`,
      name: ref.name.replace(/^this/, receiver),
    };
  }
  const maker = closureOf(ref, target);
  if (maker !== undefined && !(unit === target.unit && isInside(unit, fn, maker)))
    return ofObject({ ...ref, ...keyed }, objectCalled(entities, target, maker, site));
  // A lock that the function makes for itself is another one at each call.
  if (ref.owner === 'variable' && isLocal(ref, target)) return undefined;
  return { ...ref, ...keyed };
}

/** The object whose method is called, as the caller calls it; `super` is the object itself. */
function receiverOf(entities: Entities, { unit, fn }: CallSite, of: Value): string | undefined {
  return of.v === 'super' ? 'this' : accessPath(entities, unit, fn, of)?.name;
}

/** The function that makes the lock of a closure: `function makeQueue() { const mutex = new Mutex(); return { run() {…} } }`. */
function closureOf(ref: LockRef, target: Target): number | undefined {
  const { declaration } = ref;
  if (ref.owner !== 'variable' || declaration?.path !== target.unit.path || ref.receiver !== '') return undefined;
  for (let fn = target.unit.fn(target.fn).parent; fn > 0; fn = target.unit.fn(fn).parent) {
    const { span } = target.unit.fn(fn);
    if (span[0] <= declaration.span[0] && declaration.span[1] <= span[1]) return fn;
  }
  return undefined;
}

/** Each object that a maker returns has a lock of its own. */
function ofObject(ref: LockRef, object: AccessPath | undefined): LockRef {
  if (!object || object.id.endsWith('()')) return { ...ref, receiver: UNKNOWN_RECEIVER };
  const key = ref.key && object.key ? { key: { text: UNKNOWN_KEY, literal: false } } : {};
  return { ...ref, ...throughObject(object, ref), ...key, own: ref };
}

/**
 * The object whose function is called, also by another name: `const { save } = store; save()`. What a maker returns may be the function itself,
 * `this.serialize = makeSerializer()`.
 */
function objectCalled(
  entities: Entities,
  target: Target,
  maker: number,
  { unit, fn, op: { callee } }: CallSite,
): AccessPath | undefined {
  const path = accessPath(entities, unit, fn, callee);
  const object = path && objectOf(path);
  if (object) return object;
  if (returnsItself(target, maker)) return path;
  return callee.v === 'member' ? accessPath(entities, unit, fn, callee.of) : undefined;
}

function returnsItself({ unit, fn }: Target, maker: number): boolean {
  return returnValues(unit, maker).some((value) => {
    const of = value.v === 'bind' ? unit.facts.bindings[value.id]!.init : value;
    return of?.v === 'fn' && of.id === fn;
  });
}

function isLocal(ref: LockRef, target: Target): boolean {
  const { declaration } = ref;
  if (!declaration || declaration.path !== target.unit.path) return false;
  const { span, parent } = target.unit.fn(target.fn);
  return parent >= 0 && span[0] <= declaration.span[0] && declaration.span[1] <= span[1];
}

function translatedKey(ref: LockRef, target: Target, { unit, op }: CallSite): LockRef['key'] {
  if (!ref.key || ref.key.literal) return ref.key;
  const unknown = { text: UNKNOWN_KEY, literal: false };
  if (ref.key.own && op.callee.v === 'member' && (op.callee.of.v === 'this' || op.callee.of.v === 'super'))
    return ref.key;
  if (ref.key.param === undefined) return unknown;
  const argument = argumentFor(target, ref.key.param, op);
  return argument ? keyOf(unit, argument) : unknown;
}

/** What a call gives for a parameter of the function that it runs. */
function argumentFor({ unit, fn }: Target, binding: number, { args }: CallOp): Value | undefined {
  const index = unit.fn(fn).params.findIndex((param) => param.binding === binding);
  return index < 0 ? undefined : args[index];
}
