import type { Value } from '../facts/format.js';
import { functionAt } from './enclosing.js';
import type { Entities } from './entity.js';
import { lockRef, type LockRef } from './lock-ref.js';
import type { Unit } from './unit.js';

/** Whether a name may ask a lock whether somebody has it: `isLocked`, and what a class of the project calls it, such as `isIndexing`. */
export function mayAsk(name: string): boolean {
  return /^is[A-Z]|locked|busy/i.test(name);
}

/** The lock that is asked something by a property of it, which no call shows: `lock.isLocked`. */
export function askedByProperty(entities: Entities, unit: Unit, value: Value): LockRef | undefined {
  if (value.v !== 'member' || value.of.v === 'this' || !isQuestion(entities, value.name)) return undefined;
  const ref = lockRef(entities, unit, functionAt(unit, value.span), value.of);
  return ref?.model.methods[value.name]?.does === 'query' ? ref : undefined;
}

function isQuestion(entities: Entities, name: string): boolean {
  return mayAsk(name) || entities.lockVerbs.has(name);
}
