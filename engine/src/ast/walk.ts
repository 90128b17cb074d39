import { visitorKeys } from '@typescript-eslint/visitor-keys';
import type { Span } from '../findings.js';
import { isNode, spanOf, type Node } from './node.js';
import { countWhile } from '../ordered.js';

/** The child nodes in source order, by visitor keys: the order of an object's own keys differs between parsers. */
export function* children(node: Node): Generator<Node> {
  for (const key of visitorKeys[node.type] ?? []) {
    const child: unknown = node[key];
    if (Array.isArray(child)) {
      for (const item of child) if (isNode(item)) yield item;
    } else if (isNode(child)) yield child;
  }
}

/** The chain of nodes from the root to the innermost one that contains the span. */
export function pathTo(root: Node, span: Span): Node[] {
  const path: Node[] = [];
  for (let node: Node | undefined = root; node; node = childAround(node, span)) path.push(node);
  return path;
}

/** The first child that contains a span. */
function childAround(node: Node, span: Span): Node | undefined {
  for (const key of visitorKeys[node.type] ?? []) {
    const child: unknown = node[key];
    // An array alone has holes among its elements.
    const list = key === 'elements' && Array.isArray(child) ? child.filter(isNode) : child;
    const item: unknown = Array.isArray(list) ? firstThatEnds(list as Node[], span[1]) : list;
    if (isNode(item) && spanOf(item)[0] <= span[0] && span[1] <= spanOf(item)[1]) return item;
  }
  return undefined;
}

/** Of a list in source order the first that ends no sooner than an offset: a file may have tens of thousands of statements, and a question for each. */
function firstThatEnds(list: readonly Node[], offset: number): Node | undefined {
  return list[countWhile(list, (node) => spanOf(node)[1] < offset)];
}

/** The outermost node with exactly this span and, if given, one of these types. */
export function nodeAt(root: Node, span: Span, ...types: string[]): Node | undefined {
  return pathTo(root, span).find((node) => {
    const [start, end] = spanOf(node);
    return start === span[0] && end === span[1] && (types.length === 0 || types.includes(node.type));
  });
}

/** The calls in a node, itself among them, outermost first. */
export function* callsIn(node: Node): Generator<Node> {
  if (node.type === 'CallExpression') yield node;
  for (const child of children(node)) yield* callsIn(child);
}
