import type { CallOp, Value } from '../facts/format.js';
import { optionOf } from './action.js';
import type { LockRef } from './lock-ref.js';

/** How many holders a lock admits at once; undefined when that is not to be told. */
export function capacityOf(ref: Pick<LockRef, 'model' | 'made'>): number | undefined {
  const { model } = ref;
  if (model.kind !== 'semaphore' && model.kind !== 'limiter' && model.capacityArg === undefined) return 1;
  if (!ref.made) return undefined;
  const value = capacityValue(ref.made.op, model.capacityArg ?? 0, model.capacityOption);
  if (value === undefined) return model.capacityDefault;
  return value.v === 'lit' && typeof value.value === 'number' ? value.value : undefined;
}

function capacityValue(op: CallOp, position: number, option: string | undefined): Value | undefined {
  const argument = op.args[position];
  if (option === undefined || argument?.v === 'lit') return argument;
  return optionOf(op, option);
}
