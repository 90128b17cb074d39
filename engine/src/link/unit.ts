import type { AssignOp, CallOp, ClassFact, FileFacts, FunctionFact, MemberFact, Op, Value } from '../facts/format.js';

/** A file with its facts and the indices that linking needs. */
export class Unit {
  readonly path: string;
  readonly text: string;
  readonly facts: FileFacts;
  private callIndex: Map<number, { op: CallOp; fn: number }> | undefined;
  private fieldIndex: Map<string, { op: AssignOp; fn: number }[]> | undefined;

  constructor(path: string, text: string, facts: FileFacts) {
    this.path = path;
    this.text = text;
    this.facts = facts;
  }

  fn(id: number): FunctionFact {
    return this.facts.functions[id]!;
  }

  /** The call operation with this id, and the function that makes it. */
  call(id: number): { op: CallOp; fn: number } | undefined {
    if (!this.callIndex) this.index();
    return this.callIndex!.get(id);
  }

  /** The call that a function is written as an argument of. */
  callTaking(fn: number): { op: CallOp; fn: number } | undefined {
    if (!this.callIndex) this.index();
    return this.takers.get(fn);
  }

  private readonly takers = new Map<number, { op: CallOp; fn: number }>();

  /** Every assignment to `this.NAME` in the methods of a class. */
  fieldWrites(classId: number, name: string): readonly { op: AssignOp; fn: number }[] {
    if (!this.fieldIndex) this.index();
    return this.fieldIndex!.get(`${classId}.${name}`) ?? [];
  }

  private index(): void {
    this.callIndex = new Map();
    this.fieldIndex = new Map();
    this.facts.functions.forEach((fact, fn) => {
      for (const op of everyOp(fact.body)) {
        if (op.op === 'call') {
          this.callIndex!.set(op.id, { op, fn });
          for (const argument of op.args) if (argument.v === 'fn') this.takers.set(argument.id, { op, fn });
        } else if (
          op.op === 'assign' &&
          op.target.v === 'member' &&
          op.target.of.v === 'this' &&
          fact.thisClass !== undefined
        ) {
          const key = `${fact.thisClass}.${op.target.name}`;
          const list = this.fieldIndex!.get(key);
          if (list) list.push({ op, fn });
          else this.fieldIndex!.set(key, [{ op, fn }]);
        }
      }
    });
  }

  member(classId: number, name: string, kinds?: readonly MemberFact['kind'][]): MemberFact | undefined {
    return this.facts.classes[classId]!.members.find(
      (member) => member.name === name && (!kinds || kinds.includes(member.kind)),
    );
  }

  classOf(classId: number): ClassFact {
    return this.facts.classes[classId]!;
  }

  slice(span: readonly [number, number]): string {
    return this.text.slice(span[0], span[1]);
  }
}

/** All operations of a body, those inside branches, loops and tries included, in source order. */
export function* everyOp(ops: readonly Op[]): Generator<Op> {
  for (const op of ops) {
    yield op;
    for (const part of partsOf(op)) yield* everyOp(part);
  }
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
export function* everyValue(value: Value): Generator<Value> {
  yield value;
  switch (value.v) {
    case 'member':
    case 'await':
      yield* everyValue(value.of);
      break;
    case 'index':
      yield* everyValue(value.of);
      yield* everyValue(value.key);
      break;
    case 'object':
      for (const part of value.props) yield* everyValue(part.value);
      break;
    case 'array':
      for (const item of value.items) yield* everyValue(item);
      break;
    case 'choice':
    case 'mix':
      for (const part of value.of) yield* everyValue(part);
      break;
  }
}
