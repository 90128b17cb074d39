import type { Value } from '../../facts/format.js';
import { ByUnit } from '../by-unit.js';
import type { Target } from '../called-function.js';
import type { Entities } from '../entity.js';
import { accessPath, type AccessPath } from '../lock-ref.js';
import type { Unit } from '../unit.js';
import type { ObjectEntity, Property } from './property.js';

/**
 * What a function keeps for the object that it returns, as those see it who have the object. Each call of such a *maker* makes an instance of its variables, so
 * their identity is that of the object followed by their own: `b.ts#store@3→a.ts#cache@7` is the variable `cache` of `a.ts` as `store`, made by a call of a maker
 * there, has it. Inside of the maker it is `a.ts#cache@7`.
 */
const OF = '→';

/** The variable of the maker, last, and the objects that it is reached through, the outermost first. */
export function stepsOf(id: string): readonly string[] {
  return id.split(OF);
}

export function joined(steps: readonly string[]): string {
  return steps.join(OF);
}

export function isOfInstance(id: string): boolean {
  return id.includes(OF);
}

/** A path of a maker's own, as those see it who have the object that it has made. */
export function throughObject(object: AccessPath, own: Pick<AccessPath, 'id' | 'name'>): AccessPath {
  return { ...object, part: true, id: joined([object.id, own.id]), name: `${object.name}.${own.name}` };
}

/** The object whose maker keeps what a path means; undefined for any other path, and for what is a member of that. */
export function objectOf(path: AccessPath): AccessPath | undefined {
  if (!isOfInstance(path.id) || !/@f?\d+$/.test(path.id)) return undefined;
  return { ...path, id: joined(stepsOf(path.id).slice(0, -1)), name: path.name.slice(0, path.name.lastIndexOf('.')) };
}

/** The variable of its maker that a member of an object is; undefined where that is not known, or the member is no variable. */
export function keptByMaker(
  entities: Entities,
  unit: Unit,
  fn: number,
  { of, name }: Extract<Value, { v: 'member' }>,
  holder: ObjectEntity,
  hops: number,
): AccessPath | undefined {
  const property = certainly(entities, holder, name);
  if (!property) return undefined;
  const files = [unit, holder.unit, property.unit, ...property.spreads.map((spread) => spread.unit)];
  if (files.some((file) => isSetLater(file, name))) return undefined;
  const own = ownPath(entities, property, name, hops);
  const object = own && accessPath(entities, unit, fn, of, hops + 1);
  if (!own || !object || object.key || object.id.includes('()')) return undefined;
  if (own.isShared) return own.path;
  const path = madeBy(entities, unit, fn, of) && throughSpreads(entities, holder, object, property, hops);
  return path && throughObject(path, { id: own.path.id, name });
}

function certainly(entities: Entities, holder: ObjectEntity, name: string): Property | undefined {
  const found = entities.lookUp(holder, name);
  return found?.certain ? found.property : undefined;
}

/** What an object is seen through on the way to what was spread into it: each made once for each call of the maker that spreads it. */
function throughSpreads(
  entities: Entities,
  holder: ObjectEntity,
  object: AccessPath,
  { spreads }: Property,
  hops: number,
): AccessPath | undefined {
  let path = object;
  let maker: Target = holder;
  for (const { unit, fn, value } of spreads) {
    const made = madeBy(entities, unit, fn, value);
    const next = accessPath(entities, unit, fn, value, hops + 1);
    // Members that the maker itself has put together are its own.
    const isOwn = !made && isMadeIn(entities, unit, fn, value);
    if (isOwn) continue;
    if (!made || !next || next.id.includes('()') || ownerOf(unit, next) !== maker.fn) return undefined;
    path = { ...path, id: joined([path.id, next.id]) };
    maker = made;
  }
  return path;
}

/** `const parts = { cache }; return { ...parts };` */
function isMadeIn(entities: Entities, unit: Unit, fn: number, value: Value): boolean {
  const entity = entities.of(unit, fn, value);
  return entity?.k === 'object' && entity.unit === unit && entity.fn === fn;
}

