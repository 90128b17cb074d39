import type { CallOp, Op, TypeFact, Value } from '../facts/format.js';
import { MUTATES } from './cell.js';
import type { Linked } from './linked.js';
import { nested } from './nested.js';
import { everyOp, type Unit } from './unit.js';

/** What a called function does with an argument: changes it where we see it, or promises by its type not to. */
export type ParameterUse = 'reads' | 'changes' | 'unknown';

export function parameterUse(project: Linked, unit: Unit, fn: number, op: CallOp, index: number): ParameterUse {
  const target = project.summaries.target(unit, fn, op);
  const parameter = target?.unit.fn(target.fn).params[index];
  if (!target || !parameter) return 'unknown';
  if (parameter.binding !== undefined && changes(target.unit, target.fn, parameter.binding)) return 'changes';
  return parameter.type && isReadonly(target.unit, parameter.type) ? 'reads' : 'unknown';
}

function changes(unit: Unit, fn: number, binding: number): boolean {
  return [fn, ...nested(unit, fn)].some((id) =>
    [...everyOp(unit.fn(id).body)].some((op) => changesObject(op, binding)),
  );
}

/** Whether an operation changes the object that a variable holds, or a part of it. */
export function changesObject(op: Op, binding: number): boolean {
  if (op.op === 'assign') return op.how !== 'declare' && op.target.v !== 'bind' && isPartOf(op.target, binding);
  const isChange = op.op === 'call' && op.callee.v === 'member' && MUTATES.has(op.callee.name);
  return isChange && isPartOf(op.callee.of, binding);
}

function isPartOf(value: Value, binding: number): boolean {
  let root = value;
  while (root.v === 'member' || root.v === 'index') root = root.of;
  return root.v === 'bind' && root.id === binding;
}

/** `ReadonlyMap<string, Readonly<Member>>`, `readonly string[]`: read-only at each level that is written. */
function isReadonly(unit: Unit, type: TypeFact): boolean {
  switch (type.t) {
    case 'prim':
      return !/^(?:any|unknown|object)$/.test(type.name);
    case 'union':
      return type.of.every((part) => isReadonly(unit, part));
    case 'ref':
      if (type.name === 'Readonly') return true;
      return /^Readonly(?:Map|Set|Array)$/.test(type.name) && type.args.every((part) => isReadonly(unit, part));
    case 'array':
      // The fact has the array without its operator, which stands before it.
      return unit.text.slice(0, type.span[0]).trimEnd().endsWith('readonly') && isReadonly(unit, type.of);
    default:
      return false;
  }
}
