import { bare, spanOf, type Node } from '../ast/node.js';
import { same } from '../ast/span.js';
import type { Span } from '../findings.js';

/** Whether a statement is nothing but a release: the call of it, optional or awaited. */
export function isReleaseAlone({ type, expression }: Node, release: Span): boolean {
  if (type !== 'ExpressionStatement') return false;
  let node = bare(expression as Node);
  while (node.type === 'AwaitExpression' || node.type === 'ChainExpression')
    node = bare((node['argument'] ?? node['expression']) as Node);
  return node.type === 'CallExpression' && same(spanOf(node), release);
}
