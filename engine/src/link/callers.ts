import type { CallOp, FileFacts, MemberFact, Op, Value } from '../facts/format.js';
import type { Linked } from './linked.js';
import { everyOp, everyValue, valuesOf, type Unit } from './unit.js';

/** A place in a file that runs one of its functions, or hands it to others. */
export interface Caller {
  readonly fn: number;
  readonly op: Op;
  /** Absent where the function is only mentioned: it may be called by whoever is given it. */
  readonly call?: CallOp;
}

const known = new WeakMap<Unit, ReadonlyMap<number, readonly Caller[]>>();

/** Who runs or mentions a function in its own file. Callers in other files are not searched: ask only of what those cannot name. */
export function callersOf(project: Linked, unit: Unit, fn: number): readonly Caller[] {
  let callers = known.get(unit);
  if (!callers) known.set(unit, (callers = collect(project, unit)));
  return callers.get(fn) ?? [];
}

function collect(project: Linked, unit: Unit): Map<number, Caller[]> {
  const found = new Map<number, Caller[]>();
  const add = (target: number, caller: Caller) => {
    const list = found.get(target);
    if (list) list.push(caller);
    else found.set(target, [caller]);
  };
  unit.facts.functions.forEach((fact, fn) => {
    for (const op of everyOp(fact.body)) {
      const callee = op.op === 'call' ? op.callee : undefined;
      const target = op.op === 'call' ? project.summaries.target(unit, fn, op) : undefined;
      if (op.op === 'call' && target?.unit === unit) add(target.fn, { fn, op, call: op });
      if (op.op === 'read') continue;
      for (const value of valuesOf(op).flatMap((one) => [...everyValue(one)])) {
        if (value === callee || !mayBeFunction(unit, value)) continue;
        const entity = project.entities.of(unit, fn, value);
        const declares = op.op === 'assign' && op.how === 'declare' && value === op.target;
        if (entity?.k === 'function' && entity.unit === unit && !declares) add(entity.fn, { fn, op });
      }
    }
  });
  return found;
}

function mayBeFunction(unit: Unit, value: Value): boolean {
  if (value.v === 'member') return value.of.v === 'this';
  if (value.v !== 'bind') return false;
  const { kind, init } = unit.facts.bindings[value.id]!;
  return kind === 'function' || init?.v === 'fn';
}

/** Whether code outside of the file can name a function: a public member of a class, or something exported. */
export function isPublic(unit: Unit, fn: number): boolean {
  let functions = publicFunctions.get(unit.facts);
  if (!functions) publicFunctions.set(unit.facts, (functions = publicFunctionsOf(unit.facts)));
  return functions.has(fn);
}

/** Whether only a class and those that extend it can name a function. */
export function isProtected({ facts }: Unit, fn: number): boolean {
  return (
    methodsIn(facts)
      .get(fn)
      ?.some((member) => member.protected) === true
  );
}

/** Whether a function is a method that others are not meant to call. */
export function isInternal({ facts }: Unit, fn: number): boolean {
  return (
    methodsIn(facts)
      .get(fn)
      ?.some((member) => !isMeantForOthers(member)) === true
  );
}

const methods = new WeakMap<FileFacts, ReadonlyMap<number, readonly MemberFact[]>>();

/** By function: the members that it is. */
function methodsIn(facts: FileFacts): ReadonlyMap<number, readonly MemberFact[]> {
  const known = methods.get(facts);
  if (known) return known;
  const found = new Map<number, MemberFact[]>();
  for (const { members } of facts.classes)
    for (const member of members)
      if (member.function !== undefined) found.set(member.function, [...(found.get(member.function) ?? []), member]);
  methods.set(facts, found);
  return found;
}

const publicFunctions = new WeakMap<FileFacts, ReadonlySet<number>>();

function publicFunctionsOf({ functions, classes, bindings, exports }: FileFacts): ReadonlySet<number> {
  const members = new Map(
    classes.flatMap((cls) =>
      cls.members.map((member) => [member.init?.v === 'fn' ? member.init.id : member.function, member] as const),
    ),
  );
  const exported = new Set<number | undefined>();
  for (const { binding, value } of exports) {
    const init = binding === undefined ? undefined : bindings[binding]!.init;
    if (init?.v === 'fn') exported.add(init.id);
    if (value?.v === 'fn') exported.add(value.id);
  }
  const isOpen = (fn: number): boolean => {
    const member = members.get(fn);
    if (member) return !member.private && !member.name.startsWith('#');
    return functions[fn]!.kind === 'constructor' || exported.has(fn);
  };
  return new Set([...functions.keys()].filter(isOpen));
}

/** Whether a method is one that others are meant to call: neither private, nor internal by its name. */
export function isMeantForOthers({ private: isPrivate, name, kind }: MemberFact): boolean {
  return kind !== 'constructor' && !isPrivate && !/^[_#]/.test(name);
}

/** The variables that are a function. */
export function bindingsOf(unit: Unit, fn: number): number[] {
  return unit.facts.bindings.flatMap(({ init }, id) => (init?.v === 'fn' && init.id === fn ? [id] : []));
}
