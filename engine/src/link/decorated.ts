import type { CallOp, DecoratorFact, FileFacts, FunctionFact, ImportFact, MemberFact, Value } from '../facts/format.js';
import type { DecoratorModel } from '../models/decorator.js';
import { anyBeginning } from '../models/module.js';
import { everyOp } from './unit.js';

/** A method that runs under the lock of a decorator. */
export interface Decorated {
  readonly model: DecoratorModel;
  readonly decorator: DecoratorFact;
  readonly cls: number;
  readonly member: MemberFact;
}

/** Facts in which each decorator that takes a lock is a call, and what that call runs. */
export interface WrittenOut {
  readonly facts: FileFacts;
  /** By the id of the call. */
  readonly decorated: ReadonlyMap<number, Decorated>;
}

/**
 * Writes decorators out as what they do: `@Synchronized() save() { … }` is `save() { return synchronized(() => { … }); }`. A decorated method is then a
 * section with a callback like any other, and nothing else has to know of decorators.
 */
export function writtenOut(facts: FileFacts, models: readonly DecoratorModel[]): WrittenOut {
  const found = models.length === 0 ? [] : decoratedIn(facts, models);
  if (found.length === 0) return { facts, decorated: new Map() };
  const functions = [...facts.functions];
  const decorated = new Map<number, Decorated>();
  /** By method: the function that has its body now. */
  const bodies = new Map<number, number>();
  let call = callsIn(facts);
  for (const one of found) {
    const method = one.member.function!;
    // Of several decorators of a method each runs what the next one makes of it.
    const target = bodies.get(method) ?? method;
    const inner = functions.length;
    const { outside, inside } = parted(functions[target]!, one, { call, target, inner });
    functions[target] = outside;
    functions.push(inside);
    bodies.set(method, inner);
    decorated.set(call++, one);
  }
  for (const [id, fact] of facts.functions.entries()) {
    const inner = bodies.get(fact.parent);
    if (inner !== undefined) functions[id] = { ...functions[id]!, parent: inner };
  }
  const parameters = new Set(
    [...bodies.keys()].flatMap((method) => facts.functions[method]!.params.map(({ binding }) => binding)),
  );
  const bindings = facts.bindings.map((binding, id) => {
    const inner = parameters.has(id) ? undefined : bodies.get(binding.owner);
    return inner === undefined ? binding : { ...binding, owner: inner };
  });
  return { facts: { ...facts, functions, bindings }, decorated };
}

/** A function as one that runs its body through a call of the decorator. */
function parted(
  fact: FunctionFact,
  { model, decorator }: Decorated,
  { call, target, inner }: { readonly call: number; readonly target: number; readonly inner: number },
): { readonly outside: FunctionFact; readonly inside: FunctionFact } {
  const { span } = decorator;
  const { docs: _ofOutside, ...body } = fact;
  const inside: FunctionFact = { ...body, name: '', kind: 'arrow', params: [], parent: target, span: fact.bodySpan };
  const runs: CallOp = {
    op: 'call',
    id: call,
    span,
    callee: { v: 'global', name: model.model.name, span },
    args: [{ v: 'fn', id: inner, span: fact.bodySpan }],
    spread: false,
    isNew: false,
    optional: false,
    result: 'return',
    typeArgs: [],
  };
  const outside: FunctionFact = {
    ...fact,
    // The decorator is a part of the function that takes its lock.
    span: [Math.min(span[0], fact.span[0]), fact.span[1]],
    body: [runs, { op: 'return', value: { v: 'call', id: call, span }, span }],
  };
  return { outside, inside };
}

function decoratedIn(facts: FileFacts, models: readonly DecoratorModel[]): Decorated[] {
  const imports = new Map(facts.imports.map((one) => [one.binding, one]));
  return facts.classes.flatMap(({ members }, cls) =>
    members.flatMap((member) =>
      (member.decorators ?? []).flatMap((decorator): Decorated[] => {
        const model = models.find((one) => isMeant(facts, imports, one, decorator.callee));
        // A generator is given back before anything of it runs.
        return model && !facts.functions[member.function!]!.generator ? [{ model, decorator, cls, member }] : [];
      }),
    ),
  );
}

/** Whether a decorator is the one that a model is about. */
function isMeant(
  facts: FileFacts,
  imports: ReadonlyMap<number, ImportFact>,
  { name, modules }: DecoratorModel,
  callee: Value,
): boolean {
  const root = callee.v === 'member' ? callee.of : callee;
  const imported = root.v === 'bind' ? imports.get(root.id) : undefined;
  const isOfModule =
    modules.length === 0 ||
    (imported !== undefined && [imported.module, anyBeginning(imported.module)].some((one) => modules.includes(one)));
  return isOfModule && nameOf(facts, callee, imported?.name) === name;
}

/** The name of a decorator where it is declared; a default export has the name that it is given. */
function nameOf(facts: FileFacts, callee: Value, exported: string | undefined): string | undefined {
  if (callee.v === 'member' || callee.v === 'global') return callee.name;
  if (callee.v !== 'bind') return undefined;
  return exported === undefined || exported === 'default' ? facts.bindings[callee.id]!.name : exported;
}

/** The first id that no call of a file has. */
function callsIn({ functions }: FileFacts): number {
  let next = 0;
  for (const { body } of functions)
    for (const op of everyOp(body)) if (op.op === 'call') next = Math.max(next, op.id + 1);
  return next;
}
