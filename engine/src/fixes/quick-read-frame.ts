import { word } from '../mention.js';
import { bare, spanOf, type Node } from '../ast/node.js';
import type { Span } from '../findings.js';
import type { Section } from '../link/section.js';
import { decorated, type Refusal } from './outcome.js';
import { ownReturns } from './own-returns.js';
import type { Source } from './source.js';

/** Where a section's statements stand, and what the whole construct is that they replace. */
export interface Frame {
  readonly statements: readonly Node[];
  readonly replaced: Span;
  /** The lock as written. */
  readonly lock: string;
  /** The variable through which a lock with data gives them. */
  readonly guard: { readonly name: string; readonly isValue: boolean } | undefined;
  /** The statements keep their place and depth, instead of moving out of a `try` or a callback. */
  readonly inPlace: boolean;
  /** Variables that moving the statements out would declare beside others. */
  readonly outer: readonly Node[];
}

export function frameOf(source: Source, section: Section): Frame | Refusal {
  const { acquire, form } = section;
  if (form === 'decorator') return decorated;
  if (section.through) return { refused: 'the lock is taken inside a helper' };
  const lock = lockText(source, acquire.callee.span);
  if (form === 'callback') return callbackFrame(source, section, lock);
  const statement = source.statement(acquire.span);
  if (!statement || (form !== 'manual' && form !== 'using'))
    return { refused: 'the lock is taken in a chain of promises' };
  const guard = declaredGuard(statement.node, section);
  const after = statement.siblings.slice(statement.index + 1);
  if (form === 'using') {
    const end = after.at(-1) ?? statement.node;
    return {
      statements: after,
      replaced: [spanOf(statement.node)[0], spanOf(end)[1]],
      lock,
      guard,
      inPlace: true,
      outer: [],
    };
  }
  const [next] = after;
  if (next?.type !== 'TryStatement' || next['handler'] != null)
    return { refused: 'the acquire is not followed by `try` and `finally`' };
  const finalizer = next['finalizer'] as Node | null;
  const last = (finalizer?.['body'] ?? []) as Node[];
  if (last.length !== 1 || !releasesIn(section, spanOf(finalizer!)))
    return { refused: 'the `finally` does more than release' };
  const statements = (next['block'] as Node)['body'] as Node[];
  return {
    statements,
    replaced: [spanOf(statement.node)[0], spanOf(next)[1]],
    lock,
    guard,
    inPlace: false,
    outer: statement.siblings,
  };
}

function callbackFrame(source: Source, section: Section, lock: string): Frame | { refused: string } {
  const callback = section.callback;
  const fact = callback === undefined ? undefined : section.unit.fn(callback);
  const statement = source.statement(section.acquire.span);
  const body = fact && source.enclosing(fact.bodySpan, 'BlockStatement');
  const [parameter] = fact?.params ?? [];
  const isPattern = parameter !== undefined && parameter.binding === undefined;
  if (!fact || !statement || !body || spanOf(body)[0] !== fact.bodySpan[0] || isPattern)
    return { refused: 'the section is not written there as a function with a block' };
  const isReturn = statement.node.type === 'ReturnStatement';
  const expression = bare((statement.node['expression'] ?? statement.node['argument'] ?? statement.node) as Node);
  const awaited = expression.type === 'AwaitExpression' ? bare(expression['argument'] as Node) : expression;
  const isWhole = spanOf(awaited)[0] === section.acquire.span[0] && spanOf(awaited)[1] === section.acquire.span[1];
  if (!isWhole || (!isReturn && statement.node.type !== 'ExpressionStatement'))
    return { refused: 'the result of the section is used where it is taken' };
  if (!isReturn && expression.type !== 'AwaitExpression') return { refused: 'the section is not awaited' };
  const owner = section.unit.fn(section.fn);
  if (!owner.async) return { refused: 'the enclosing function is not async' };
  const statements = body['body'] as Node[];
  if (!isReturn && ownReturns(statements).length > 0) return { refused: 'the section returns early' };
  const name = parameter?.binding === undefined ? undefined : section.unit.facts.bindings[parameter.binding]!.name;
  const guard = name === undefined ? undefined : { name, isValue: section.ref.side === 'read' };
  return { statements, replaced: spanOf(statement.node), lock, guard, inPlace: false, outer: statement.siblings };
}

/** `mutex` of `mutex.acquire`. */
function lockText(source: Source, callee: Span): string {
  const node = source.enclosing(callee, 'MemberExpression');
  return node ? source.text(spanOf(node['object'] as Node)) : source.text(callee);
}

function declaredGuard(statement: Node, section: Section): Frame['guard'] {
  if (!section.ref.model.holdsData || statement.type !== 'VariableDeclaration') return undefined;
  const target = (statement['declarations'] as Node[])[0]!['id'] as Node;
  return target.type === 'Identifier' ? { name: target['name'] as string, isValue: false } : undefined;
}

function releasesIn(section: Section, place: Span): boolean {
  return section.trace.releases.some(
    (release) => release.hold === section.hold && place[0] <= release.span[0] && release.span[1] <= place[1],
  );
}

/** In the extractor the lock's data are the parameter itself. */
export function renamed(text: string, guard: NonNullable<Frame['guard']>): string {
  return text.replace(word(guard.name, guard.isValue ? '' : '\\.value', 'g'), 'value');
}

/** A guarded object itself: copies, calls, computed values and sizes are new. */
export function isBarePath(node: Node): boolean {
  if (node.type !== 'MemberExpression') return node.type === 'Identifier';
  if (node['computed'] !== true && /^(?:length|size|byteLength)$/.test(String((node['property'] as Node)['name'])))
    return false;
  let root = node;
  while (root.type === 'MemberExpression') root = bare(root['object'] as Node);
  return !/^(?:Array|Object)Expression$|Literal$/.test(root.type);
}
