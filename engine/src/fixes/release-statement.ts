import type { Node } from '../ast/node.js';

/** Whether a statement is nothing but one call, as of a release. */
export function isReleaseAlone({ type, expression }: Node): boolean {
  return (
    type === 'ExpressionStatement' &&
    /^(CallExpression|ChainExpression|AwaitExpression)$/.test((expression as Node | undefined)?.type ?? '')
  );
}
