import type { WrittenOut } from './decorated.js';
import type { AssignOp, CallOp, ClassFact, FileFacts, FunctionFact, MemberFact, Op, Value } from '../facts/format.js';
import type { Span } from '../findings.js';

/** A file with its facts and the indices that linking needs. */
export class Unit {
  readonly path: string;
  readonly text: string;
  /** With decorators that take a lock written out as calls. */
  readonly facts: FileFacts;
  /** The calls that stand for decorators, by id. */
  readonly decorated: WrittenOut['decorated'];
  private indices: Indices | undefined;

  constructor(
    path: string,
    text: string,
    facts: FileFacts,
    decorated: WrittenOut['decorated'] = new Map(),
    indices?: Indices,
  ) {
    this.path = path;
    this.text = text;
    this.facts = facts;
    this.decorated = decorated;
    this.indices = indices;
  }

  /** The same file as another unit: nothing that was concluded from this one is known of it. */
  renewed(): Unit {
    return new Unit(this.path, this.text, this.facts, this.decorated, this.indices);
  }

  fn(id: number): FunctionFact {
    return this.facts.functions[id]!;
  }

  /** The call operation with this id, and the function that makes it. */
  call(id: number): { op: CallOp; fn: number } | undefined {
    return this.index.calls.get(id);
  }

  /** The calls that a function makes itself, in source order. */
  callsIn(fn: number): readonly CallOp[] {
    return this.index.callsIn[fn]!;
  }

  /** The first call that a function makes at exactly this place. */
  callAt(fn: number, span: Span): CallOp | undefined {
    let places = this.index.places[fn];
    if (!places) {
      this.index.places[fn] = places = new Map();
      for (const op of this.callsIn(fn)) if (!places.has(placeKey(op.span))) places.set(placeKey(op.span), op);
    }
    return places.get(placeKey(span));
  }

  /** Whether a function is declared by a name: `function f() {}`. */
  isDeclared(fn: number): boolean {
    return this.index.declared.has(fn);
  }

  /** The call that a function is written as an argument of. */
  callTaking(fn: number): { op: CallOp; fn: number } | undefined {
    return this.index.takers.get(fn);
  }

  /** Every assignment to `this.NAME` in the methods of a class. */
  fieldWrites(classId: number, name: string): readonly { op: AssignOp; fn: number }[] {
    return this.index.fieldWrites.get(`${classId}.${name}`) ?? [];
  }

  /** Every assignment to a variable, its initialisation apart. */
  variableWrites(binding: number): readonly AssignOp[] {
    return this.index.variableWrites.get(binding) ?? [];
  }

  /** What is put under a key into the object or map of a name: `NAME[key] = value`, `NAME.set(key, value)`. */
  entryWrites(name: string): readonly { value: Value; fn: number }[] {
    return this.index.entryWrites.get(name) ?? [];
  }

  /** Every mention of a member or variable by one of these names in the functions of the file. */
  mentions(names: ReadonlySet<string>): Mention[] {
    const found: Mention[] = [];
    for (const { op, fn } of this.operations())
      for (const value of valuesOf(op).flatMap(everyValue)) {
        if (value.v !== 'member' && value.v !== 'bind') continue;
        const name = nameOf(this.facts, value)!;
        if (names.has(name)) found.push({ fn, op, value });
      }
    return found;
  }

  private get index(): Indices {
    return (this.indices ??= indicesOf(this.facts));
  }

  /** The function that stands for the first values of a class's fields. */
  fieldsFunction(classId: number): number {
    return this.index.fieldsFunctions.get(classId) ?? -1;
  }

  member(classId: number, name: string, kinds?: readonly MemberFact['kind'][]): MemberFact | undefined {
    const named = membersByName(this.classOf(classId)).get(name);
    return kinds ? named?.find(({ kind }) => kinds.includes(kind)) : named?.[0];
  }

  classOf(classId: number): ClassFact {
    return this.facts.classes[classId]!;
  }

  /** Every operation of the file, with the function that it stands in. */
  *operations(): Generator<{ readonly op: Op; readonly fn: number }> {
    for (const [fn, fact] of this.facts.functions.entries()) for (const op of everyOp(fact.body)) yield { op, fn };
  }

  slice(span: readonly [number, number]): string {
    return this.text.slice(span[0], span[1]);
  }
}

export interface Mention {
  readonly fn: number;
  /** The operation that mentions it. */
  readonly op: Op;
  readonly value: Extract<Value, { v: 'member' | 'bind' }>;
}

interface Indices {
  readonly calls: ReadonlyMap<number, { readonly op: CallOp; readonly fn: number }>;
  readonly callsIn: readonly (readonly CallOp[])[];
  /** By function, its calls by where they stand; made when it is asked for. */
  readonly places: Map<string, CallOp>[];
  readonly declared: ReadonlySet<number>;
  readonly takers: ReadonlyMap<number, { readonly op: CallOp; readonly fn: number }>;
  readonly fieldWrites: ReadonlyMap<string, readonly { readonly op: AssignOp; readonly fn: number }[]>;
  readonly variableWrites: ReadonlyMap<number, readonly AssignOp[]>;
  readonly entryWrites: ReadonlyMap<string, readonly { readonly value: Value; readonly fn: number }[]>;
  readonly fieldsFunctions: ReadonlyMap<number, number>;
}

