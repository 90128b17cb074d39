import { isFunction, spanOf, type Node } from '../ast/node.js';
import { same } from '../ast/span.js';
import type { Linked } from '../link/linked.js';
import { everyOp, type Unit } from '../link/unit.js';
import { callsOf } from '../link/use.js';
import type { Edit } from '../findings.js';
import { Rewriting } from './rewriting.js';
import { Source } from './source.js';

/** Puts `async` before the function at a depth of a path, or says why it cannot stand there. */
export function insertAsync(rewriting: Rewriting, path: readonly Node[], at: number): string | undefined {
  const holder = path[at - 1];
  const isMember = holder?.type === 'MethodDefinition' || (holder?.type === 'Property' && holder['method'] === true);
  if (isMember && (holder['computed'] === true || holder['kind'] === 'get'))
    return 'a getter returns the promise of a section';
  const place = spanOf(isMember ? (holder['key'] as Node) : path[at]!)[0];
  rewriting.replace([place, place], 'async ');
  return undefined;
}

/**
 * Makes a function that gives nothing `async`, and has those who call it wait for it: a clause where one of them cannot.
 */
export function madeAsync(project: Linked, unit: Unit, fn: number): readonly Edit[] | string {
  const { kind, generator, body, bodySpan, name } = unit.fn(fn);
  const source = Source.of(project, unit);
  const path = source.around(bodySpan);
  const at = path.findLastIndex((node) => isFunction(node) && same(spanOf(node['body'] as Node), bodySpan));
  const rewriting = new Rewriting(source);
  if (!/^(function|arrow|method)$/.test(kind) || generator || insertAsync(rewriting, path, at))
    return `\`${name}\` cannot be made \`async\``;
  const type = (path[at]!['returnType'] as Node | null | undefined)?.['typeAnnotation'] as Node | undefined;
  const givesNothing = type === undefined || type.type === 'TSVoidKeyword';
  if (!givesNothing || everyOp(body).some((op) => op.op === 'return' && op.value))
    return `\`${name}\` gives its result at once, and its callers would have to wait for it`;
  if (type) rewriting.replace(spanOf(type), 'Promise<void>');
  const edits = rewriting.finish();
  for (const call of callsOf(project, unit, fn)) {
    if (call.op.result === 'void' || call.op.result === 'await') continue;
    const caller = call.unit.fn(call.fn);
    if (!caller.async || call.op.result !== 'discard')
      return `\`${caller.symbol || 'the module'}\` calls \`${name}\` and could not wait for it`;
    edits.push({ path: call.unit.path, span: [call.op.span[0], call.op.span[0]], text: 'await ' });
  }
  return edits;
}
