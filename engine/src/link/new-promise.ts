import type { CallOp } from '../facts/format.js';
import type { Unit } from './unit.js';

/** `new Promise(…)` of the language: the executor runs at once, and only what it is given settles the promise. */
export function isNewPromise(op: CallOp): boolean {
  return op.isNew && op.callee.v === 'global' && op.callee.name === 'Promise';
}

/** Whether a binding is a parameter of an executor: its `resolve` or `reject`. */
export function settlesPromise(unit: Unit, binding: number): boolean {
  const { kind, owner } = unit.facts.bindings[binding]!;
  const taker = kind === 'param' ? unit.callTaking(owner) : undefined;
  return taker !== undefined && isNewPromise(taker.op);
}
