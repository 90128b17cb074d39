import { spanOf, type Node } from '../ast/node.js';
import type { Section } from '../link/section.js';
import type { Crossing, Region } from './region.js';
import type { Rewriting } from './rewriting.js';
import type { Source } from './source.js';

/** How a lock is asked to run a callback, as it is written: what stands before and after that, and what the callback is given. */
export interface SectionCall {
  readonly head: string;
  readonly tail: string;
  readonly parameter: string;
}

export function sectionCall(source: Source, { acquire }: Section, callback: Node): SectionCall {
  const [start, end] = spanOf(callback);
  const params = (callback['params'] as Node[]).map(spanOf);
  return {
    head: onOneLine(source.text([acquire.span[0], start])),
    tail: onOneLine(source.text([end, acquire.span[1]])),
    parameter: params.length > 0 ? source.text([params[0]![0], params.at(-1)![1]]) : '',
  };
}

function onOneLine(text: string): string {
  return text
    .replace(/,?\s*\)$/, ')')
    .replace(/\(\s+/g, '(')
    .replace(/\s+/g, ' ');
}

/** Makes a region the body of a callback that a lock runs. */
export function putInCallback(
  rewriting: Rewriting,
  { source, span }: Region,
  { prefix, result }: Crossing,
  { head, tail, parameter, async }: SectionCall & { readonly async: boolean },
): void {
  rewriting.indent(span);
  const indent = source.indent(span[0]);
  const inner = `${source.eol}${indent}${source.step}`;
  rewriting.replace([span[0], span[0]], `${prefix}await ${head}${async ? 'async ' : ''}(${parameter}) => {${inner}`);
  const end = result === '' ? '' : `${inner}${result}${source.semicolon}`;
  rewriting.replace([span[1], span[1]], `${end}${source.eol}${indent}}${tail}${source.semicolon}`);
}
