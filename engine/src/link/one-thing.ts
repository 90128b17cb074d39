import type { TypeFact, Value } from '../facts/format.js';
import { returnValues, type Entities } from './entity.js';
import type { Unit } from './unit.js';

const MAX_HOPS = 6;

/** Whether a value is nothing else than what `Entities` says it is: of what may be several things, those tell the first. */
export function isOneThing(entities: Entities, unit: Unit, fn: number, value: Value, hops = 0): boolean {
  if (hops > MAX_HOPS) return false;
  switch (value.v) {
    case 'this':
    case 'super':
    case 'class':
    case 'object':
      return true;
    case 'await':
      return isOneThing(entities, unit, fn, value.of, hops + 1);
    case 'bind': {
      const origin = entities.origin(unit, value.id) ?? { unit, binding: value.id };
      return isOneVariable(entities, origin.unit, origin.binding, hops);
    }
    case 'member':
      return isOneMember(entities, unit, fn, value, hops);
    case 'call': {
      const { op } = unit.call(value.id)!;
      if (op.isNew) return true;
      const called = entities.of(unit, fn, op.callee);
      return called?.k === 'function' && isOneResult(entities, called.unit, called.fn, hops);
    }
    default:
      return false;
  }
}

function isOneVariable(entities: Entities, unit: Unit, binding: number, hops: number): boolean {
  const { kind, type, init, writes, owner } = unit.facts.bindings[binding]!;
  if (kind === 'class') return true;
  if (type) return isOneType(entities, unit, type);
  return writes === 0 && init !== undefined && isOneThing(entities, unit, owner, init, hops + 1);
}

function isOneMember(
  entities: Entities,
  unit: Unit,
  fn: number,
  { of, name }: Extract<Value, { v: 'member' }>,
  hops: number,
): boolean {
  const holder = entities.of(unit, fn, of);
  if (holder?.k === 'namespace') {
    const origin = entities.exportOrigin(holder.unit, name);
    return origin !== undefined && isOneVariable(entities, origin.unit, origin.binding, hops + 1);
  }
  if ((holder?.k !== 'instance' && holder?.k !== 'class') || !isOneThing(entities, unit, fn, of, hops + 1))
    return false;
  const found = entities.findMember(holder.unit, holder.cls, name);
  if (!found) return false;
  const { member, cls, unit: home } = found;
  if (member.type) return isOneType(entities, home, member.type);
  if (member.function !== undefined) return isOneResult(entities, home, member.function, hops);
  // Where no type says what it is, code of other files may give it another value.
  if (!member.private && !member.readonly && /\.[cm]?jsx?$/.test(home.path)) return false;
  const [value, ...others] = [
    ...(member.init ? [{ value: member.init, fn: home.fieldsFunction(cls) }] : []),
    ...home.fieldWrites(cls, name).map(({ op, fn: writer }) => ({ value: op.value, fn: writer })),
  ];
  return value !== undefined && others.length === 0 && isOneThing(entities, home, value.fn, value.value, hops + 1);
}

/** Whether what a function returns is one thing, by its type or its only `return`. */
function isOneResult(entities: Entities, unit: Unit, fn: number, hops: number): boolean {
  const { returns } = unit.fn(fn);
  if (returns) return isOneType(entities, unit, returns);
  const [value, ...others] = returnValues(unit, fn);
  return value !== undefined && others.length === 0 && isOneThing(entities, unit, fn, value, hops + 1);
}

/** Whether a type is that of one class: by its name, or an alias of it, or nothing at all besides. */
function isOneType(entities: Entities, unit: Unit, type: TypeFact, hops = 0): boolean {
  if (hops > MAX_HOPS) return false;
  if (type.t === 'union') {
    const things = type.of.filter((part) => part.t !== 'prim');
    return things.length === 1 && isOneType(entities, unit, things[0]!, hops + 1);
  }
  if (type.t !== 'ref') return false;
  if (type.bind === undefined)
    return (
      /^(?:Promise|Readonly|Awaited|NonNullable)$/.test(type.name) && isOneType(entities, unit, type.args[0]!, hops + 1)
    );
  const origin = entities.origin(unit, type.bind) ?? { unit, binding: type.bind };
  const { kind } = origin.unit.facts.bindings[origin.binding]!;
  const alias = origin.unit.facts.aliases.find(({ binding }) => binding === origin.binding);
  return alias ? isOneType(entities, origin.unit, alias.type, hops + 1) : kind === 'class';
}
