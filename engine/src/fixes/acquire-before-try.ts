import { spanOf, type Node } from '../ast/node.js';
import { nodeAt } from '../ast/walk.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Unit } from '../link/unit.js';
import { lower, type Draft, type Outcome } from './outcome.js';
import { Source } from './source.js';

/**
 * Moves the acquire out of the `try`. Safe when it is the first statement there, nothing catches, and the `finally` does
 * nothing but release: then the only change is that a failed request no longer runs the release.
 */
export function acquireBeforeTryFix(project: Linked, unit: Unit, acquire: Span, tryStatement: Span): Outcome {
  const source = Source.of(project, unit);
  const node = nodeAt(source.program, tryStatement, 'TryStatement');
  const statement = source.statement(acquire);
  if (!node || !statement) return { refused: 'the acquire is not a statement of its own' };
  const body = (node['block'] as Node)['body'] as Node[];
  if (statement.siblings !== body) return { refused: 'the acquire does not stand directly in the `try`' };
  if (statement.index !== 0) return { refused: 'other statements come before the acquire in the `try`' };
  if (statement.node.type !== 'ExpressionStatement') return { refused: 'the acquire declares a variable' };
  const [start, end] = spanOf(statement.node);
  const next = body[1] ? spanOf(body[1])[0] : spanOf(node['block'] as Node)[1] - 1;
  const text = source.text([start, end]);
  const gap = unit.text.slice(end, next);
  const indent = source.indent(tryStatement[0]);
  const removed: Span = gap.trim() === '' && body[1] ? [start, next] : [start, end];
  const fix: Draft = {
    title: 'Take the lock before the `try`',
    tier: 'safe',
    edits: [
      { path: unit.path, span: [tryStatement[0], tryStatement[0]], text: `${text}${source.eol}${indent}` },
      { path: unit.path, span: removed, text: '' },
    ],
  };
  if (node['handler'] != null) return lower(fix, 'unsafe', 'a failed request is no longer caught here');
  const cleanup = (node['finalizer'] as Node)['body'] as Node[];
  return cleanup.length === 1 ? fix : lower(fix, 'unsafe', 'a failed request no longer runs the rest of the `finally`');
}
