import type { Node } from '../../ast/node.js';
import { visitAll, visitBelow, type Binder } from './binder.js';
import { visitFunction } from './functions.js';
import { visitType } from './types.js';
import { visitValue } from './values.js';

export function visitClass(binder: Binder, node: Node): void {
  const id = node['id'] as Node | null;
  const isDeclared = node.type === 'ClassDeclaration' && id !== null;
  if (isDeclared) binder.define(id, 'class');
  visitAll(binder, node['decorators'], visitValue);
  binder.within('class', node, () => {
    // Inside, the name of a class is a variable of its own, which means the same.
    if (isDeclared) binder.scope.define(id['name'] as string, id, 'class');
    else if (id) binder.define(id, 'class');
    visitValue(binder, node['superClass'] as Node | null);
    visitType(binder, node['typeParameters'] as Node | null);
    visitType(binder, (node['superTypeArguments'] ?? node['superTypeParameters']) as Node | null);
    visitAll(binder, node['implements'], visitType);
    visitAll(binder, (node['body'] as Node)['body'], visitMember);
  });
}

function visitMember(binder: Binder, node: Node): void {
  switch (node.type) {
    case 'StaticBlock':
      return binder.within('static', node, () => visitBelow(binder, node, visitValue));
    case 'TSIndexSignature':
      return visitType(binder, node);
    case 'MethodDefinition':
    case 'TSAbstractMethodDefinition':
      visitKey(binder, node);
      visitFunction(binder, node['value'] as Node);
      return visitAll(binder, node['decorators'], visitValue);
    case 'PropertyDefinition':
    case 'AccessorProperty':
    case 'TSAbstractPropertyDefinition':
    case 'TSAbstractAccessorProperty': {
      visitKey(binder, node);
      const value = node['value'] as Node | null;
      if (value) binder.within('initializer', value, () => visitValue(binder, value));
      visitAll(binder, node['decorators'], visitValue);
      return visitType(binder, node['typeAnnotation'] as Node | null);
    }
    default:
      visitValue(binder, node);
  }
}

function visitKey(binder: Binder, node: Node): void {
  if (node['computed'] === true) visitValue(binder, node['key'] as Node);
}
