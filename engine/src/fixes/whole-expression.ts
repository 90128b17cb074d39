import { spanOf, type Node } from '../ast/node.js';
import type { Span } from '../findings.js';
import { contains } from '../link/enclosing.js';
import { pathWithin, type Region } from './region.js';
import type { Source } from './source.js';

/** An expression whose value is waited for, or given by a statement or an arrow function. */
export interface Whole {
  readonly node: Node;
  /** `await` stands before it already. */
  readonly isAwaited: boolean;
}

/**
 * The innermost `await` around a place of a function, or else the value of the arrow function or of the one statement that it stands in.
 * @param region - the statements around the place.
 */
export function expressionOver(source: Source, fn: number, region: Region | undefined, place: Span): Whole | undefined {
  const path = pathWithin(source, fn, place);
  const awaited = path.findLast((node) => node.type === 'AwaitExpression');
  if (awaited) return { node: awaited['argument'] as Node, isAwaited: true };
  const value = region ? (region.statements.length === 1 ? valueOf(region.statements[0]!) : undefined) : path[0];
  if (!value || !contains(spanOf(value), place)) return undefined;
  return { node: value, isAwaited: false };
}

/** The expression that a statement is there for: what it returns, declares or calls. */
function valueOf(statement: Node): Node | undefined {
  switch (statement.type) {
    case 'ReturnStatement':
      return (statement['argument'] as Node | null) ?? undefined;
    case 'VariableDeclaration': {
      const [declarator, ...others] = statement['declarations'] as Node[];
      // A pattern takes its parts out of the value after the expression, and after the lock.
      const isOne = others.length === 0 && (declarator!['id'] as Node).type === 'Identifier';
      return isOne ? ((declarator!['init'] as Node | null) ?? undefined) : undefined;
    }
    case 'ExpressionStatement': {
      const expression = statement['expression'] as Node;
      return expression.type === 'CallExpression' ? expression : undefined;
    }
    default:
      return undefined;
  }
}
