import type { CallOp } from '../facts/format.js';
import { lockAction } from './action.js';
import type { Entities } from './entity.js';
import type { Failure } from './failure.js';
import type { LockRef } from './lock-ref.js';
import { everyOp, type Unit } from './unit.js';
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
  return unit.facts.functions.some((fact, fn) =>
    everyOp(fact.body).some((op) => {
      if (op.op !== 'call' || op.callee.v !== 'member' || model.methods[op.callee.name]?.does !== 'cancel')
        return false;
      return lockAction(entities, unit, fn, op)?.ref.id === id;
    }),
  );
}
