import type { Span } from '../findings.js';

/** A syntax node of any of the parsers we read: TS-ESTree, with `range` or with `start` and `end`. */
export interface Node {
  readonly type: string;
  /** Absent where the parser gives `start` and `end` alone, until it is asked for: facts are full of ranges, and share them. */
  range?: Span;
  readonly start?: number;
  readonly end?: number;
  // The shape beyond that is the parser's; reading a property that a node kind lacks gives undefined, as in ESTree itself.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly [property: string]: any;
}

export function spanOf(node: Node): Span {
  return (node.range ??= [node.start!, node.end!]);
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

export function isFunction(node: Node): boolean {
  return FUNCTIONS.has(node.type);
}

/** Wrappers that change a type and never a value. */
const TRANSPARENT = new Set([
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'ParenthesizedExpression',
]);

/** The expression below casts, assertions and parentheses. */
export function bare(node: Node): Node {
  let inner = node;
  while (TRANSPARENT.has(inner.type)) inner = inner['expression'] as Node;
  return inner;
}
