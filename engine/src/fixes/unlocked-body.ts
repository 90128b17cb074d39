import { bare, isFunction, spanOf, type Node } from '../ast/node.js';
import type { Linked } from '../link/linked.js';
import type { Nesting } from '../link/nesting.js';
import type { Trace } from '../link/walk/trace.js';
import { lower, type Draft, type Outcome } from './outcome.js';
import { Source } from './source.js';

/**
 * Runs the body of a nested section without taking the lock again. Offered where the body stands right there as a
 * callback, or where the called function is nothing but a section around one call with the function's own parameters.
 * @param guard - the variable through which the held section reaches what the lock owns: a nested callback that wants it is given that one.
 */
export function unlockedBodyFix(project: Linked, trace: Trace, { inner, site }: Nesting, guard?: string): Outcome {
  const source = Source.of(project, trace.unit);
  const call = source.enclosing(site.span, 'CallExpression');
  const refused = { refused: 'the nested request has no callback to call instead' };
  if (!call || spanOf(call)[1] !== site.span[1]) return refused;
  if (inner.chain.length === 0) return inlineBody(source, call, guard) ?? refused;
  if (inner.chain.length > 1) return { refused: 'the lock is taken again several calls further in' };
  return calledBody(project, trace, source, call, inner.place);
}

function inlineBody(source: Source, call: Node, guard?: string): Outcome | undefined {
  const callback = (call['arguments'] as Node[]).find((argument) => isFunction(argument));
  if (!callback) return undefined;
  const parameters = (callback['params'] as Node[]).length;
  if (parameters > 0 && guard === undefined) return { refused: 'the nested callback is given arguments by the lock' };
  const body = callback['body'] as Node;
  const text =
    parameters > 0 || body.type === 'BlockStatement'
      ? `(${source.text(spanOf(callback))})(${parameters > 0 ? guard! : ''})`
      : source.text(spanOf(bare(body)));
  return changed(source, call, text);
}

/** `save(x) { return this.lock.run(() => this.#save(x)); }`: the call that the section is made of, with our arguments. */
function calledBody(
  project: Linked,
  trace: Trace,
  source: Source,
  call: Node,
  place: Nesting['inner']['place'],
): Outcome {
  const refused = { refused: 'the called function has no body of its own that expects the lock to be held' };
  if (place.path !== trace.unit.path) return refused;
  const section = source.enclosing(place.span, 'CallExpression');
  const callback = section && (section['arguments'] as Node[]).find((argument) => isFunction(argument));
  const owner = section && source.around(spanOf(section)).findLast((node) => isFunction(node));
  if (!section || !callback || !owner || !isWholeBody(owner, section)) return refused;
  const inner = bare(callback['body'] as Node);
  if (inner.type !== 'CallExpression' || !startsWithThis(source, call) || !startsWithThis(source, inner))
    return refused;
  const names = (owner['params'] as Node[]).map((param) => param['name'] as string | undefined);
  const given = call['arguments'] as Node[];
  const args: string[] = [];
  for (const argument of inner['arguments'] as Node[]) {
    const index = argument.type === 'Identifier' ? names.indexOf(argument['name'] as string) : -1;
    if (index < 0) return refused;
    const own = given[index];
    if (own) args.push(source.text(spanOf(own)));
  }
  return changed(source, call, `${source.text(spanOf(inner['callee'] as Node))}(${args.join(', ')})`);
}

function changed(source: Source, call: Node, text: string): Draft {
  const { unit } = source;
  const fix: Draft = {
    title: 'Run the body without taking the lock again',
    tier: 'safe',
    edits: [{ path: unit.path, span: spanOf(call), text }],
  };
  const kept = source.losesComment(spanOf(call)) ? lower(fix, 'manual', 'a comment would be lost') : fix;
  return lower(kept, 'unsafe', 'the task that used to hang now goes on');
}

/** The section is all that a function does. */
function isWholeBody(owner: Node, section: Node): boolean {
  const body = owner['body'] as Node;
  const statements = body.type === 'BlockStatement' ? (body['body'] as Node[]) : [];
  const [only] = statements;
  const value = body.type === 'BlockStatement' ? (only?.['argument'] ?? only?.['expression']) : body;
  if (body.type === 'BlockStatement' && statements.length !== 1) return false;
  if (!value) return false;
  const inner = bare(value as Node);
  const plain = inner.type === 'AwaitExpression' ? bare(inner['argument'] as Node) : inner;
  return spanOf(plain)[0] === spanOf(section)[0] && spanOf(plain)[1] === spanOf(section)[1];
}

function startsWithThis(source: Source, call: Node): boolean {
  return /^this\s*\.\s*#?[\w$]+$/.test(source.text(spanOf(call['callee'] as Node)));
}
