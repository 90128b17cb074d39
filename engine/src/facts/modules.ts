import { spanOf, type Node } from '../ast/node.js';
import type { Extraction } from './extraction.js';
import type { ExportFact, ImportFact } from './format.js';
import { EXPORT_DEFAULT } from './statements.js';

function nameOf(node: Node): string {
  return (node['name'] ?? node['value']) as string;
}

export function readImports(x: Extraction, program: Node): ImportFact[] {
  const found: ImportFact[] = [];
  for (const node of program['body'] as Node[]) {
    if (node.type !== 'ImportDeclaration') continue;
    const module = (node['source'] as Node)['value'] as string;
    for (const specifier of node['specifiers'] as Node[]) {
      const binding = x.bindingOf(specifier['local'] as Node);
      if (binding === undefined) continue;
      const name =
        specifier.type === 'ImportNamespaceSpecifier'
          ? '*'
          : specifier.type === 'ImportDefaultSpecifier'
            ? 'default'
            : nameOf(specifier['imported'] as Node);
      const typeOnly = node['importKind'] === 'type' || specifier['importKind'] === 'type';
      found.push({ binding, module, name, typeOnly, declaration: spanOf(node), specifier: spanOf(specifier) });
    }
  }
  return found;
}

export function readExports(x: Extraction, program: Node): ExportFact[] {
  return (program['body'] as Node[]).flatMap((node) => READERS[node.type]?.(x, node) ?? []);
}

const READERS: Readonly<Record<string, (x: Extraction, node: Node) => ExportFact[]>> = {
  ExportNamedDeclaration: (x, node) => {
    const declaration = node['declaration'] as Node | null;
    if (declaration)
      return declaredNames(declaration).flatMap((identifier) => exported(x, nameOf(identifier), identifier));
    const source = node['source'] as Node | null;
    return (node['specifiers'] as Node[]).flatMap((specifier): ExportFact[] => {
      const name = nameOf(specifier['exported'] as Node);
      const local = specifier['local'] as Node;
      if (source) return [{ name, from: { module: source['value'] as string, name: nameOf(local) } }];
      return exported(x, name, local);
    });
  },
  ExportDefaultDeclaration: (x, node) => {
    const declaration = node['declaration'] as Node;
    const identifier = (declaration.type === 'Identifier' ? declaration : declaration['id']) as Node | null | undefined;
    if (identifier?.type === 'Identifier' && x.bindingOf(identifier) !== undefined)
      return exported(x, 'default', identifier);
    const value = x.functions[0]!.body.findLast((op) => op.op === 'assign' && op.target === EXPORT_DEFAULT);
    return value?.op === 'assign' ? [{ name: 'default', value: value.value }] : [];
  },
  ExportAllDeclaration: (_x, node) => {
    const from = { module: (node['source'] as Node)['value'] as string, name: '*' };
    const alias = node['exported'] as Node | null;
    return [{ name: alias ? nameOf(alias) : '*', from }];
  },
};

function exported(x: Extraction, name: string, identifier: Node): ExportFact[] {
  const binding = x.bindingOf(identifier);
  return binding === undefined ? [] : [{ name, binding }];
}

function declaredNames(declaration: Node): Node[] {
  if (declaration.type !== 'VariableDeclaration') return declaration['id'] ? [declaration['id'] as Node] : [];
  return (declaration['declarations'] as Node[]).flatMap((declarator) => patternNames(declarator['id'] as Node));
}

function patternNames(pattern: Node): Node[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'ObjectPattern':
      return (pattern['properties'] as Node[]).flatMap((part) =>
        patternNames((part['value'] ?? part['argument']) as Node),
      );
    case 'ArrayPattern':
      return (pattern['elements'] as (Node | null)[]).flatMap((part) => (part ? patternNames(part) : []));
    case 'AssignmentPattern':
      return patternNames(pattern['left'] as Node);
    case 'RestElement':
      return patternNames(pattern['argument'] as Node);
    default:
      return [];
  }
}
