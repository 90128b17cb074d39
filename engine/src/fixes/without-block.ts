import { spanOf, type Node } from '../ast/node.js';
import { clashes, contentSpan } from './block-content.js';
import { isFirstEvaluated } from './callback-call.js';
import { declaredNames, patternNames } from './names.js';
import { ownReturns } from './own-returns.js';
import { needsParens } from './parens.js';
import type { Rewriting } from './rewriting.js';
import type { Source } from './source.js';

/** What a section gives its caller. */
export interface Given {
  /** It may be a promise that takes time. */
  readonly pending: boolean;
  /** It is a deep copy of what the callback returns. */
  readonly copied: boolean;
  /** Nothing comes after it where it then stands, so that it may return from there. */
  readonly isLast: boolean;
}

/** What stands around the value of a section in the place of its call: the `await` stays where the value may be a promise. */
export function valueAround(
  { pending, copied }: Given,
  path: readonly Node[],
  outer: number,
  value: Node,
): { before: string; after: string } {
  if (copied) return { before: 'structuredClone(', after: ')' };
  const whole = path[outer]!;
  const waits = whole.type === 'AwaitExpression' && pending && value.type !== 'AwaitExpression';
  const parens = needsParens(value, waits ? whole : path[outer - 1]);
  return { before: `${waits ? 'await ' : ''}${parens ? '(' : ''}`, after: parens ? ')' : '' };
}

/** The block of a callback in the place of the call that ran it. */
export function withoutBlock(
  rewriting: Rewriting,
  path: readonly Node[],
  outer: number,
  block: Node,
  given: Given,
): string | undefined {
  const { source } = rewriting;
  const parent = path[outer - 1]!;
  const body = block['body'] as Node[];
  const returns = ownReturns(body);
  const last = body.at(-1);
  const inner = contentSpan(source, block);
  if (parent.type === 'ExpressionStatement') {
    const early = returns.filter((node) => node !== last);
    if (early.length > 0 && !given.isLast) return 'a section returns early, and code follows it';
    if (body.length === 0) rewriting.remove(parent);
    else if (clashes(source, parent, body)) rewriting.unwrap(spanOf(parent), spanOf(block));
    else rewriting.unwrap(spanOf(parent), inner);
    if (last && returns.includes(last) && !(given.isLast && early.length > 0)) dropReturn(rewriting, last, given);
    return undefined;
  }
  if (parent.type === 'ReturnStatement') {
    const ends = last !== undefined && /^(Return|Throw)Statement$/.test(last.type);
    const tail = ends ? '' : `${source.eol}${source.indent(spanOf(parent)[0])}return;`;
    if (body.length === 0) rewriting.replace(spanOf(parent), 'return;');
    else if (clashes(source, parent, body))
      rewriting.unwrap(spanOf(parent), spanOf(block), '', isLastOfFunction(path, outer) ? '' : tail);
    else rewriting.unwrap(spanOf(parent), inner, '', isLastOfFunction(path, outer) ? '' : tail);
    return undefined;
  }
  if (parent.type === 'ArrowFunctionExpression') {
    rewriting.unwrap(spanOf(path[outer]!), spanOf(block));
    return undefined;
  }
  return hoisted(rewriting, path, outer, block, returns, given);
}

/** `const x = await lock.run(() => { …; return y; })`: the statements go before, the value stays. */
function hoisted(
  rewriting: Rewriting,
  path: readonly Node[],
  outer: number,
  block: Node,
  returns: readonly Node[],
  given: Given,
): string | undefined {
  const { source } = rewriting;
  const body = block['body'] as Node[];
  const last = body.at(-1);
  const value = last?.['argument'] as Node | null | undefined;
  if (last?.type !== 'ReturnStatement' || !value || returns.length !== 1)
    return 'a section that returns in several places is part of a larger statement';
  const statement = source.statement(spanOf(path[outer]!))?.node;
  if (!statement || !isFirstEvaluated(path, outer, statement)) return 'a section is part of a larger statement';
  const alias = sameDeclaration(source, statement, body, value);
  if (clashes(source, statement, body, alias)) return 'names declared in a section are used outside of it as well';
  if (alias.length > 0) {
    const end = spanOf(body.at(-2)!)[1];
    if (source.losesComment([end, spanOf(block)[1]])) return 'a comment beside the result of a section would be lost';
    rewriting.unwrap(spanOf(statement), [contentSpan(source, block)[0], end]);
    return undefined;
  }
  const { before, after } = valueAround(given, path, outer, value);
  const [from] = spanOf(statement);
  const place = spanOf(path[outer]!);
  // In place, so that edits inside the moved statements still hold: what began the statement goes before its value.
  rewriting.unwrap([from, place[1]], [contentSpan(source, block)[0], spanOf(value)[1]], '', after);
  rewriting.replace([spanOf(last)[0], spanOf(value)[0]], `${source.text([from, place[0]])}${before}`);
  return undefined;
}

/**
 * The names of `const x = await lock.run(() => { const x = …; return x; })`, which the statement declares just as the section
 * does: without the lock the inner declaration is enough.
 */
function sameDeclaration(source: Source, statement: Node, body: readonly Node[], value: Node): readonly string[] {
  const declarators = (statement['declarations'] ?? []) as Node[];
  const target = declarators[0]?.['id'] as Node | undefined;
  if (declarators.length !== 1 || statement['kind'] !== 'const' || target?.['typeAnnotation'] != null) return [];
  const isSame = source.text(spanOf(target!)) === source.text(spanOf(value));
  const names = /^(Identifier|ObjectPattern)$/.test(target!.type) && isSame ? patternNames(target!) : [];
  return names.length > 0 && names.every((name) => declaredNames(body).includes(name)) ? names : [];
}

function dropReturn(rewriting: Rewriting, last: Node, { pending }: Given): void {
  const argument = last['argument'] as Node | null;
  if (!argument) return rewriting.remove(last);
  const waits = pending && argument.type !== 'AwaitExpression';
  const parens = waits && needsParens(argument, { type: 'AwaitExpression' });
  const [start, end] = spanOf(argument);
  rewriting.replace([spanOf(last)[0], start], `${waits ? 'await ' : ''}${parens ? '(' : ''}`);
  if (parens) rewriting.replace([end, end], ')');
}

function isLastOfFunction(path: readonly Node[], outer: number): boolean {
  const statement = path[outer - 1]!;
  const block = path[outer - 2];
  return (
    block?.type === 'BlockStatement' &&
    (block['body'] as Node[]).at(-1) === statement &&
    /Function/.test(path[outer - 3]?.type ?? '')
  );
}
