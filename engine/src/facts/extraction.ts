import { spanOf, type Node } from '../ast/node.js';
import type { Span } from '../findings.js';
import type {
  BindingFact,
  ClassFact,
  FunctionFact,
  ImportFact,
  Op,
  RefFact,
  TypeAliasFact,
  TypeFact,
  Value,
} from './format.js';
import { TYPE, type Reference, type Scope, type Scopes, type Variable } from './scopes/index.js';
import { countWhile } from '../ordered.js';

/** A binding while it is being built. */
export type BindingDraft = { -readonly [K in keyof BindingFact]: BindingFact[K] };

/** A function whose body is being read: where its operations go. */
export interface Frame {
  readonly id: number;
  readonly symbol: string;
  readonly thisClass: number | undefined;
  ops: Op[];
}

/** Raised for a program that is nested deeper than can be read; told as a problem of the file, never as a crash. */
class TooDeep extends Error {}

const MAX_DEPTH = 400;

/** The state of one file's extraction: what has been found so far, and the function being read. */
export class Extraction {
  readonly text: string;
  readonly bindings: BindingDraft[] = [];
  readonly classes: ClassFact[] = [];
  readonly functions: FunctionFact[] = [];
  readonly imports: ImportFact[] = [];
  readonly aliases: TypeAliasFact[] = [];
  /** Comments that document a declaration, by the offset at which they end. */
  readonly comments: readonly {
    readonly type: string;
    readonly value: string;
    readonly start: number;
    readonly end: number;
  }[];
  frame!: Frame;
  private nextCall = 0;
  private depth = 0;
  private readonly variableOf: Scopes['variableOf'];
  private readonly idOf = new Map<Variable, number>();
  /** The function that each scope's block became, to tell which function owns a variable. */
  private readonly functionOf = new Map<unknown, number>();

  constructor(text: string, { scopes, variableOf }: Scopes, comments: Extraction['comments']) {
    this.text = text;
    this.comments = comments;
    this.variableOf = variableOf;
    for (const { form, variables } of scopes)
      for (const variable of variables) {
        const meant = form === 'class' ? variableOf.get(variable.identifier!) : variable;
        if (meant !== variable) this.join(variable, meant!);
        else if (variable.kind) this.draft(variable, variable.kind);
      }
  }

  /** The name of a class inside of it is another variable of the scopes, and the same class. */
  private join(inner: Variable, outer: Variable): void {
    const id = this.idOf.get(outer)!;
    this.idOf.set(inner, id);
    const draft = this.bindings[id]!;
    draft.refs = [...draft.refs, ...inner.references.map(refOf)];
  }

  private draft(variable: Variable, kind: BindingFact['kind']): void {
    const name = variable.identifier;
    this.idOf.set(variable, this.bindings.length);
    this.bindings.push({
      name: variable.name,
      kind,
      owner: 0,
      span: name ? spanOf(name) : [0, 0],
      refs: variable.references.map(refOf),
      writes: variable.references.filter(({ writes }) => writes).length,
    });
  }

  /** The binding that an identifier means, or undefined for a global. */
  bindingOf(identifier: Node): number | undefined {
    const variable = this.variableOf.get(identifier);
    return variable && this.idOf.get(variable);
  }

  /** Says which function the block of a scope became. */
  own(block: Node, functionId: number): void {
    this.functionOf.set(block, functionId);
  }

  /** Gives every binding its owner, once all functions are numbered. */
  settleOwners(): void {
    for (const [variable, id] of this.idOf) {
      let scope: Scope | undefined = variable.scope;
      while (scope && !this.functionOf.has(scope.block)) scope = scope.upper;
      // A class field's initialiser has a scope of its own below the class; its names belong to what encloses it.
      this.bindings[id]!.owner = scope ? this.functionOf.get(scope.block)! : 0;
    }
  }

  /** The last comment that ends at or before an offset. */
  commentBefore(offset: number): Extraction['comments'][number] | undefined {
    return this.comments[countWhile(this.comments, ({ end }) => end <= offset) - 1];
  }

  callId(): number {
    return this.nextCall++;
  }

  push(op: Op): void {
    this.frame.ops.push(op);
  }

  /** The operations that `read` adds, apart from those around it. */
  collect(read: () => void): Op[] {
    const outer = this.frame.ops;
    const inner: Op[] = [];
    this.frame.ops = inner;
    try {
      read();
    } finally {
      this.frame.ops = outer;
    }
    return exact(inner);
  }

  /** Guards one level of recursion. */
  deeper<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new TooDeep('nested too deeply');
    try {
      return read();
    } finally {
      this.depth--;
    }
  }

  slice(span: Span): string {
    return this.text.slice(span[0], span[1]);
  }

  setInit(binding: number | undefined, init: Value | undefined, type?: TypeFact): void {
    if (binding === undefined) return;
    const draft = this.bindings[binding]!;
    if (init && draft.init === undefined) draft.init = init;
    if (type && draft.type === undefined) draft.type = type;
  }
}

/** A list that was added to has room for more, several times its size, and facts are kept. */
export function exact<T>(list: readonly T[]): T[] {
  return list.slice();
}

function refOf({ identifier, as, writes }: Reference): RefFact {
  return {
    span: spanOf(identifier),
    ...(writes ? { write: true as const } : {}),
    ...(as === TYPE ? { type: true as const } : {}),
  };
}
