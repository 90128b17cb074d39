import { spanOf } from '../ast/node.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Unit } from '../link/unit.js';
import { lower, type Outcome } from './outcome.js';
import { Source } from './source.js';

/** Returns the promise that a callback used to drop, where the call is the callback's last statement. */
export function returnPromiseFix(project: Linked, unit: Unit, call: Span): Outcome {
  const source = Source.of(project, unit);
  const statement = source.statement(call);
  if (statement?.node.type !== 'ExpressionStatement' || statement.index !== statement.siblings.length - 1)
    return { refused: 'the call is not the last statement of the callback' };
  const owner = source
    .around(call)
    .findLast((node) => node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression');
  if (owner?.['body'] == null || (owner['body'] as { body?: unknown }).body !== statement.siblings)
    return { refused: 'the call stands in a block inside the callback' };
  const start = spanOf(statement.node)[0];
  return lower(
    { title: 'Return the promise', tier: 'safe', edits: [{ path: unit.path, span: [start, start], text: 'return ' }] },
    'unsafe',
    'the lock is now held until the work is done',
  );
}
