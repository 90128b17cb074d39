import type { Value } from '../facts/format.js';
import type { Entities } from './entity.js';
import type { Target } from './called-function.js';
import type { Unit } from './unit.js';

/**
 * The functions of the project that a value may be, in the order in which they are written: a field may be given one of
 * several, chosen by an option or by what the platform has (`this.lock = hasLocks ? browserLock : noLock`).
 */
export function possibleFunctions(entities: Entities, unit: Unit, fn: number, value: Value): readonly Target[] {
  const found = new Map<string, Target>();
  for (const one of possibleValues(entities, unit, fn, value)) {
    const entity = entities.of(one.unit, one.fn, one.value);
    if (entity?.k === 'function') found.set(`${entity.unit.path}\0${entity.fn}`, { unit: entity.unit, fn: entity.fn });
  }
  return [...found.values()];
}

interface Written {
  readonly unit: Unit;
  readonly fn: number;
  readonly value: Value;
}

/**
 * What a value may be, as written where it is given: every value that a field gets, and every part of a choice. A field
 * that may keep what it is (`this.x = ready ? this.x : other`) is looked at once.
 */
function possibleValues(
  entities: Entities,
  unit: Unit,
  fn: number,
  value: Value,
  seen: ReadonlySet<string> = new Set(),
): Written[] {
  if (value.v === 'choice') {
    const parts = value.op === '?:' ? value.of.slice(1) : value.of;
    return parts.flatMap((part) => possibleValues(entities, unit, fn, part, seen));
  }
  const given = value.v === 'member' ? givenToField(entities, unit, fn, value, seen) : [];
  return given.length === 0 ? [{ unit, fn, value }] : given;
}

function givenToField(
  entities: Entities,
  unit: Unit,
  fn: number,
  { of, name }: Extract<Value, { v: 'member' }>,
  seen: ReadonlySet<string>,
): Written[] {
  const holder = entities.of(unit, fn, of);
  if (holder?.k !== 'instance' && holder?.k !== 'class') return [];
  const found = entities.findMember(holder.unit, holder.cls, name);
  if (found?.member.kind !== 'field' || found.member.function !== undefined) return [];
  const field = `${found.unit.path}\0${found.cls}\0${name}`;
  if (seen.has(field)) return [];
  const first = found.member.init
    ? [{ unit: found.unit, fn: found.unit.fieldsFunction(found.cls), value: found.member.init }]
    : [];
  const later = found.unit
    .fieldWrites(found.cls, name)
    .map(({ op, fn: writer }) => ({ unit: found.unit, fn: writer, value: op.value }));
  const looked = new Set([...seen, field]);
  return [...first, ...later].flatMap((one) =>
    one.value.v === 'choice' ? possibleValues(entities, one.unit, one.fn, one.value, looked) : [one],
  );
}
