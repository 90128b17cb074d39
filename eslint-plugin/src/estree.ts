import type { SourceCode } from 'eslint';

interface Node {
  readonly type: string;
}

const decorated = new Set([
  'Identifier',
  'ArrayPattern',
  'ObjectPattern',
  'RestElement',
  'AssignmentPattern',
  'ClassDeclaration',
  'ClassExpression',
  'MethodDefinition',
  'PropertyDefinition',
]);

/** What belongs to the tree of ESLint and not to the program. */
const beside = new Set(['parent', 'tokens', 'comments', 'loc']);

/**
 * The program as TS-ESTree. The parser of typescript-eslint gives that; others leave out what TypeScript adds, and the lists among that are added here to
 * a copy, for the tree itself belongs to all rules.
 */
export function tsEstreeOf(sourceCode: SourceCode): object {
  const { ast, parserServices } = sourceCode;
  return 'esTreeNodeToTSNodeMap' in parserServices ? ast : completed(ast);
}

function completed(node: Node): Node {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) if (!beside.has(key)) copy[key] = completedValue(value);
  if (decorated.has(node.type)) copy['decorators'] ??= [];
  if (node.type.startsWith('Class')) copy['implements'] ??= [];
  return copy as unknown as Node;
}

function completedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(completedValue);
  return isNode(value) ? completed(value) : value;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string';
}
