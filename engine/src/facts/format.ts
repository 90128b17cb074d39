import type { Span } from '../findings.js';

/**
 * What one file says about functions, values and control flow: plain JSON that depends on the file's text alone.
 * Facts know neither locks nor rules: which call takes a lock is decided when files are linked, for a wrapper may
 * stand in another file.
 */
export interface FileFacts {
  readonly format: typeof FORMAT;
  readonly imports: readonly ImportFact[];
  readonly exports: readonly ExportFact[];
  /** Every variable, parameter, import and named declaration; a binding's id is its position. */
  readonly bindings: readonly BindingFact[];
  readonly classes: readonly ClassFact[];
  /** `functions[0]` is the module body. */
  readonly functions: readonly FunctionFact[];
  readonly aliases: readonly TypeAliasFact[];
  readonly suppressions: readonly SuppressionFact[];
}

/** Raised whenever the shape or the meaning of facts changes, so that no stale cache is read. */
export const FORMAT = 6;

export interface ImportFact {
  readonly binding: number;
  readonly module: string;
  /** The exported name; `*` for the namespace. */
  readonly name: string;
  readonly typeOnly: boolean;
  /** The whole declaration, which may import more names. */
  readonly declaration: Span;
  readonly specifier: Span;
}

export interface ExportFact {
  readonly name: string;
  /** What is exported: a binding or value of this file, or a name of another module (`*` re-exports all). */
  readonly binding?: number;
  readonly value?: Value;
  readonly from?: { readonly module: string; readonly name: string };
}

export interface BindingFact {
  readonly name: string;
  readonly kind:
    'const' | 'let' | 'var' | 'using' | 'param' | 'function' | 'class' | 'import' | 'catch' | 'type' | 'enum';
  /** The function that it lives in. */
  readonly owner: number;
  readonly span: Span;
  /** The initial value: of `const x = …`, or of a pattern's part. */
  readonly init?: Value;
  readonly type?: TypeFact;
  /** The whole `x = …` declarator. */
  readonly declarator?: Span;
  readonly refs: readonly RefFact[];
  /** Writes besides the initialisation. */
  readonly writes: number;
  readonly docs?: readonly DocTag[];
}

export interface RefFact {
  readonly span: Span;
  readonly write?: true;
  readonly type?: true;
}

export interface ClassFact {
  readonly name: string;
  readonly span: Span;
  readonly binding?: number;
  readonly superClass?: Value;
  readonly implements: readonly TypeFact[];
  readonly members: readonly MemberFact[];
  readonly docs?: readonly DocTag[];
}

export interface MemberFact {
  readonly name: string;
  readonly kind: 'field' | 'method' | 'getter' | 'setter' | 'constructor';
  readonly span: Span;
  readonly nameSpan: Span;
  readonly static: boolean;
  /** `#name`, or `private`. */
  readonly private: boolean;
  /** `protected`: only the class and those that extend it can name it. */
  readonly protected?: true;
  readonly readonly: boolean;
  /** The parameter of the constructor that declares it. */
  readonly parameter?: number;
  readonly type?: TypeFact;
  readonly init?: Value;
  readonly function?: number;
  /** Of a method, the outermost first. */
  readonly decorators?: readonly DecoratorFact[];
  readonly docs?: readonly DocTag[];
}

export interface DecoratorFact {
  /** A variable, or a member of one. */
  readonly callee: Value;
  /** None where it is not called: `@name`. What has to be run to be known is a `mix`, of the operation `function` where it holds one. */
  readonly args: readonly Value[];
  readonly span: Span;
}

export interface FunctionFact {
  readonly name: string;
  readonly kind: 'module' | 'function' | 'arrow' | 'method' | 'constructor' | 'getter' | 'setter' | 'fields';
  readonly async: boolean;
  readonly generator: boolean;
  readonly static: boolean;
  readonly params: readonly ParamFact[];
  readonly returns?: TypeFact;
  /** The function that encloses it; -1 for the module. */
  readonly parent: number;
  /** The class whose instance `this` is, through arrow functions. */
  readonly thisClass?: number;
  readonly span: Span;
  readonly bodySpan: Span;
  readonly body: readonly Op[];
  readonly docs?: readonly DocTag[];
  /** The enclosing path, such as `Class.method`. */
  readonly symbol: string;
}

export interface ParamFact {
  /** Absent for a pattern, whose parts are bindings of their own. */
  readonly binding?: number;
  readonly rest: boolean;
  readonly optional: boolean;
  readonly type?: TypeFact;
  readonly span: Span;
}

export interface TypeAliasFact {
  readonly name: string;
  readonly binding?: number;
  readonly type: TypeFact;
  readonly span: Span;
}

export type TypeFact =
  | {
      readonly t: 'ref';
      readonly name: string;
      readonly bind?: number;
      readonly args: readonly TypeFact[];
      readonly span: Span;
    }
  | { readonly t: 'union'; readonly of: readonly TypeFact[]; readonly span: Span }
  | { readonly t: 'prim'; readonly name: string; readonly span: Span }
  | { readonly t: 'array'; readonly of: TypeFact; readonly span: Span }
  | { readonly t: 'function'; readonly returns?: TypeFact; readonly span: Span }
  | { readonly t: 'other'; readonly span: Span };

