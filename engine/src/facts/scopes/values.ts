import type { Node } from '../../ast/node.js';
import { visitAll, visitBelow, type Binder, type Visit } from './binder.js';
import { visitClass } from './classes.js';
import { visitFunction } from './functions.js';
import { isPattern, namesOf } from './patterns.js';
import { EITHER, TYPE, VALUE } from './scope.js';
import { visitType } from './types.js';

/** What the names in statements and expressions mean. */
export function visitValue(binder: Binder, node: Node | null | undefined): void {
  if (!node) return;
  const visit = VALUES[node.type];
  if (visit) visit(binder, node);
  else visitBelow(binder, node, visitValue);
}

const nothing: Visit = () => undefined;

const VALUES: Readonly<Record<string, Visit>> = {
  Identifier: (binder, node) => {
    binder.use(node);
    visitType(binder, node['typeAnnotation'] as Node | null | undefined);
  },
  MemberExpression: (binder, node) => {
    visitValue(binder, node['object'] as Node);
    if (node['computed'] === true) visitValue(binder, node['property'] as Node);
  },
  Property: (binder, node) => {
    if (node['computed'] === true) visitValue(binder, node['key'] as Node);
    visitValue(binder, node['value'] as Node);
  },
  CallExpression: visitWithTypeArguments,
  NewExpression: visitWithTypeArguments,
  TSInstantiationExpression: visitWithTypeArguments,
  TaggedTemplateExpression: visitWithTypeArguments,
  ArrowFunctionExpression: visitFunction,
  FunctionDeclaration: visitFunction,
  FunctionExpression: visitFunction,
  TSDeclareFunction: visitFunction,
  TSEmptyBodyFunctionExpression: visitFunction,
  ClassDeclaration: visitClass,
  ClassExpression: visitClass,
  AssignmentExpression: (binder, node) => {
    const left = targetOf(binder, node['left'] as Node);
    if (!isPattern(left)) visitValue(binder, left);
    else if (node['operator'] === '=') assign(binder, left);
    else if (left.type === 'Identifier') binder.use(left, VALUE, true);
    visitValue(binder, node['right'] as Node);
  },
  UpdateExpression: (binder, node) => {
    const argument = targetOf(binder, node['argument'] as Node);
    if (isPattern(argument)) namesOf(binder, argument, (identifier) => binder.use(identifier, VALUE, true));
    else visitValue(binder, argument);
  },
  VariableDeclaration: (binder, node) => {
    const kind = node['kind'] as string;
    const scope = kind === 'var' ? binder.scope.ofVar : binder.scope;
    for (const declarator of node['declarations'] as Node[]) {
      const pattern = declarator['id'] as Node;
      const init = declarator['init'] as Node | null;
      const values = namesOf(binder, pattern, (identifier, defaults) => {
        binder.define(identifier, kind === 'const' || kind === 'let' || kind === 'var' ? kind : 'using', scope);
        for (let nth = init ? -1 : 0; nth < defaults; nth++) binder.use(identifier);
      });
      visitAll(binder, values, visitValue);
      visitValue(binder, init);
      visitType(binder, pattern['typeAnnotation'] as Node | null | undefined);
    }
  },
  BlockStatement: (binder, node) => binder.within('block', node, () => visitBelow(binder, node, visitValue)),
  ForInStatement: visitIteration,
  ForOfStatement: visitIteration,
  ForStatement: (binder, node) => inLoop(binder, node, 'init', () => visitBelow(binder, node, visitValue)),
  SwitchStatement: (binder, node) => {
    visitValue(binder, node['discriminant'] as Node);
    binder.within('block', node, () => visitAll(binder, node['cases'], visitValue));
  },
  CatchClause: (binder, node) =>
    binder.within('block', node, () => {
      const parameter = node['param'] as Node | null;
      if (parameter) {
        const values = namesOf(binder, parameter, (identifier, defaults) => {
          binder.define(identifier, 'catch');
          for (let nth = 0; nth < defaults; nth++) binder.use(identifier);
        });
        visitAll(binder, values, visitValue);
      }
      visitValue(binder, node['body'] as Node);
    }),
  WithStatement: (binder, node) => {
    visitValue(binder, node['object'] as Node);
    binder.within('with', node, () => visitValue(binder, node['body'] as Node));
  },
  LabeledStatement: (binder, node) => visitValue(binder, node['body'] as Node),
  BreakStatement: nothing,
  ContinueStatement: nothing,
  MetaProperty: nothing,
  PrivateIdentifier: nothing,
  ImportAttribute: nothing,
  ImportDeclaration: (binder, node) => {
    for (const specifier of node['specifiers'] as Node[]) binder.define(specifier['local'] as Node, 'import');
  },
  ExportAllDeclaration: nothing,
  ExportDefaultDeclaration: (binder, node) => {
    const declaration = node['declaration'] as Node;
    if (declaration.type === 'Identifier') binder.use(declaration, EITHER);
    else visitValue(binder, declaration);
  },
  ExportNamedDeclaration: (binder, node) => {
    if (node['declaration']) visitValue(binder, node['declaration'] as Node);
    else if (!node['source'])
      for (const specifier of node['specifiers'] as Node[]) {
        const local = specifier['local'] as Node;
        const isType = node['exportKind'] === 'type' || specifier['exportKind'] === 'type';
        if (local.type === 'Identifier') binder.use(local, isType ? TYPE : EITHER);
      }
  },
  JSXAttribute: (binder, node) => visitValue(binder, node['value'] as Node | null),
  JSXIdentifier: (binder, node) => binder.use(node),
  JSXMemberExpression: (binder, node) => {
    const object = node['object'] as Node;
    if (object['name'] !== 'this') visitValue(binder, object);
  },
  JSXClosingElement: visitElementName,
  JSXOpeningElement: (binder, node) => {
    visitElementName(binder, node);
    visitType(binder, node['typeArguments'] as Node | null);
    visitAll(binder, node['attributes'], visitValue);
  },
  TSAsExpression: visitAssertion,
  TSSatisfiesExpression: visitAssertion,
  TSTypeAssertion: visitAssertion,
  TSInterfaceDeclaration: visitType,
  TSTypeAliasDeclaration: visitType,
  TSEnumDeclaration: (binder, node) => {
    binder.define(node['id'] as Node, 'enum');
    binder.within('block', node, () => {
      for (const member of (node['body'] as Node)['members'] as Node[]) {
        const id = member['id'] as Node;
        if (id.type === 'Identifier') binder.define(id, 'enum');
        else if (typeof id['value'] === 'string') binder.scope.define(id['value'], undefined, 'enum');
        visitValue(binder, member['initializer'] as Node | null);
      }
    });
  },
  TSModuleDeclaration: (binder, node) => {
    const id = node['id'] as Node;
    if (id.type === 'Identifier' && node['kind'] !== 'global') binder.define(id, 'enum');
    binder.within('namespace', node, () => visitValue(binder, node['body'] as Node | null));
  },
  TSExportAssignment: (binder, node) => {
    const expression = node['expression'] as Node;
    if (expression.type === 'Identifier') binder.use(expression, EITHER);
    else visitValue(binder, expression);
  },
  TSImportEqualsDeclaration: (binder, node) => {
    binder.define(node['id'] as Node, 'import');
    let root = node['moduleReference'] as Node;
    while (root.type === 'TSQualifiedName') root = root['left'] as Node;
    visitValue(binder, root);
  },
};

