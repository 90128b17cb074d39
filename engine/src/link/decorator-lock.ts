import type { CallOp, MemberFact, Value } from '../facts/format.js';
import type { Decorated } from './decorated.js';
import type { Entities } from './entity.js';
import { accessPath, keyOf, lockRef, UNKNOWN_KEY, type LockKey, type LockRef } from './lock-ref.js';
import type { Unit } from './unit.js';

/** Which lock a decorator takes, as seen from the method that it decorates. */
export function decoratorLock(
  entities: Entities,
  unit: Unit,
  fn: number,
  { span }: CallOp,
  decorated: Decorated,
): LockRef {
  const { model, decorator, cls } = decorated;
  const lockOf = (value: Value): LockRef | undefined => {
    const known = lockRef(entities, unit, fn, value);
    const path = known ?? accessPath(entities, unit, fn, value);
    return path && { ...path, model: known?.model ?? model.model };
  };
  const memberNamed = (name: string): Value => ({ v: 'member', of: { v: 'this', span }, name, span });
  const argument = (position: number | undefined) => (position === undefined ? undefined : decorator.args[position]);

  const given = argument(model.lockArg);
  const isName = given?.v === 'lit' && entities.findMember(unit, cls, String(given.value)) !== undefined;
  const lock = given && lockOf(isName ? memberNamed(String(given.value)) : given);
  if (lock) return lock;

  const [, kept] = model.lock.split(/^this\./);
  const base =
    (kept === undefined ? undefined : lockOf(memberNamed(kept))) ??
    ownLock(entities, unit, given ? 'global' : model.lock, decorated);
  const key = given ?? argument(model.keyArg) ?? decorator.args.find(isFunction);
  return key ? { ...base, key: constantKey(entities, unit, fn, key) } : base;
}

/** The lock that a decorator has by itself in a class, where an annotation names it: `@guardedBy Synchronized`. */
export function lockOfDecorator(entities: Entities, unit: Unit, fn: number, name: string): LockRef | undefined {
  const { thisClass: cls, static: isStatic } = unit.fn(fn);
  const model = entities.decorators.find((one) => one.name === name && !/^method$|\./.test(one.lock));
  if (!model || (cls === undefined && model.lock !== 'global')) return undefined;
  return ownLock(entities, unit, model.lock, { model, cls: cls ?? -1, member: { name: '', static: isStatic } });
}

interface Owner extends Pick<Decorated, 'model' | 'cls'> {
  readonly member: Pick<MemberFact, 'name' | 'static'>;
}

/** A lock that nobody but the decorator has. */
function ownLock(entities: Entities, unit: Unit, lock: string, { model: { model }, cls, member }: Owner): LockRef {
  if (lock === 'global') return { id: model.name, receiver: '', name: model.name, model, owner: 'library' };
  // What objects have by a decorator is theirs, whichever class of their line says so.
  const root = entities.rootClass(unit, cls);
  const { name, span } = root.unit.classOf(root.cls);
  const isOfClass = lock === 'class' || member.static;
  const named = (of: string) =>
    `${model.name} of ${isOfClass ? 'class ' : ''}${of}${lock === 'method' ? `.${member.name}` : ''}`;
  return {
    id: `${root.unit.path}#${named(name || `class@${span[0]}`)}`,
    receiver: isOfClass ? '' : 'this',
    name: named(name || '(no name)'),
    model,
    owner: 'field',
  };
}

/** Arguments of a decorator are evaluated once: a text and a name mean the same key at each call. */
function constantKey(entities: Entities, unit: Unit, fn: number, value: Value): LockKey {
  if (value.v === 'lit') return keyOf(unit, value);
  const path = accessPath(entities, unit, fn, value);
  if (!path) return { text: UNKNOWN_KEY, literal: false };
  const key = keyOf(unit, value);
  return { text: key.literal ? key.text : path.id, literal: true };
}

function isFunction(value: Value): boolean {
  return value.v === 'mix' && value.op === 'function';
}