export interface DocTag {
  readonly tag: 'lock' | 'guardedBy' | 'requiresLock' | 'excludesLock';
  readonly text: string;
  readonly span: Span;
}

export interface SuppressionFact {
  /** The text in which findings are silenced. */
  readonly span: Span;
  /** Rule names; empty for all. */
  readonly rules: readonly string[];
  readonly by: 'lockwise' | 'eslint';
}

/** An expression, as far as locking needs it. Calls inside it are operations of their own, in evaluation order. */
export type Value =
  | { readonly v: 'bind'; readonly id: number; readonly span: Span }
  | { readonly v: 'global'; readonly name: string; readonly span: Span }
  | { readonly v: 'this'; readonly span: Span }
  | { readonly v: 'super'; readonly span: Span }
  | { readonly v: 'member'; readonly of: Value; readonly name: string; readonly optional?: true; readonly span: Span }
  | { readonly v: 'index'; readonly of: Value; readonly key: Value; readonly span: Span }
  /** The result of the call operation with this id, unique in the file. */
  | { readonly v: 'call'; readonly id: number; readonly span: Span }
  | { readonly v: 'await'; readonly of: Value; readonly span: Span }
  | { readonly v: 'fn'; readonly id: number; readonly span: Span }
  | { readonly v: 'class'; readonly id: number; readonly span: Span }
  | { readonly v: 'lit'; readonly value: string | number | boolean | null; readonly span: Span }
  | {
      readonly v: 'object';
      readonly props: readonly { readonly name?: string; readonly value: Value }[];
      readonly span: Span;
    }
  | { readonly v: 'array'; readonly items: readonly Value[]; readonly span: Span }
  /** One of its parts: `?:`, `&&`, `||`, `??`. The test of `?:` comes first. */
  | { readonly v: 'choice'; readonly op: '?:' | '&&' | '||' | '??'; readonly of: readonly Value[]; readonly span: Span }
  /** Computed from its parts. */
  | { readonly v: 'mix'; readonly op: string; readonly of: readonly Value[]; readonly span: Span };

/** What becomes of a call's result. */
export type ResultUse = 'await' | 'return' | 'discard' | 'void' | 'store' | 'argument' | 'receiver' | 'test' | 'value';

export interface CallOp {
  readonly op: 'call';
  readonly id: number;
  readonly span: Span;
  readonly callee: Value;
  readonly args: readonly Value[];
  readonly spread: boolean;
  readonly isNew: boolean;
  readonly optional: boolean;
  readonly result: ResultUse;
  readonly typeArgs: readonly TypeFact[];
}

export interface AwaitOp {
  readonly op: 'await';
  readonly how: 'await' | 'for-await' | 'yield' | 'using';
  readonly of?: Value;
  readonly span: Span;
}

export interface AssignOp {
  readonly op: 'assign';
  readonly target: Value;
  readonly value: Value;
  /** `update` reads the target too (`+=`, `++`); `delete` removes it. */
  readonly how: 'declare' | 'set' | 'update' | 'delete';
  readonly span: Span;
}

export interface BranchOp {
  readonly op: 'branch';
  readonly form: 'if' | '?:' | '&&' | '||' | '??' | '?.';
  readonly test: Value;
  readonly then: readonly Op[];
  readonly else: readonly Op[];
  readonly span: Span;
}

export interface LoopOp {
  readonly op: 'loop';
  readonly form: 'for' | 'while' | 'do' | 'for-of' | 'for-in' | 'for-await';
  /** Run before each test. */
  readonly head: readonly Op[];
  readonly test?: Value;
  readonly body: readonly Op[];
  readonly update: readonly Op[];
  /** `while (true)`, `for (;;)`: left by `break` alone. */
  readonly forever: boolean;
  readonly label?: string;
  readonly span: Span;
}

export interface SwitchOp {
  readonly op: 'switch';
  readonly on: Value;
  readonly cases: readonly {
    readonly isDefault: boolean;
    readonly test: readonly Op[];
    readonly body: readonly Op[];
  }[];
  readonly label?: string;
  readonly span: Span;
}

export interface TryOp {
  readonly op: 'try';
  readonly span: Span;
  readonly bodySpan: Span;
  readonly body: readonly Op[];
  readonly handler?: { readonly span: Span; readonly param?: number; readonly body: readonly Op[] };
  readonly finalizer?: { readonly span: Span; readonly body: readonly Op[] };
}

export type Op =
  | CallOp
  | AwaitOp
  | AssignOp
  | BranchOp
  | LoopOp
  | SwitchOp
  | TryOp
  | { readonly op: 'read'; readonly cell: Value; readonly span: Span }
  | {
      readonly op: 'using';
      readonly binding: number;
      readonly value: Value;
      readonly awaits: boolean;
      readonly span: Span;
    }
  | { readonly op: 'block'; readonly body: readonly Op[]; readonly label?: string; readonly span: Span }
  | { readonly op: 'return'; readonly value?: Value; readonly span: Span }
  | { readonly op: 'throw'; readonly value?: Value; readonly span: Span }
  | { readonly op: 'break' | 'continue'; readonly label?: string; readonly span: Span };