function visitWithTypeArguments(binder: Binder, node: Node): void {
  visitBelow(binder, node, visitValue, 'typeArguments');
  visitType(binder, node['typeArguments'] as Node | null | undefined);
}

function visitAssertion(binder: Binder, node: Node): void {
  visitValue(binder, node['expression'] as Node);
  visitType(binder, node['typeAnnotation'] as Node);
}

/** `<div>` is a name of the page, `<Panel>` one of the program. */
function visitElementName(binder: Binder, node: Node): void {
  const name = node['name'] as Node;
  const text = name.type === 'JSXIdentifier' ? (name['name'] as string) : '';
  if (text !== 'this' && text.charAt(0) !== text.charAt(0).toUpperCase()) return;
  visitValue(binder, name);
}

/** What is written to, below casts. */
function targetOf(binder: Binder, node: Node): Node {
  if (node.type === 'TSAsExpression' || node.type === 'TSTypeAssertion')
    visitType(binder, node['typeAnnotation'] as Node);
  else if (node.type !== 'TSNonNullExpression') return node;
  return node['expression'] as Node;
}

function assign(binder: Binder, pattern: Node): void {
  const values = namesOf(binder, pattern, (identifier, defaults) => {
    for (let nth = -1; nth < defaults; nth++) binder.use(identifier, VALUE, true);
  });
  visitAll(binder, values, visitValue);
}

/** A loop has a scope of its own for what its head declares, unless that is a `var`. */
function inLoop(binder: Binder, node: Node, head: 'init' | 'left', read: () => void): void {
  const declaration = node[head] as Node | null;
  if (declaration?.type === 'VariableDeclaration' && declaration['kind'] !== 'var') binder.within('block', node, read);
  else read();
}

function visitIteration(binder: Binder, node: Node): void {
  inLoop(binder, node, 'left', () => {
    const left = node['left'] as Node;
    if (left.type === 'VariableDeclaration') {
      visitValue(binder, left);
      namesOf(binder, (left['declarations'] as Node[])[0]!['id'] as Node, (identifier) => binder.use(identifier));
    } else assign(binder, left);
    visitValue(binder, node['right'] as Node);
    visitValue(binder, node['body'] as Node);
  });
}
