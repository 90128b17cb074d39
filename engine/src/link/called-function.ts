import type { CallOp } from '../facts/format.js';
import { possibleFunctions } from './alternatives.js';
import type { Entities } from './entity.js';
import type { Unit } from './unit.js';

/** A function of the project. */
export interface Target {
  readonly unit: Unit;
  readonly fn: number;
}

/** The project function that a call runs, a constructor included. */
export function calledFunction(entities: Entities, unit: Unit, fn: number, op: CallOp): Target | undefined {
  const entity = entities.of(unit, fn, op.callee);
  if (entity?.k === 'function') return { unit: entity.unit, fn: entity.fn };
  if (op.isNew && entity?.k === 'class') {
    const constructor = entity.unit.member(entity.cls, 'constructor', ['constructor']);
    return constructor?.function === undefined ? undefined : { unit: entity.unit, fn: constructor.function };
  }
  return undefined;
}

/** The project functions of which a call runs one. */
export function calledFunctions(entities: Entities, unit: Unit, fn: number, op: CallOp): readonly Target[] {
  if (!op.isNew && op.callee.v === 'member') {
    const several = possibleFunctions(entities, unit, fn, op.callee);
    if (several.length > 1) return several;
  }
  const target = calledFunction(entities, unit, fn, op);
  return target ? [target] : [];
}
