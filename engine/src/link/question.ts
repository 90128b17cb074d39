import type { Value } from '../facts/format.js';
import { functionAt } from './enclosing.js';
import type { Entities } from './entity.js';
import { lockRef, type LockRef } from './lock-ref.js';
import type { Unit } from './unit.js';

/** The lock that is asked something by a property of it, which no call shows: `lock.isLocked`. */
export function askedByProperty(entities: Entities, unit: Unit, value: Value): LockRef | undefined {
  if (value.v !== 'member' || value.of.v === 'this' || !entities.lockVerbs.has(value.name)) return undefined;
  const ref = lockRef(entities, unit, functionAt(unit, value.span), value.of);
  return ref?.model.methods[value.name]?.does === 'query' ? ref : undefined;
}
