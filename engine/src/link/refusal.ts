import type { CallOp } from '../facts/format.js';
import { lockAction } from './action.js';
import type { Entities } from './entity.js';
import type { Failure } from './failure.js';
import type { LockRef } from './lock-ref.js';
import type { LockModel } from '../models/model.js';
import { ByUnit } from './by-unit.js';
import type { Unit } from './unit.js';
import { isBoundedRequest } from './wait-bound.js';

/**
 * Whether a request for a lock of a library fails: one of another agent may be out of reach, and one of this agent refuses when the wait is bounded, when
 * it only tries, or when somebody cancels its waiters. Of any other request no way to fail is known.
 */
export function refusal(entities: Entities, unit: Unit, op: CallOp, ref: LockRef): Failure {
  const { model } = ref;
  const method = op.callee.v === 'member' ? model.methods[op.callee.name] : undefined;
  const tries = method?.does === 'try-acquire' && method.throws === true;
  const fails = tries || model.scope !== 'agent' || isBoundedRequest(op, ref) || isCancelled(entities, unit, ref);
  return fails ? 'shown' : 'perhaps';
}

/** Whether the same file makes the waiters of a lock give up. */
function isCancelled(entities: Entities, unit: Unit, { id, model }: LockRef): boolean {
  if (!Object.values(model.methods).some((method) => method.does === 'cancel')) return false;
  let locks = cancelled.get(unit, model);
  if (!locks) {
    const cancels = ({ callee }: CallOp) => callee.v === 'member' && model.methods[callee.name]?.does === 'cancel';
    const found = unit.facts.functions.flatMap((_, fn) =>
      unit.callsIn(fn).flatMap((op) => (cancels(op) ? (lockAction(entities, unit, fn, op)?.ref.id ?? []) : [])),
    );
    cancelled.set(unit, model, (locks = new Set(found)));
  }
  return locks.has(id);
}

/** By model: the locks whose waiters a file makes give up. */
const cancelled = new ByUnit<LockModel, ReadonlySet<string>>();
