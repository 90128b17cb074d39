import type { Op, Value } from '../facts/format.js';
import type { Place, Span } from '../findings.js';
import type { Entities } from './entity.js';
import { accessPath } from './lock-ref.js';
import type { Unit } from './unit.js';

/** One access to shared state: a path rooted at a field, at a variable of an enclosing function or module, or at an import. */
export interface CellAccess {
  /** The identity of the path, such as `src/room.ts#Room.peers`. */
  readonly id: string;
  readonly receiver: string;
  /** As written: `this.peers`. */
  readonly name: string;
  readonly how: 'read' | 'write';
  /** A write whose new value is computed from the old one in the same operation (`+=`, `push`). */
  readonly updates: boolean;
  readonly span: Span;
  /** What is written. */
  readonly value?: Value;
  /** Where the field or variable is declared. */
  readonly declaration?: Place;
}

const MUTATES = new Set(
  'push pop shift unshift splice sort reverse fill copyWithin set delete add clear append assign remove insert put update increment decrement write setState'.split(
    ' ',
  ),
);

/** The shared state that one operation touches, operations inside it not counted. */
export function cellAccesses(entities: Entities, unit: Unit, fn: number, op: Op): CellAccess[] {
  switch (op.op) {
    case 'read':
      return access(entities, unit, fn, op.cell, 'read', false);
    case 'assign': {
      if (op.how === 'declare') return [];
      const updates = op.how === 'update';
      return access(entities, unit, fn, op.target, 'write', updates).map((cell) => ({
        ...cell,
        value: op.value,
        span: op.span,
      }));
    }
    case 'call': {
      if (op.callee.v !== 'member') return [];
      // A method of the project is judged by its own body, not by its name.
      if (entities.of(unit, fn, op.callee)?.k === 'function') return [];
      const mutates = MUTATES.has(op.callee.name);
      return access(entities, unit, fn, op.callee.of, mutates ? 'write' : 'read', mutates).map((cell) => ({
        ...cell,
        span: op.span,
      }));
    }
    default:
      return [];
  }
}

function access(
  entities: Entities,
  unit: Unit,
  fn: number,
  value: Value,
  how: 'read' | 'write',
  updates: boolean,
): CellAccess[] {
  if (!isShared(unit, fn, value)) return [];
  const entity = entities.of(unit, fn, value);
  if (
    entity?.k === 'function' ||
    entity?.k === 'class' ||
    entity?.k === 'lock' ||
    entity?.k === 'external' ||
    entity?.k === 'namespace'
  )
    return [];
  if (isConstantRoot(entities, unit, value)) return [];
  const path = accessPath(entities, unit, fn, value);
  if (!path || path.id.includes('()') || path.name === 'this') return [];
  const declaration = path.declaration ? { declaration: path.declaration } : {};
  return [{ id: path.id, receiver: path.receiver, name: path.name, how, updates, span: value.span, ...declaration }];
}

/** Enumerations, classes and functions do not change, here or in the file that they are imported from. */
function isConstantRoot(entities: Entities, unit: Unit, value: Value): boolean {
  let root = value;
  while (root.v === 'member' || root.v === 'index') root = root.of;
  if (root.v !== 'bind') return false;
  const binding = unit.facts.bindings[root.id]!;
  if (binding.kind !== 'import') return binding.kind === 'enum';
  const origin = entities.origin(unit, root.id);
  const kind = origin?.unit.facts.bindings[origin.binding]!.kind;
  return kind === undefined || kind === 'enum' || kind === 'class' || kind === 'function';
}

/** Whether a path leads to state that another task can reach: a field, or a variable that is not the function's own. */
function isShared(unit: Unit, fn: number, value: Value): boolean {
  let root = value;
  while (root.v === 'member' || root.v === 'index') root = root.of;
  if (root.v === 'this') return value.v !== 'this';
  if (root.v !== 'bind') return false;
  const binding = unit.facts.bindings[root.id]!;
  if (binding.kind === 'function' || binding.kind === 'class') return false;
  if (binding.kind === 'const' && binding.init && value.v !== 'bind')
    return isShared(unit, binding.owner, binding.init) || binding.owner !== ownerOf(unit, fn);
  return binding.owner !== ownerOf(unit, fn) || (binding.kind === 'param' && value.v !== 'bind');
}

/** The function whose activation a callback shares: an inline callback that runs at once has the variables of its maker as its own. */
function ownerOf(unit: Unit, fn: number): number {
  let id = fn;
  while (unit.fn(id).kind === 'arrow' && unit.fn(id).parent > 0) id = unit.fn(id).parent;
  return id;
}

/** Whether two paths may reach the same state: one is a part of the other. */
export function overlap(one: string, other: string): boolean {
  if (one === other) return true;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return long.startsWith(short) && /^[.[]/.test(long.slice(short.length));
}
