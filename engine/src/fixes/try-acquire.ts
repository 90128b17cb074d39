import type { Node } from '../ast/node.js';
import { spanOf } from '../ast/node.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Unit } from '../link/unit.js';
import type { Outcome } from './outcome.js';
import { Rewriting } from './rewriting.js';
import { Source } from './source.js';

/** Takes out a wait for a lock to become free that stands right before the request for it. */
export function tryAcquireFix(project: Linked, unit: Unit, span: Span): Outcome {
  const source = Source.of(project, unit);
  const statement = source.statement(span);
  const expression = statement?.node['expression'] as Node | undefined;
  const awaited = expression?.type === 'AwaitExpression' ? (expression['argument'] as Node) : undefined;
  if (!statement || !awaited || spanOf(awaited)[0] !== span[0])
    return { refused: 'the wait is part of a larger statement' };
  const next = statement.siblings[statement.index + 1];
  if (!next || !/\bawait\b/.test(source.text(spanOf(next))))
    return { refused: 'something stands between the wait and the request' };
  const rewriting = new Rewriting(source);
  rewriting.remove(statement.node);
  return {
    title: 'Leave out the wait before the wait',
    tier: 'unsafe',
    reason: 'the request takes its place in the queue earlier',
    edits: rewriting.finish(),
  };
}
