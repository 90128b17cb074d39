import { isFunction, spanOf, type Node } from '../ast/node.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Unit } from '../link/unit.js';
import type { Outcome } from './outcome.js';
import { Source } from './source.js';

/** Takes out the one parameter of a callback, which nothing uses: what the callback does stays as it is. */
export function dropParameterFix(project: Linked, unit: Unit, parameter: Span): Outcome {
  const source = Source.of(project, unit);
  const owner = source.around(parameter).findLast(isFunction);
  const params = (owner?.['params'] ?? []) as Node[];
  if (!owner || params.length !== 1) return { refused: 'the callback has more parameters' };
  const [start, end] = spanOf(params[0]!);
  if (source.losesComment([start, end])) return { refused: 'a comment would be lost' };
  const bare = unit.text[start - 1] !== '(' && unit.text.slice(end).trimStart().startsWith('=>');
  const rest = /^\s*,/.exec(unit.text.slice(end))?.[0].length ?? 0;
  return {
    title: 'Drop the unused parameter',
    tier: 'safe',
    edits: [{ path: unit.path, span: [start, end + (bare ? 0 : rest)], text: bare ? '()' : '' }],
  };
}
