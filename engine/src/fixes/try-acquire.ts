import type { Node } from '../ast/node.js';
import { spanOf } from '../ast/node.js';
import type { Span } from '../findings.js';
import { openTo } from '../link/openness.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import { contains } from '../link/enclosing.js';
import { whoSeesStart } from '../link/start-order.js';
import { everyOp } from '../link/unit.js';
import { lower, type Draft, type Outcome } from './outcome.js';
import { Rewriting } from './rewriting.js';
import { Source } from './source.js';

/**
 * Takes out a wait for a lock to become free that stands right before the request for it. Safe where every caller waits:
 * then nothing tells that the request takes its place in the queue earlier.
 */
export function tryAcquireFix(project: Linked, section: Section, wait: Span): Outcome {
  const source = Source.of(project, section.unit);
  const statement = source.statement(wait);
  const expression = statement?.node['expression'] as Node | undefined;
  const awaited = expression?.type === 'AwaitExpression' ? (expression['argument'] as Node) : undefined;
  if (!statement || !awaited || spanOf(awaited)[0] !== wait[0])
    return { refused: 'the wait is part of a larger statement' };
  const next = statement.siblings[statement.index + 1];
  if (!next || !contains(spanOf(next), section.acquire.span) || isWaitBetween(section, wait))
    return { refused: 'something stands between the wait and the request' };
  const rewriting = new Rewriting(source);
  rewriting.remove(statement.node);
  const fix: Draft = { title: 'Leave out the wait before the wait', tier: 'safe', edits: rewriting.finish() };
  const notices = whoNoticesPlace(project, section, wait);
  return notices ? lower(fix, 'unsafe', `the request takes its place in the queue earlier: ${notices}`) : fix;
}

function isWaitBetween({ unit, fn, acquire }: Section, wait: Span): boolean {
  // The `await` around the wait itself ends where the wait ends.
  const between: Span = [wait[1], acquire.span[0]];
  return [...everyOp(unit.fn(fn).body)].some((op) => op.op === 'await' && contains(between, op.span));
}

function whoNoticesPlace(project: Linked, { lock, unit, fn }: Section, wait: Span): string | undefined {
  const open = openTo(project, lock);
  if (open) return `${open} may ask for it`;
  const seen = whoSeesStart(project, unit, fn, wait[0]);
  return seen && `${seen} can notice`;
}
