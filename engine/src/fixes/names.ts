import type { Node } from '../ast/node.js';

/** The names that statements declare in the scope that they stand in. */
export function declaredNames(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) => {
    if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration')
      return [(node['id'] as Node)['name'] as string];
    if (node.type !== 'VariableDeclaration') return [];
    return (node['declarations'] as Node[]).flatMap((declarator) => patternNames(declarator['id'] as Node));
  });
}

/** The names that a pattern binds. */
export function patternNames(pattern: Node): string[] {
  if (pattern.type === 'Identifier') return [pattern['name'] as string];
  const parts = ((pattern['properties'] ?? pattern['elements'] ?? []) as (Node | null)[]).filter(
    (part) => part !== null,
  );
  return parts.flatMap((part) => patternNames((part['value'] ?? part['argument'] ?? part['left'] ?? part) as Node));
}
