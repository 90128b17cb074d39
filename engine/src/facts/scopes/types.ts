import type { Node } from '../../ast/node.js';
import { visitAll, visitBelow, type Binder, type Visit } from './binder.js';
import { namesOf } from './patterns.js';
import { TYPE } from './scope.js';
import { visitValue } from './values.js';

/** What the names in a written type mean. */
export function visitType(binder: Binder, node: Node | null | undefined): void {
  if (!node) return;
  const visit = TYPES[node.type];
  if (visit) visit(binder, node);
  else visitBelow(binder, node, visitType);
}

const TYPES: Readonly<Record<string, Visit>> = {
  Identifier: (binder, node) => binder.use(node, TYPE),
  MemberExpression: (binder, node) => visitType(binder, node['object'] as Node),
  TSCallSignatureDeclaration: visitFunctionType,
  TSConstructorType: visitFunctionType,
  TSConstructSignatureDeclaration: visitFunctionType,
  TSFunctionType: visitFunctionType,
  TSMethodSignature: (binder, node) => {
    visitKey(binder, node);
    visitFunctionType(binder, node);
  },
  TSPropertySignature: (binder, node) => {
    visitKey(binder, node);
    visitType(binder, node['typeAnnotation'] as Node | null);
  },
  TSConditionalType: (binder, node) => {
    // What the condition infers is not known in the other branch.
    binder.within('conditional type', node, () => visitBelow(binder, node, visitType, 'falseType'));
    visitType(binder, node['falseType'] as Node);
  },
  TSImportType: (binder, node) => visitType(binder, node['typeArguments'] as Node | null),
  TSIndexSignature: (binder, node) => {
    for (const parameter of node['parameters'] as Node[])
      if (parameter.type === 'Identifier') visitType(binder, parameter['typeAnnotation'] as Node | null);
    visitType(binder, node['typeAnnotation'] as Node | null);
  },
  TSInferType: (binder, node) => {
    const parameter = node['typeParameter'] as Node;
    binder.define(parameter['name'] as Node, 'type', inferringScope(binder));
    visitType(binder, parameter['constraint'] as Node | null);
  },
  TSInterfaceDeclaration: (binder, node) => {
    binder.define(node['id'] as Node, 'type');
    generic(binder, node, () => {
      visitAll(binder, node['extends'], visitType);
      visitType(binder, node['body'] as Node);
    });
  },
  TSTypeAliasDeclaration: (binder, node) => {
    binder.define(node['id'] as Node, 'type');
    generic(binder, node, () => visitType(binder, node['typeAnnotation'] as Node));
  },
  TSMappedType: (binder, node) =>
    binder.within('mapped type', node, () => {
      binder.define(node['key'] as Node, 'type');
      visitType(binder, node['constraint'] as Node | null);
      visitType(binder, node['nameType'] as Node | null);
      visitType(binder, node['typeAnnotation'] as Node | null);
    }),
  TSNamedTupleMember: (binder, node) => visitType(binder, node['elementType'] as Node),
  TSQualifiedName: (binder, node) => visitType(binder, node['left'] as Node),
  TSTypeParameter: (binder, node) => {
    binder.define(node['name'] as Node, 'type');
    visitType(binder, node['constraint'] as Node | null);
    visitType(binder, node['default'] as Node | null);
  },
  TSTypePredicate: (binder, node) => {
    const subject = node['parameterName'] as Node;
    if (subject.type === 'Identifier') binder.use(subject);
    visitType(binder, node['typeAnnotation'] as Node | null);
  },
  TSTypeQuery: (binder, node) => {
    let root = node['exprName'] as Node;
    if (root.type === 'TSImportType') visitType(binder, root);
    while (root.type === 'TSQualifiedName') root = root['left'] as Node;
    // `typeof x` asks for a value.
    if (root.type === 'Identifier') binder.use(root);
    visitType(binder, node['typeArguments'] as Node | null);
  },
};

/** A computed name in a type is that of a constant. */
function visitKey(binder: Binder, node: Node): void {
  if (node['computed'] === true) visitValue(binder, node['key'] as Node);
}

function generic(binder: Binder, node: Node, read: () => void): void {
  const parameters = node['typeParameters'] as Node | null | undefined;
  if (!parameters) return read();
  binder.within('type', node, () => {
    visitType(binder, parameters);
    read();
  });
}

function visitFunctionType(binder: Binder, node: Node): void {
  binder.within('function type', node, () => {
    visitType(binder, node['typeParameters'] as Node | null);
    for (const parameter of node['params'] as Node[]) {
      let isTyped = false;
      namesOf(binder, parameter, (identifier) => {
        binder.define(identifier, 'param');
        const type = identifier['typeAnnotation'] as Node | null | undefined;
        if (!type) return;
        visitType(binder, type);
        isTyped = true;
      });
      if (!isTyped) visitType(binder, parameter['typeAnnotation'] as Node | null | undefined);
    }
    visitType(binder, node['returnType'] as Node | null);
  });
}

/** What a part of a conditional type infers belongs to the whole of it. */
function inferringScope({ scope }: Binder): Binder['scope'] {
  let outer = scope;
  while ((outer.form === 'function type' || outer.form === 'mapped type') && outer.upper) outer = outer.upper;
  return outer.form === 'conditional type' ? outer : scope;
}
