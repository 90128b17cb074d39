import type { Value } from '../../facts/format.js';
import { isShared, rootOf } from '../cell.js';
import type { Entities } from '../entity.js';
import type { Unit } from '../unit.js';

/** Whether others can reach what a path leads to: elements of a collection of their class included, for others find them there, or had them before. */
export function isSharedOrOfElement(unit: Unit, fn: number, value: Value, entities: Entities): boolean {
  if (isShared(unit, fn, value)) return true;
  const root = rootOf(value);
  if (root.v !== 'bind' || value.v === 'bind') return false;
  const { init } = unit.facts.bindings[root.id]!;
  return init !== undefined && comesFromShared(unit, fn, init) && entities.of(unit, fn, root)?.k === 'instance';
}

/** Whether a value is taken out of a field or a shared variable, by however many calls: `const [old] = this.rooms.splice(0, 1)`. */
function comesFromShared(unit: Unit, fn: number, value: Value): boolean {
  if (isShared(unit, fn, value)) return true;
  const root = rootOf(value);
  if (root.v === 'mix' && root.op === 'item') return comesFromShared(unit, fn, root.of[0]!);
  const callee = root.v === 'call' ? unit.call(root.id)?.op.callee : undefined;
  return callee?.v === 'member' && comesFromShared(unit, fn, callee.of);
}
