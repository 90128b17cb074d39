import type { CallOp } from '../facts/format.js';
import type { Place } from '../findings.js';
import { functionAt } from './enclosing.js';
import type { Program } from './program.js';
import type { Unit } from './unit.js';

export interface FoundCall {
  readonly unit: Unit;
  /** The function that makes it. */
  readonly fn: number;
  readonly op: CallOp;
}

/** The call that stands at a place, if its file is known. */
export function callAt(program: Program, { path, span }: Place): FoundCall | undefined {
  const unit = program.unit(path);
  const fn = unit ? functionAt(unit, span) : 0;
  const op = unit?.callAt(fn, span);
  return unit && op ? { unit, fn, op } : undefined;
}
