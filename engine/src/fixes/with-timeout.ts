import { spanOf, type Node } from '../ast/node.js';
import { callsIn, nodeAt } from '../ast/walk.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Unit } from '../link/unit.js';
import type { Outcome } from './outcome.js';
import { RUNTIME } from './runtime-module.js';
import { Source } from './source.js';

/** `Promise.race([work(), timer])` becomes `withTimeout(() => work(), ms, { message })`. */
export function withTimeoutFix(project: Linked, unit: Unit, span: Span): Outcome {
  const source = Source.of(project, unit);
  const call = nodeAt(source.program, span, 'CallExpression');
  const list = (call?.['arguments'] as Node[] | undefined)?.[0];
  const elements = (list?.['elements'] ?? []) as Node[];
  const timer = elements.find((node) => node.type === 'NewExpression');
  const work = elements.find((node) => node !== timer);
  if (!call || !timer || !work || elements.length !== 2) return { refused: 'more than one thing races the timer' };
  if (source.losesComment(span, [spanOf(work)])) return { refused: 'a comment in the race would be lost' };
  const wait = timeoutOf(timer);
  if (!wait) return { refused: 'the timer does more than to reject with an error' };
  const message = messageOf(source, wait.error);
  if (message === undefined) return { refused: 'the timer rejects with an error of its own class' };
  const text = source.text(spanOf(work));
  const waits = /\bawait\b/.test(text) ? 'async ' : '';
  const options = message === '' ? '' : `, { message: ${message} }`;
  return {
    title: 'Use `withTimeout`, which clears the timer',
    tier: 'unsafe',
    reason: 'the error is a `TimeoutError`, and a timer without `unref` no longer keeps the process alive',
    edits: [
      { path: unit.path, span, text: `withTimeout(${waits}() => ${text}, ${source.text(spanOf(wait.ms))}${options})` },
    ],
    imports: [{ path: unit.path, module: RUNTIME, name: 'withTimeout', kind: 'value' }],
  };
}

/** The length of a promise's timer and the error that it rejects with. */
function timeoutOf(timer: Node): { ms: Node; error: Node } | undefined {
  const executor = (timer['arguments'] as Node[])[0];
  const calls = executor ? [...callsIn(executor)] : [];
  const set = calls.find((call) => (call['callee'] as Node)['name'] === 'setTimeout');
  const parameters = (executor?.['params'] ?? []) as Node[];
  const reject = parameters[1]?.['name'] as string | undefined;
  const rejection = calls.find((call) => reject !== undefined && (call['callee'] as Node)['name'] === reject);
  const ms = (set?.['arguments'] as Node[] | undefined)?.[1];
  const error = (rejection?.['arguments'] as Node[] | undefined)?.[0];
  return ms && error ? { ms, error } : undefined;
}

function messageOf(source: Source, error: Node): string | undefined {
  if (error.type !== 'NewExpression' || (error['callee'] as Node)['name'] !== 'Error') return undefined;
  const given = (error['arguments'] as Node[])[0];
  return given ? source.text(spanOf(given)) : '';
}
