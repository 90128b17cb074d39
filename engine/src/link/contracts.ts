import type { DocTag, Value } from '../facts/format.js';
import { lockOfDecorator } from './decorator-lock.js';
import type { Entities } from './entity.js';
import { lockRef, type LockRef } from './lock-ref.js';
import type { Hold } from './state.js';
import type { Unit } from './unit.js';

/** The locks that a function expects its callers to hold, by `@requiresLock`, each as a hold of its own. */
export function requiredHolds(entities: Entities, unit: Unit, fn: number): Hold[] {
  return tagsOf(unit, fn, 'requiresLock').flatMap((tag, index): Hold[] => {
    const ref = lockOfTag(entities, unit, fn, tag);
    const call = REQUIRED - index;
    return ref ? [{ call, unit, fn, ref, form: 'required', span: tag.span, waits: false, onlyIfFree: false }] : [];
  });
}

/** Far below the numbers of calls and of the further holds of one call. */
const REQUIRED = -1_000_000;

/** The locks that a function must not be called with, by `@excludesLock`, with the place that says so. */
export function excludedLocks(entities: Entities, unit: Unit, fn: number): { ref: LockRef; tag: DocTag }[] {
  return tagsOf(unit, fn, 'excludesLock').flatMap((tag) => {
    const ref = lockOfTag(entities, unit, fn, tag);
    return ref ? [{ ref, tag }] : [];
  });
}

export function hasContract(unit: Unit, fn: number): boolean {
  return unit.fn(fn).docs?.some(({ tag }) => tag === 'requiresLock' || tag === 'excludesLock') === true;
}

/** Annotations of a file whose lock cannot be found, so that nothing holds to them. */
export function unresolvedTags(entities: Entities, unit: Unit): DocTag[] {
  const found: DocTag[] = [];
  const look = (fn: number, docs: readonly DocTag[] = []) => {
    for (const tag of docs) if (tag.tag !== 'lock' && !lockOfTag(entities, unit, fn, tag)) found.push(tag);
  };
  unit.facts.functions.forEach((fact, fn) => look(fn, fact.docs));
  for (const { owner, docs } of unit.facts.bindings) look(owner, docs);
  unit.facts.classes.forEach(({ members }, cls) => {
    const fields = unit.fieldsFunction(cls);
    for (const member of members) if (member.function === undefined) look(fields, member.docs);
  });
  return found.filter((tag, index) => found.findIndex(({ span }) => span[0] === tag.span[0]) === index);
}

function tagsOf(unit: Unit, fn: number, name: DocTag['tag']): readonly DocTag[] {
  return unit.fn(fn).docs?.filter(({ tag }) => tag === name) ?? [];
}

/** The lock that a tag names, seen from a function: `this.mutex`, a member of its class, a variable in scope, or a decorator of its methods. */
export function lockOfTag(entities: Entities, unit: Unit, fn: number, { text, span }: DocTag): LockRef | undefined {
  const named = text.replace(/[;,.]$/, '');
  const [first, ...rest] = named.split('.');
  if (!first) return undefined;
  const root = rootNamed(entities, unit, fn, first, span);
  const value = root && rest.reduce<Value>((of, name) => ({ v: 'member', of, name, span }), root);
  return (value && lockRef(entities, unit, fn, value)) ?? lockOfDecorator(entities, unit, fn, named);
}

function rootNamed(entities: Entities, unit: Unit, fn: number, name: string, span: DocTag['span']): Value | undefined {
  const { thisClass: cls } = unit.fn(fn);
  const self: Value = { v: 'this', span };
  if (name === 'this') return self;
  if (cls !== undefined) {
    if (unit.classOf(cls).name === name) return self;
    if (entities.findMember(unit, cls, name)) return { v: 'member', of: self, name, span };
  }
  for (let scope = fn; scope >= 0; scope = unit.fn(scope).parent) {
    const id = unit.facts.bindings.findIndex((binding) => binding.name === name && binding.owner === scope);
    if (id >= 0) return { v: 'bind', id, span };
  }
  return undefined;
}
