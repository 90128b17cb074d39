import { isFunction, spanOf, type Node } from '../ast/node.js';
import { nodeAt } from '../ast/walk.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import type { Outcome } from './outcome.js';
import { RUNTIME } from './runtime-module.js';
import { Source } from './source.js';

/**
 * Gives a scoped request for a lock of the runtime a bound, or puts one in place of one that is switched off:
 * `withLock(() => work(), { timeout: Infinity })`. There nothing is released that was not granted. `ms` is what the configuration says.
 */
export function boundRequestFix(project: Linked, section: Section, ms: number | undefined): Outcome {
  const { unit, acquire, form, ref, through } = section;
  if (form !== 'callback' || through || !ref.model.modules.includes(RUNTIME))
    return { refused: 'the request is no call of a lock of the runtime with the function that it runs' };
  const source = Source.of(project, unit);
  const call = nodeAt(source.program, acquire.span, 'CallExpression');
  const bound = call && boundOf(source, call, ms);
  if (!bound) return { refused: 'the function and the options of the request are not written there' };
  if (!isPassedOn(source.around(acquire.span), call))
    return { refused: 'the request is neither awaited nor returned, and nobody would hear that it was given up' };
  if (ms === undefined)
    return { refused: 'how long to wait is not for a tool to say: give the rule its option `timeout`' };
  return {
    title: `Wait no longer than ${ms} ms`,
    tier: 'unsafe',
    reason: `a request that is not granted within ${ms} ms now rejects with a \`TimeoutError\``,
    edits: [{ path: unit.path, ...bound }],
  };
}

/** Where a call is to tell how long to wait: in its `timeout` that is switched off, or behind the function if that comes last. */
function boundOf(source: Source, call: Node, ms: number | undefined): { span: Span; text: string } | undefined {
  const off = timeoutOf(call);
  if (off) return { span: spanOf(off), text: String(ms) };
  const last = (call['arguments'] as Node[]).at(-1);
  if (!last || !isFunction(last)) return undefined;
  const [, end] = spanOf(last);
  // A function in parentheses is left alone: behind it there would be a comma expression.
  if (!/^\s*,?\s*\)$/.test(source.text([end, spanOf(call)[1]]))) return undefined;
  return { span: [end, end], text: `, { timeout: ${ms} }` };
}

/** The value of `timeout` in the options that a call is given. */
function timeoutOf(call: Node): Node | undefined {
  const options = (call['arguments'] as Node[]).find(({ type }) => type === 'ObjectExpression');
  const properties = (options?.['properties'] ?? []) as Node[];
  const timeout = properties.find((one) => (one['key'] as Node | undefined)?.['name'] === 'timeout');
  const value = timeout?.['value'] as Node | undefined;
  return value && (value['name'] === 'Infinity' || value.type === 'UnaryExpression') ? value : undefined;
}

function isPassedOn(path: readonly Node[], call: Node): boolean {
  const outer = path[path.indexOf(call) - 1];
  if (outer?.type === 'ArrowFunctionExpression') return outer['body'] === call;
  return outer?.type === 'AwaitExpression' || outer?.type === 'ReturnStatement';
}