/** What a property of a literal is a name of: a variable of its maker, or one of the file, which all instances share. */
function ownPath(
  entities: Entities,
  { unit, fn, value }: Property,
  name: string,
  hops: number,
): { readonly path: AccessPath; readonly isShared: boolean } | undefined {
  if (value.v === 'fn') return { path: methodPath(unit, value.id, name), isShared: false };
  const path = accessPath(entities, unit, fn, value, hops + 1);
  if (!path || path.receiver !== '' || path.key || path.id.includes('()')) return undefined;
  const { param: _, ...own } = path;
  const owner = ownerOf(unit, path);
  // What is set again is not what the object was given when it was made.
  return owner === fn || owner === 0 ? { path: own, isShared: owner === 0 } : undefined;
}

function methodPath(unit: Unit, fn: number, name: string): AccessPath {
  const declaration = { path: unit.path, span: unit.fn(fn).span };
  return { id: `${unit.path}#${name}@f${fn}`, receiver: '', name, owner: 'variable', declaration };
}

/** The function whose variable a path begins with; undefined for anything else, and for a variable that is set again. */
function ownerOf(unit: Unit, { id, declaration }: AccessPath): number | undefined {
  const variable = variableOf(stepsOf(id)[0]!);
  const binding = variable?.path === unit.path ? unit.facts.bindings[variable.binding] : undefined;
  return declaration && binding?.writes === 0 ? binding.owner : undefined;
}

/** The variable that a step is, or begins with. */
export function variableOf(step: string): { readonly path: string; readonly binding: number } | undefined {
  const [, path, binding] = /^(.*)#(?!class@)[^#]*@(\d+)(?:[.[].*)?$/.exec(step) ?? [];
  return path === undefined ? undefined : { path, binding: Number(binding) };
}

/** The maker whose call has made what a value is; undefined where none has, or not each call makes an object of its own. */
export function madeBy(entities: Entities, unit: Unit, fn: number, value: Value, hops = 0): Target | undefined {
  if (hops > MAX_HOPS) return undefined;
  if (value.v === 'await') return madeBy(entities, unit, fn, value.of, hops + 1);
  if (value.v === 'call') {
    const found = unit.call(value.id);
    const callee = found && !found.op.isNew ? entities.of(unit, found.fn, found.op.callee) : undefined;
    const made = callee?.k === 'function' ? entities.returns(callee.unit, callee.fn) : undefined;
    const isMaker =
      callee?.k === 'function' && made?.k === 'object' && made.unit === callee.unit && made.fn === callee.fn;
    return isMaker ? { unit: callee.unit, fn: callee.fn } : undefined;
  }
  if (value.v === 'member') {
    const holder = entities.of(unit, fn, value.of);
    const part = holder?.k === 'object' ? certainly(entities, holder, value.name) : undefined;
    return part && madeBy(entities, part.unit, part.fn, part.value, hops + 1);
  }
  if (value.v !== 'bind') return undefined;
  const { kind, init, writes, owner } = unit.facts.bindings[value.id]!;
  if (kind === 'import') {
    const origin = entities.origin(unit, value.id);
    const span = value.span;
    return origin && origin.unit !== unit
      ? madeBy(entities, origin.unit, 0, { v: 'bind', id: origin.binding, span }, hops + 1)
      : undefined;
  }
  return kind === 'const' && writes === 0 && init ? madeBy(entities, unit, owner, init, hops + 1) : undefined;
}

const MAX_HOPS = 8;

/** Whether a file sets a member of that name of anything but `this`: an object may then have another one than it was made with. */
function isSetLater(unit: Unit, name: string): boolean {
  let names = setMembers.get(unit, 'all');
  if (!names) {
    names = new Set();
    for (const { op } of unit.operations())
      if (op.op === 'assign' && op.target.v === 'member' && op.target.of.v !== 'this') names.add(op.target.name);
    setMembers.set(unit, 'all', names);
  }
  return names.has(name);
}

const setMembers = new ByUnit<'all', Set<string>>();
