import type { Node } from '../ast/node.js';
import { children } from '../ast/walk.js';

/** The `return` statements of a body, those of inner functions left out. */
export function ownReturns(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node): Node[] => {
    if (/Function|Class/.test(node.type)) return [];
    return node.type === 'ReturnStatement' ? [node] : ownReturns([...children(node)]);
  });
}