function indicesOf(facts: FileFacts): Indices {
  const calls = new Map<number, { op: CallOp; fn: number }>();
  const takers = new Map<number, { op: CallOp; fn: number }>();
  const fieldWrites = new Map<string, { op: AssignOp; fn: number }[]>();
  const variableWrites = new Map<number, AssignOp[]>();
  const entryWrites = new Map<string, { value: Value; fn: number }[]>();
  const callsIn = facts.functions.map((): CallOp[] => []);
  const fieldsFunctions = new Map<number, number>();
  facts.functions.forEach((fact, fn) => {
    if (fact.kind === 'fields' && fact.thisClass !== undefined && !fieldsFunctions.has(fact.thisClass))
      fieldsFunctions.set(fact.thisClass, fn);
    for (const op of everyOp(fact.body)) {
      if (op.op === 'call') {
        calls.set(op.id, { op, fn });
        callsIn[fn]!.push(op);
        for (const argument of op.args) if (argument.v === 'fn') takers.set(argument.id, { op, fn });
        const entry = op.callee.v === 'member' && op.callee.name === 'set' ? op.args[1] : undefined;
        const map = entry && nameOf(facts, (op.callee as Extract<Value, { v: 'member' }>).of);
        if (map !== undefined) append(entryWrites, map, { value: entry!, fn });
      } else if (op.op === 'assign') {
        const { target, how } = op;
        if (target.v === 'bind' && how !== 'declare') append(variableWrites, target.id, op);
        if (target.v === 'member' && target.of.v === 'this' && fact.thisClass !== undefined)
          append(fieldWrites, `${fact.thisClass}.${target.name}`, { op, fn });
        const map = target.v === 'index' && how !== 'delete' ? nameOf(facts, target.of) : undefined;
        if (map !== undefined) append(entryWrites, map, { value: op.value, fn });
      }
    }
  });
  const declared = new Set(
    facts.bindings.flatMap(({ kind, init }) => (kind === 'function' && init?.v === 'fn' ? [init.id] : [])),
  );
  return { calls, callsIn, places: [], declared, takers, fieldWrites, entryWrites, fieldsFunctions, variableWrites };
}

const members = new WeakMap<ClassFact, ReadonlyMap<string, readonly MemberFact[]>>();

function membersByName(fact: ClassFact): ReadonlyMap<string, readonly MemberFact[]> {
  let known = members.get(fact);
  if (!known) {
    const found = new Map<string, MemberFact[]>();
    for (const member of fact.members) append(found, member.name, member);
    members.set(fact, (known = found));
  }
  return known;
}

function placeKey([start, end]: Span): string {
  return `${start}:${end}`;
}

function nameOf({ bindings }: FileFacts, value: Value): string | undefined {
  return value.v === 'member' ? value.name : value.v === 'bind' ? bindings[value.id]!.name : undefined;
}

function append<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

/** All operations of a body, those inside branches, loops and tries included, in source order. */
export function everyOp(ops: readonly Op[]): readonly Op[] {
  if (ops.every((op) => isSimple(op))) return ops;
  let all = everyOpOf.get(ops);
  if (!all) {
    const found: Op[] = [];
    gather(ops, found);
    everyOpOf.set(ops, (all = found.slice()));
  }
  return all;
}

/** Bodies are gone through again and again, by the links and by every check. */
const everyOpOf = new WeakMap<readonly Op[], readonly Op[]>();

function gather(ops: readonly Op[], into: Op[]): void {
  for (const op of ops) {
    into.push(op);
    if (!isSimple(op)) for (const part of partsOf(op)) gather(part, into);
  }
}

/** Whether an operation has no others inside. */
function isSimple({ op }: Op): boolean {
  return op !== 'branch' && op !== 'loop' && op !== 'switch' && op !== 'try' && op !== 'block';
}

/** The lists of operations inside an operation. */
export function partsOf(op: Op): (readonly Op[])[] {
  switch (op.op) {
    case 'branch':
      return [op.then, op.else];
    case 'loop':
      return [op.head, op.body, op.update];
    case 'switch':
      return op.cases.flatMap((part) => [part.test, part.body]);
    case 'try':
      return [op.body, op.handler?.body ?? [], op.finalizer?.body ?? []];
    case 'block':
      return [op.body];
    default:
      return [];
  }
}

/** All values inside a value, itself first. */
export function everyValue(value: Value): readonly Value[] {
  const found: Value[] = [];
  gatherValues(value, found);
  return found;
}

function gatherValues(value: Value, into: Value[]): void {
  into.push(value);
  switch (value.v) {
    case 'member':
    case 'await':
      gatherValues(value.of, into);
      break;
    case 'index':
      gatherValues(value.of, into);
      gatherValues(value.key, into);
      break;
    case 'object':
      for (const part of value.props) gatherValues(part.value, into);
      break;
    case 'array':
      for (const item of value.items) gatherValues(item, into);
      break;
    case 'choice':
    case 'mix':
      for (const part of value.of) gatherValues(part, into);
      break;
  }
}

/** Every value that an operation mentions, in whatever value it is, what is read by itself included. */
export function mentionedIn(op: Op): readonly Value[] {
  return (op.op === 'read' ? [op.cell] : valuesOf(op)).flatMap((value) => everyValue(value));
}

/** The values that an operation itself mentions. */
export function valuesOf(op: Op): Value[] {
  switch (op.op) {
    case 'call':
      return [op.callee, ...op.args];
    case 'await':
      return op.of ? [op.of] : [];
    case 'assign':
      return [op.target, op.value];
    case 'using':
      return [op.value];
    case 'return':
    case 'throw':
      return op.value ? [op.value] : [];
    case 'branch':
      return [op.test];
    case 'loop':
      return op.test ? [op.test] : [];
    case 'switch':
      return [op.on];
    default:
      return [];
  }
}
