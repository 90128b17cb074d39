import { spanOf, type Node } from '../../ast/node.js';
import type { BindingFact } from '../format.js';

/** What a name stands for: `class C` is a type and a value, `interface I` a type alone. A use of a name asks for one of them, or for either. */
export const TYPE = 1;
export const VALUE = 2;
export const EITHER = TYPE | VALUE;

/** A place where a name is used. */
export interface Reference {
  readonly identifier: Node;
  readonly as: number;
  /** A write besides the initialisation. */
  readonly writes: boolean;
}

/** What a name means in the scope that declares it. */
export class Variable {
  readonly name: string;
  readonly scope: Scope;
  /** By its first declaration; undefined for `arguments`. */
  kind: BindingFact['kind'] | undefined;
  as = EITHER;
  /** Of its first declaration. */
  identifier: Node | undefined;
  readonly references: Reference[] = [];

  constructor(name: string, scope: Scope) {
    this.name = name;
    this.scope = scope;
  }
}

export type Form =
  | 'module'
  | 'namespace'
  | 'function'
  | 'initializer'
  | 'static'
  | 'class'
  | 'block'
  | 'with'
  | 'type'
  | 'function type'
  | 'mapped type'
  | 'conditional type';

/** Where a `var` is declared, however deep in blocks it stands. */
const TAKES_VAR: ReadonlySet<Form> = new Set(['module', 'namespace', 'function', 'initializer', 'static']);

export class Scope {
  readonly form: Form;
  readonly block: Node;
  readonly upper: Scope | undefined;
  /** The scope that a `var` in this one belongs to. */
  readonly ofVar: Scope;
  readonly variables: Variable[] = [];
  /** Uses whose names are looked up when the scope is complete. */
  readonly uses: Reference[] = [];
  private readonly named = new Map<string, Variable>();

  constructor(form: Form, block: Node, upper: Scope | undefined) {
    this.form = form;
    this.block = block;
    this.upper = upper;
    this.ofVar = TAKES_VAR.has(form) || !upper ? this : upper.ofVar;
    if (form === 'function' && block.type !== 'ArrowFunctionExpression') this.variable('arguments');
  }

  define(name: string, identifier: Node | undefined, kind: BindingFact['kind']): Variable {
    const variable = this.variable(name);
    variable.as = variable.kind === undefined ? meaningOf(kind) : variable.as | meaningOf(kind);
    variable.kind ??= kind;
    variable.identifier ??= identifier;
    return variable;
  }

  private variable(name: string): Variable {
    let variable = this.named.get(name);
    if (!variable) {
      variable = new Variable(name, this);
      this.named.set(name, variable);
      this.variables.push(variable);
    }
    return variable;
  }

  /** What a use means here, if it is declared here. */
  find({ identifier, as }: Reference): Variable | undefined {
    const variable = this.named.get(identifier['name'] as string);
    if (!variable || (variable.as & as) === 0) return undefined;
    return this.form === 'function' && this.isHiddenFrom(identifier, variable) ? undefined : variable;
  }

  /** Parameters do not see what the body declares: `function f(a = x) { const x = 1; }`. */
  private isHiddenFrom(identifier: Node, variable: Variable): boolean {
    const body = this.block['body'] as Node | null | undefined;
    const start = body ? spanOf(body)[0] : -1;
    const isOfBody = !variable.identifier || spanOf(variable.identifier)[0] >= start;
    return isOfBody && spanOf(identifier)[0] < start;
  }
}

function meaningOf(kind: BindingFact['kind']): number {
  switch (kind) {
    case 'type':
      return TYPE;
    case 'class':
    case 'import':
    case 'enum':
      return EITHER;
    default:
      return VALUE;
  }
}
