import { visitorKeys } from '@typescript-eslint/visitor-keys';
import type { Span } from '../findings.js';
import { isNode, spanOf, type Node } from './node.js';

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
  let node: Node | undefined = root;
  while (node) {
    path.push(node);
    let next: Node | undefined;
    for (const child of children(node)) {
      const [start, end] = spanOf(child);
      if (start <= span[0] && span[1] <= end) {
        next = child;
        break;
      }
    }
    node = next;
  }
  return path;
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
