import type { Node } from '../../ast/node.js';
import { visitBelow, type Binder } from './binder.js';

const PATTERNS: ReadonlySet<string> = new Set([
  'Identifier',
  'ObjectPattern',
  'ArrayPattern',
  'SpreadElement',
  'RestElement',
  'AssignmentPattern',
]);

export function isPattern({ type }: Node): boolean {
  return PATTERNS.has(type);
}

/**
 * Goes through the names of a pattern.
 *
 * @param name is given each name, with how many default values it may get
 * @returns the expressions in the pattern, for which a name is yet to be looked up
 */
export function namesOf(binder: Binder, pattern: Node, name: (identifier: Node, defaults: number) => void): Node[] {
  const values: Node[] = [];
  let defaults = 0;
  const visit = (node: Node): void => {
    switch (node.type) {
      case 'Identifier':
        return name(node, defaults);
      case 'AssignmentPattern':
        defaults++;
        visit(node['left'] as Node);
        values.push(node['right'] as Node);
        defaults--;
        return;
      case 'Property':
        if (node['computed'] === true) values.push(node['key'] as Node);
        return visit(node['value'] as Node);
      case 'MemberExpression':
        if (node['computed'] === true) values.push(node['property'] as Node);
        values.push(node['object'] as Node);
        return;
      case 'CallExpression':
        values.push(...(node['arguments'] as Node[]));
        return visit(node['callee'] as Node);
      case 'Decorator':
      case 'TSTypeAnnotation':
        return;
      default:
        visitBelow(binder, node, (_, child) => visit(child));
    }
  };
  visit(pattern);
  return values;
}
