import type { Op, TypeFact } from '../facts/format.js';
import type { Span } from '../findings.js';
import type { Linked } from './linked.js';
import type { Unit } from './unit.js';

/** A written type that puts a lock inside something that it should not be inside of. */
export interface Nesting {
  readonly kind: 'lock in a lock' | 'promise of a lock' | 'optional entry';
  readonly span: Span;
  readonly text: string;
  /** The type of the entry, and what is left of it without its absence. */
  readonly entry?: { readonly span: Span; readonly present: string };
}

/** The nested lock types that a file writes in the declarations of its variables, fields and aliases. */
export function nestedLockTypes(project: Linked, unit: Unit): Nesting[] {
  const found = new Map<number, Nesting>();
  for (const type of writtenTypes(unit)) {
    for (const part of everyType(type)) {
      const nesting = judge(project, unit, part);
      if (nesting && !found.has(part.span[0])) found.set(part.span[0], nesting);
    }
  }
  return [...found.values()];
}

function judge(project: Linked, unit: Unit, type: TypeFact): Nesting | undefined {
  if (type.t !== 'ref') return undefined;
  const isLock = (part: TypeFact | undefined): boolean =>
    part?.t === 'ref' &&
    part.bind !== undefined &&
    !WRAPPERS.test(part.name) &&
    project.entities.typed(unit, part)?.k === 'lock';
  const make = (kind: Nesting['kind'], entry?: Nesting['entry']): Nesting => ({
    kind,
    span: type.span,
    text: unit.slice(type.span),
    ...(entry ? { entry } : {}),
  });
  if (type.name === 'Promise' && isLock(type.args[0])) return make('promise of a lock');
  if (isLock(type) && isLock(type.args[0]) && !isKeyed(project, unit, type)) return make('lock in a lock');
  const entry = /^(?:Weak)?Map$|^Record$/.test(type.name) ? type.args[1] : undefined;
  if (entry?.t === 'union' && entry.of.some(isLock)) {
    // `null` is not what a missing key gives: whoever writes it tells «none wanted» from «none yet».
    const kept = entry.of.filter((part) => !(part.t === 'prim' && part.name === 'undefined'));
    if (kept.length === entry.of.length) return undefined;
    const text = kept.map((part) => unit.slice(part.span)).join(' | ');
    return make('optional entry', { span: entry.span, present: text });
  }
  return undefined;
}

/** The type argument of a keyed lock is no data: it names the keys, or the locks that it keeps. */
function isKeyed(project: Linked, unit: Unit, type: TypeFact): boolean {
  const typed = project.entities.typed(unit, type);
  return typed?.k === 'lock' && typed.model.kind === 'keyed';
}

const WRAPPERS = /^(?:Promise|Readonly|Awaited|NonNullable|(?:Readonly)?(?:Map|Record|Array|Set|WeakMap))$/;

function* everyType(type: TypeFact): Generator<TypeFact> {
  yield type;
  if (type.t === 'ref') for (const part of type.args) yield* everyType(part);
  if (type.t === 'union') for (const part of type.of) yield* everyType(part);
  if (type.t === 'array') yield* everyType(type.of);
}

function writtenTypes(unit: Unit): TypeFact[] {
  return [
    ...unit.facts.aliases.map((alias) => alias.type),
    ...unit.facts.bindings.flatMap((binding) => (binding.kind !== 'param' && binding.type ? [binding.type] : [])),
    ...unit.facts.classes.flatMap((fact) =>
      fact.members.flatMap((member) => (member.type && member.kind === 'field' ? [member.type] : [])),
    ),
    ...unit.facts.functions.flatMap((fact) => fact.body).flatMap(madeType),
  ];
}

/** `new Map<string, Mutex>()` as the type that it makes. */
function madeType(op: Op): TypeFact[] {
  if (op.op !== 'call' || !op.isNew || op.typeArgs.length === 0) return [];
  const { callee } = op;
  if (callee.v === 'global') return [{ t: 'ref', name: callee.name, args: op.typeArgs, span: op.span }];
  return callee.v === 'bind' ? [{ t: 'ref', name: '', bind: callee.id, args: op.typeArgs, span: op.span }] : [];
}
