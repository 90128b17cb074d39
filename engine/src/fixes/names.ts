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

/** Whether a text mentions a name as a word of its own. */
export function mentions(text: string, name: string): boolean {
  return word(name).test(text);
}

/** A name where it stands for itself: not a part of a longer one, not a member after a dot; after `...` it does. */
export function word(name: string, after = '', flags = ''): RegExp {
  return new RegExp(`(?<![\\w$]|(?<!\\.\\.)\\.)${name.replace(/\$/g, '\\$')}${after}(?![\\w$])`, flags);
}

/** Whether a text mentions an access path as a whole or the beginning of a longer one: `this.client`. */
export function mentionsPath(text: string, path: string): boolean {
  return new RegExp(`(?<![\\w$.])${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w$])`).test(text);
}
