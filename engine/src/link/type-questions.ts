import type { CallOp, Value } from '../facts/format.js';
import { mayNameLock } from '../models/words.js';
import { forgiving, type TypeOracle, type TypeOrigin } from '../types/index.js';
import type { Unit } from './unit.js';

/** A value with a name that a type checker can be asked about. */
export type Named = Extract<Value, { v: 'member' | 'bind' }>;

/** What a type checker says of one file, by the offsets of names. */
export interface TypeAnswers {
  /** What declares a method. */
  readonly members: ReadonlyMap<number, TypeOrigin | undefined>;
  /** What a value is. */
  readonly values: ReadonlyMap<number, TypeOrigin | undefined>;
}

/**
 * Asks all of a file at once: what declares each method of a lock's name; and what each value is that is called or handed on under a name that may
 * be a lock's, as in `deps.limit(work)` and `withLock(deps.mutex, work)`.
 */
export function askTypes(types: TypeOracle, unit: Unit, lockVerbs: ReadonlySet<string>): TypeAnswers {
  const calls = unit.facts.functions.flatMap((_, fn) => unit.callsIn(fn));
  const methods = calls.flatMap(({ callee }) => (callee.v === 'member' && lockVerbs.has(callee.name) ? [callee] : []));
  const values = calls.flatMap((op) => usedAsValues(op).filter((value) => mayNameLock(nameOf(unit, value))));
  const safe = forgiving(types);
  const answers = (named: readonly Named[], ask: TypeOracle['membersAt']) => {
    const offsets = [...new Set(named.map(nameOffset))];
    const told = offsets.length > 0 ? ask(unit.path, offsets) : [];
    return new Map(offsets.map((offset, index) => [offset, told[index]]));
  };
  return { members: answers(methods, safe.membersAt), values: answers(values, safe.typesAt) };
}

/** Where the name of a value begins: that of a member is its last part. */
export function nameOffset(value: Named): number {
  return value.v === 'bind' ? value.span[0] : value.span[1] - value.name.length;
}

function usedAsValues({ callee, args }: CallOp): Named[] {
  return [callee, ...args].filter((value) => value.v === 'member' || value.v === 'bind');
}

function nameOf(unit: Unit, value: Named): string {
  return value.v === 'bind' ? unit.facts.bindings[value.id]!.name : value.name;
}
