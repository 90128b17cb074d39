import { spanOf, type Node } from '../ast/node.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Unit } from '../link/unit.js';
import type { Outcome } from './outcome.js';
import { Source } from './source.js';

/**
 * Puts what stands before a release in a cleanup block into a `try` of its own, and the release into its `finally`.
 * Safe: the order stays as it is, and the only change is that a lock which used to be lost is released.
 */
export function nestedFinallyFix(project: Linked, unit: Unit, first: Span, release: Span): Outcome {
  const source = Source.of(project, unit);
  const from = source.statement(first);
  const last = source.statement(release);
  const start = last?.siblings.findIndex((node) => spanOf(node)[0] <= first[0] && first[1] <= spanOf(node)[1]) ?? -1;
  if (!from || !last || start < 0 || start >= last.index) return { refused: 'the release stands in another block' };
  const body = last.siblings.slice(start, last.index);
  if (body.some((node) => node.type === 'VariableDeclaration'))
    return { refused: 'a variable is declared before the release' };
  return {
    title: 'Release in a `finally` of its own',
    tier: 'safe',
    edits: [
      { path: unit.path, span: [spanOf(body[0]!)[0], spanOf(last.node)[1]], text: nestedText(source, body, last.node) },
    ],
  };
}

function nestedText(source: Source, body: readonly Node[], release: Node): string {
  const [start, end] = [spanOf(body[0]!)[0], spanOf(body.at(-1)!)[1]];
  const { eol } = source;
  const indent = source.indent(start);
  const step = source.step;
  const between = source.text([end, spanOf(release)[0]]).trim();
  const comment = between === '' ? '' : `${between}${eol}${indent}${step}`;
  return `try {${eol}${indent}${step}${source.deeper([start, end])}${eol}${indent}} finally {${eol}${indent}${step}${comment}${source.text(spanOf(release))}${eol}${indent}}`;
}
