import { bare, isNode, spanOf, type Node } from '../ast/node.js';
import { children } from '../ast/walk.js';
import { exact, type Extraction } from './extraction.js';
import type { DecoratorFact, Value } from './format.js';
import { readValue } from './values.js';

/** The decorators of a method that are known by a name, `@name`, `@name(…)` and `@of.name(…)`, the outermost first. */
export function readDecorators(x: Extraction, node: Node): readonly DecoratorFact[] | undefined {
  const decorators = ((node['decorators'] ?? []) as Node[]).flatMap((decorator) => readDecorator(x, decorator));
  return decorators.length > 0 ? exact(decorators) : undefined;
}

function readDecorator(x: Extraction, node: Node): DecoratorFact[] {
  const expression = bare(node['expression'] as Node);
  const isCall = expression.type === 'CallExpression';
  const callee = isCall ? bare(expression['callee'] as Node) : expression;
  if (!isPath(callee)) return [];
  const args = isCall ? (expression['arguments'] as Node[]) : [];
  return [{ callee: quietly(x, callee), args: args.map((part) => readArgument(x, part)), span: spanOf(node) }];
}

function isPath(node: Node): boolean {
  if (node.type === 'MemberExpression') return node['computed'] !== true && isPath(bare(node['object'] as Node));
  return node.type === 'Identifier';
}

/** What runs once, when the class is defined, is no part of any function: an argument counts as far as it is a name, a literal, or made of those. */
function readArgument(x: Extraction, node: Node): Value {
  if (holds(node, /Function/)) return { v: 'mix', op: 'function', of: [], span: spanOf(node) };
  if (holds(node, DOES_SOMETHING)) return { v: 'mix', op: 'computed', of: [], span: spanOf(node) };
  return quietly(x, node);
}

const DOES_SOMETHING = /Class|Call|New|Assign|Update|Await|Yield|Import|Tagged/;

function holds(node: Node, types: RegExp): boolean {
  return types.test(node.type) || [...children(node)].some((child) => isNode(child) && holds(child, types));
}

function quietly(x: Extraction, node: Node): Value {
  let value!: Value;
  x.collect(() => (value = readValue(x, node)));
  return value;
}
