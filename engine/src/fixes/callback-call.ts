import { spanOf, type Node } from '../ast/node.js';
import { same } from '../ast/span.js';
import type { Section } from '../link/section.js';
import type { Source } from './source.js';

/** The call of a callback form with the expression that stands for its result in the source. */
export function callbackCall(
  source: Source,
  section: Section,
): { path: Node[]; outer: number; callback: Node } | string {
  const path = source.around(section.acquire.span);
  const at = path.findLastIndex((node) => node.type === 'CallExpression' && same(spanOf(node), section.acquire.span));
  const call = path[at];
  const span = section.callback === undefined ? undefined : section.unit.fn(section.callback).span;
  const callback = span && (call?.['arguments'] as Node[] | undefined)?.find((one) => same(spanOf(one), span));
  if (callback?.type !== 'ArrowFunctionExpression') return 'the section is not an arrow function';
  const parent = path[at - 1];
  if (parent?.type === 'AwaitExpression') return { path: path.slice(0, at), outer: at - 1, callback };
  const returned =
    parent?.type === 'ReturnStatement' || (parent?.type === 'ArrowFunctionExpression' && parent['body'] === call);
  return returned
    ? { path: path.slice(0, at + 1), outer: at, callback }
    : 'the promise of a section is neither awaited nor returned at once';
}

/** Whether nothing of a statement is evaluated before an expression in it. */
export function isFirstEvaluated(path: readonly Node[], outer: number, statement: Node): boolean {
  for (let at = outer - 1; path[at] !== statement; at--) {
    const node = path[at]!;
    if (!/^(VariableDeclarator|UnaryExpression|AwaitExpression|TS\w+|ChainExpression)$/.test(node.type)) return false;
  }
  return /^(VariableDeclaration|IfStatement|ReturnStatement|ExpressionStatement)$/.test(statement.type);
}
