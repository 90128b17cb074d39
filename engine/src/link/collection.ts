import type { Value } from '../facts/format.js';
import type { Entity } from './entity.js';
import { homeMadeModel } from './home-made.js';
import type { Unit } from './unit.js';

/** What has entries of a kind, where they are locks. */
export function lockContainer(entry: Entity | undefined): Entity | undefined {
  const isLock = entry?.k === 'lock' || (entry?.k === 'instance' && homeMadeModel(entry.unit, entry.cls) !== undefined);
  return isLock ? { k: 'locks', of: entry } : undefined;
}

/** A collection by the written type of its entries: of locks, or of instances of one class. */
export function containerOf(entry: Entity | undefined, shape: 'list' | 'map'): Entity | undefined {
  return entry?.k === 'instance' ? { k: 'instances', of: entry, shape } : lockContainer(entry);
}

/** What a loop over a collection goes through. */
export function itemOf(of: Entity): Entity | undefined {
  if (of.k !== 'instances' || of.shape === 'pair') return undefined;
  return of.shape === 'list' ? of.of : { ...of, shape: 'pair' };
}

/** What a method of a container gives: an entry, as `locks.get(key)` and `rooms.at(0)` do, or some of them. */
export function takenFrom(of: Entity, method: string): Entity | undefined {
  if (of.k !== 'locks' && of.k !== 'instances') return undefined;
  if (/^(get|at|pop|shift|find|findLast)$/.test(method)) return of.of;
  if (method === 'entries') return of.k === 'instances' && of.shape === 'map' ? of : undefined;
  const isSome = of.k === 'instances' && /^(values|splice|slice|filter|concat|toSorted|toReversed)$/.test(method);
  return isSome ? { ...of, shape: 'list' } : undefined;
}

/** `{}`, `Object.create(null)`, `new Map()`: what is in it shows where it is filled. */
export function isUntypedMap(unit: Unit, init: Value): boolean {
  if (init.v === 'object') return init.props.length === 0;
  const op = init.v === 'call' ? unit.call(init.id)?.op : undefined;
  if (!op || op.typeArgs.length > 0) return false;
  const { callee } = op;
  if (callee.v === 'global') return op.isNew && /^(Weak)?Map$/.test(callee.name);
  return callee.v === 'member' && callee.name === 'create' && callee.of.v === 'global' && callee.of.name === 'Object';
}
