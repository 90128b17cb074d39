import { mentions } from '../mention.js';
import { spanOf, type Node } from '../ast/node.js';
import type { Span } from '../findings.js';
import { declaredNames } from './names.js';
import type { Source } from './source.js';

/** The text between the braces of a block, its comments included. */
export function contentSpan(source: Source, block: Node): Span {
  const [start, end] = spanOf(block);
  const text = source.text([start + 1, end - 1]);
  return [start + 1 + (text.length - text.trimStart().length), end - 1 - (text.length - text.trimEnd().length)];
}

/** Whether names declared in a block would meet others of the enclosing function when the braces go, those apart that may. */
export function clashes(source: Source, outer: Node, body: readonly Node[], apart: readonly string[] = []): boolean {
  const names = declaredNames(body).filter((name) => !apart.includes(name));
  if (names.length === 0) return false;
  const around = source.around(spanOf(outer)).findLast((node) => /Function|Program|StaticBlock/.test(node.type))!;
  const [start, end] = spanOf(around);
  const [from, to] = spanOf(outer);
  return names.some((name) => mentions(source.text([start, from]), name) || mentions(source.text([to, end]), name));
}
