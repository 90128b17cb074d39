import type { TypeFact, Value } from '../facts/format.js';
import type { Entities } from './entity.js';
import type { Unit } from './unit.js';

const MAX_HOPS = 8;

/**
 * The package that an object comes from, as the specifier that it is imported by: it was made by a class or a function of
 * that package, given by a method of one of its objects, or is declared to be one of its types.
 */
export function packageOf(entities: Entities, unit: Unit, fn: number, value: Value, hops = 0): string | undefined {
  if (hops > MAX_HOPS) return undefined;
  const again = (inner: Value) => packageOf(entities, unit, fn, inner, hops + 1);
  switch (value.v) {
    case 'await':
      return again(value.of);
    case 'choice':
      return firstOf(value.op === '?:' ? value.of.slice(1) : value.of, again);
    case 'call': {
      const found = unit.call(value.id);
      return found && packageOf(entities, unit, found.fn, found.op.callee, hops + 1);
    }
    case 'bind':
      return ofBinding(entities, unit, value.id, hops);
    case 'member':
      return ofMember(entities, unit, fn, value, hops);
    default:
      return undefined;
  }
}

function ofBinding(entities: Entities, unit: Unit, id: number, hops: number): string | undefined {
  const { kind, type, init, owner } = unit.facts.bindings[id]!;
  if (kind === 'import') return importedFrom(entities, unit, id);
  const typed = type && ofType(entities, unit, type, hops);
  return typed ?? (init && packageOf(entities, unit, owner, init, hops + 1));
}

function importedFrom(entities: Entities, unit: Unit, id: number): string | undefined {
  const fact = unit.facts.imports.find((candidate) => candidate.binding === id);
  const entity = fact && entities.imported(unit, fact.module, fact.name);
  return entity?.k === 'external' && !entity.module.startsWith('.') ? entity.module : undefined;
}

function ofMember(
  entities: Entities,
  unit: Unit,
  fn: number,
  value: Extract<Value, { v: 'member' }>,
  hops: number,
): string | undefined {
  const holder = entities.of(unit, fn, value.of);
  // What a method of the project gives is told by what it returns, and not by the class that it belongs to.
  if (holder?.k !== 'instance' && holder?.k !== 'class') return packageOf(entities, unit, fn, value.of, hops + 1);
  const found = entities.findMember(holder.unit, holder.cls, value.name);
  if (!found) return undefined;
  const { unit: home, cls, member } = found;
  if (member.function !== undefined) {
    const { returns } = home.fn(member.function);
    return returns && ofType(entities, home, returns, hops);
  }
  const typed = member.type && ofType(entities, home, member.type, hops);
  if (typed) return typed;
  const values = home.fieldWrites(cls, member.name).map(({ op, fn: writer }) => ({ value: op.value, fn: writer }));
  if (member.init) values.unshift({ value: member.init, fn: home.fieldsFunction(cls) });
  return firstOf(values, (made) => packageOf(entities, home, made.fn, made.value, hops + 1));
}

function ofType(entities: Entities, unit: Unit, type: TypeFact, hops: number): string | undefined {
  if (hops > MAX_HOPS) return undefined;
  if (type.t === 'union') return firstOf(type.of, (part) => ofType(entities, unit, part, hops + 1));
  if (type.t !== 'ref') return undefined;
  if (type.bind === undefined) return firstOf(type.args, (argument) => ofType(entities, unit, argument, hops + 1));
  const alias = unit.facts.aliases.find(({ binding }) => binding === type.bind);
  if (alias) return ofType(entities, unit, alias.type, hops + 1);
  return unit.facts.bindings[type.bind]!.kind === 'import' ? importedFrom(entities, unit, type.bind) : undefined;
}

function firstOf<T, R>(items: readonly T[], of: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = of(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
