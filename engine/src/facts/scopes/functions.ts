import type { Node } from '../../ast/node.js';
import { visitAll, visitBelow, type Binder } from './binder.js';
import { namesOf } from './patterns.js';
import { visitType } from './types.js';
import { visitValue } from './values.js';

export function visitFunction(binder: Binder, node: Node): void {
  const id = node['id'] as Node | null | undefined;
  if (!id) return visitInside(binder, node);
  if (node.type !== 'FunctionExpression') {
    binder.define(id, 'function');
    return visitInside(binder, node);
  }
  // The name of a function expression is known in it alone.
  binder.within('block', node, () => {
    binder.define(id, 'function');
    visitInside(binder, node);
  });
}

function visitInside(binder: Binder, node: Node): void {
  binder.within('function', node, () => {
    for (const parameter of node['params'] as Node[]) {
      const values = namesOf(binder, parameter, (identifier, defaults) => {
        binder.define(identifier, 'param');
        for (let nth = 0; nth < defaults; nth++) binder.use(identifier);
      });
      visitAll(binder, values, visitValue);
      visitType(binder, annotationOf(parameter));
      visitAll(binder, parameter['decorators'], visitValue);
    }
    visitType(binder, node['returnType'] as Node | null);
    visitType(binder, node['typeParameters'] as Node | null);
    const body = node['body'] as Node | null;
    if (body?.type === 'BlockStatement') visitBelow(binder, body, visitValue);
    else visitValue(binder, body);
  });
}

function annotationOf(parameter: Node): Node | null | undefined {
  if (parameter.type === 'TSParameterProperty') return annotationOf(parameter['parameter'] as Node);
  const pattern = (parameter.type === 'AssignmentPattern' ? parameter['left'] : parameter) as Node;
  return pattern['typeAnnotation'] as Node | null | undefined;
}
