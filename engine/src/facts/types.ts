import { spanOf, type Node } from '../ast/node.js';
import type { Extraction } from './extraction.js';
import type { TypeFact } from './format.js';

const PRIMITIVE: Readonly<Record<string, string>> = {
  TSStringKeyword: 'string',
  TSNumberKeyword: 'number',
  TSBooleanKeyword: 'boolean',
  TSBigIntKeyword: 'bigint',
  TSSymbolKeyword: 'symbol',
  TSNullKeyword: 'null',
  TSUndefinedKeyword: 'undefined',
  TSVoidKeyword: 'void',
  TSAnyKeyword: 'any',
  TSUnknownKeyword: 'unknown',
  TSNeverKeyword: 'never',
  TSObjectKeyword: 'object',
};

/** A written type, as far as it names locks, containers, classes and primitives. */
export function typeFact(x: Extraction, node: Node | null | undefined): TypeFact | undefined {
  if (node == null) return undefined;
  const span = spanOf(node);
  const primitive = PRIMITIVE[node.type];
  if (primitive) return { t: 'prim', name: primitive, span };
  switch (node.type) {
    case 'TSTypeAnnotation':
    case 'TSParenthesizedType':
    case 'TSOptionalType':
    case 'TSRestType':
      return typeFact(x, node['typeAnnotation'] as Node);
    case 'TSTypeReference':
    case 'TSClassImplements':
    case 'TSInterfaceHeritage':
      return reference(x, node);
    case 'TSUnionType':
      return { t: 'union', of: (node['types'] as Node[]).map((part) => typeFact(x, part)!), span };
    case 'TSArrayType':
      return { t: 'array', of: typeFact(x, node['elementType'] as Node)!, span };
    case 'TSTypeOperator':
      return node['operator'] === 'readonly' ? typeFact(x, node['typeAnnotation'] as Node) : { t: 'other', span };
    case 'TSFunctionType': {
      const returns = typeFact(x, node['returnType'] as Node | null);
      return returns ? { t: 'function', returns, span } : { t: 'function', span };
    }
    case 'TSLiteralType': {
      const literal = node['literal'] as Node;
      const value: unknown = literal['value'];
      return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? { t: 'prim', name: value === null ? 'null' : typeof value, span }
        : { t: 'other', span };
    }
    default:
      return { t: 'other', span };
  }
}

function reference(x: Extraction, node: Node): TypeFact {
  const span = spanOf(node);
  const target = (node['typeName'] ?? node['expression']) as Node;
  const parameters = (node['typeArguments'] ?? node['typeParameters']) as Node | null | undefined;
  const args = ((parameters?.['params'] ?? []) as Node[]).map((argument) => typeFact(x, argument)!);
  let root = target;
  while (root.type === 'TSQualifiedName' || root.type === 'MemberExpression')
    root = (root['left'] ?? root['object']) as Node;
  const bind = x.bindingOf(root);
  return { t: 'ref', name: x.slice(spanOf(target)), ...(bind === undefined ? {} : { bind }), args, span };
}
