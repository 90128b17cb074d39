import type { CallOp } from '../facts/format.js';
import type { Place } from '../findings.js';
import { functionAt } from './enclosing.js';
import type { Program } from './program.js';
import { everyOp, type Unit } from './unit.js';

export interface FoundCall {
  readonly unit: Unit;
  /** The function that makes it. */
  readonly fn: number;
  readonly op: CallOp;
}

/** The call that stands at a place, if its file is known. */
export function callAt(program: Program, { path, span }: Place): FoundCall | undefined {
  const unit = program.unit(path);
  if (!unit) return undefined;
  const fn = functionAt(unit, span);
  const op = everyOp(unit.fn(fn).body).find(
    (one) => one.op === 'call' && one.span[0] === span[0] && one.span[1] === span[1],
  );
  return op?.op === 'call' ? { unit, fn, op } : undefined;
}
