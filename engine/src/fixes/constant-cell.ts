import { spanOf, type Node } from '../ast/node.js';
import type { Declaration } from '../link/lock-declaration.js';
import type { Rewriting } from './rewriting.js';

/** A field or variable that is never written again becomes `readonly` or `const`. Gives the condition that forbids it. */
export function constantCell(rewriting: Rewriting, cell: Declaration): string | undefined {
  const [start] = cell.nameSpan;
  if (cell.binding === undefined) {
    if (!cell.constant && /\.[cm]?tsx?$/.test(cell.unit.path)) rewriting.replace([start, start], 'readonly ');
    return undefined;
  }
  const declaration = rewriting.source.enclosing(cell.nameSpan, 'VariableDeclaration');
  if (!declaration || (declaration['declarations'] as Node[]).length > 1)
    return `\`${cell.name}\` is declared together with others`;
  const [from] = spanOf(declaration);
  const keyword = declaration['kind'] as string;
  if (keyword !== 'const') rewriting.replace([from, from + keyword.length], 'const');
  return undefined;
}
