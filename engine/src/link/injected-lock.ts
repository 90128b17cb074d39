import type { CallOp, TypeFact, Value } from '../facts/format.js';
import type { LockModel } from '../models/model.js';
import { namesLock } from '../models/words.js';
import type { Entities } from './entity.js';
import { isPromiseType } from './promise-type.js';
import type { Unit } from './unit.js';

/** A lock that comes in as a function, `lock(name, timeout, work)`: how far it reaches only its giver knows. */
export const injectedLock: LockModel = {
  name: 'lock function',
  modules: [],
  export: 'lock function',
  made: 'function',
  inferred: 'shape',
  kind: 'keyed',
  scope: 'origin',
  methods: { '': { does: 'section', callback: 'function', keyArg: 0 } },
  enqueue: 'async',
  start: 'async',
  fairness: 'unknown',
  reentrant: false,
  timeout: 'wait',
  disposable: false,
};

/** Names of functions that give a lock back, or are told of it. */
const OTHERWISE = /unlock|release|^on[A-Z]|(?:Handler|Listener|Callback|Hook)$/i;

/**
 * Whether a call hands work to a function that is not of the project, and that is a lock by the name of its type: a type of
 * functions that promise something, such as `type LockFunc = <R>(name: string, work: () => Promise<R>) => Promise<R>`.
 */
export function callsInjectedLock(entities: Entities, unit: Unit, fn: number, { callee, args }: CallOp): boolean {
  if (!args.some(({ v }) => v === 'fn') || (callee.v !== 'member' && callee.v !== 'bind')) return false;
  const declared = typeOf(entities, unit, fn, callee);
  return declared !== undefined && isLockFunction(entities, declared.unit, declared.type);
}

function typeOf(
  entities: Entities,
  unit: Unit,
  fn: number,
  value: Extract<Value, { v: 'member' | 'bind' }>,
): { readonly unit: Unit; readonly type: TypeFact } | undefined {
  if (value.v === 'bind') {
    const { type } = unit.facts.bindings[value.id]!;
    return type && { unit, type };
  }
  const holder = entities.of(unit, fn, value.of);
  const found =
    holder?.k === 'instance' || holder?.k === 'class'
      ? entities.findMember(holder.unit, holder.cls, value.name)
      : undefined;
  return found?.member.type && { unit: found.unit, type: found.member.type };
}

function isLockFunction(entities: Entities, unit: Unit, type: TypeFact): boolean {
  if (type.t === 'union') return type.of.some((part) => isLockFunction(entities, unit, part));
  if (type.t !== 'ref' || type.bind === undefined) return false;
  const origin = entities.origin(unit, type.bind) ?? { unit, binding: type.bind };
  const alias = origin.unit.facts.aliases.find(({ binding }) => binding === origin.binding);
  if (alias?.type.t !== 'function' || !namesLock(alias.name) || OTHERWISE.test(alias.name)) return false;
  return isPromiseType(alias.type.returns);
}
