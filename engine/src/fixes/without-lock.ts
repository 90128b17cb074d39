import { spanOf, type Node } from '../ast/node.js';
import type { Span } from '../findings.js';
import { lockAction } from '../link/action.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import { returnsSettled } from '../link/settled.js';
import { declaredNames, mentions, patternNames } from './names.js';
import type { Rewriting } from './rewriting.js';
import type { Source } from './source.js';

/**
 * Takes a section's lock away and leaves its body in place. Gives the condition that forbids it, as a clause.
 * @param instead - a statement that takes the place of the one that took the lock, where there is one.
 */
export function withoutLock(
  project: Linked,
  rewriting: Rewriting,
  section: Section,
  instead?: string,
): string | undefined {
  if (section.through) return `\`${section.lock.name}\` is also taken through a helper of the project`;
  if (section.form === 'callback')
    return withoutCallback(rewriting, section, {
      pending: givesPromise(project, section),
      copied: givesCopy(project, section),
    });
  if (section.form === 'then') return 'the lock is taken in a chain of promises';
  const statement = acquireStatement(rewriting.source, section);
  if (!statement) return 'an acquire is not a statement of its own';
  if (section.form === 'using') {
    if (instead) rewriting.replace(spanOf(statement), instead);
    else rewriting.remove(statement);
    return undefined;
  }
  return withoutPair(rewriting, section, statement, instead);
}

/** The statement that does nothing but take the lock: `const guard = await lock.acquire();`. */
function acquireStatement(source: Source, section: Section): Node | undefined {
  const statement = source.statement(section.acquire.span)?.node;
  if (!statement) return undefined;
  const expression =
    statement.type === 'ExpressionStatement'
      ? (statement['expression'] as Node)
      : statement.type === 'VariableDeclaration' && (statement['declarations'] as Node[]).length === 1
        ? ((statement['declarations'] as Node[])[0]!['init'] as Node)
        : undefined;
  const taken = expression?.type === 'AwaitExpression' ? (expression['argument'] as Node) : expression;
  return taken && same(spanOf(taken), section.acquire.span) ? statement : undefined;
}

function withoutPair(rewriting: Rewriting, section: Section, acquire: Node, instead?: string): string | undefined {
  const { source } = rewriting;
  const releases = section.trace.releases.filter((release) => release.hold === section.hold);
  if (releases.length === 0) return 'the lock is released elsewhere';
  const tries = new Set<Node>();
  for (const release of releases) {
    const statement = source.statement(release.span);
    const expression = statement?.node['expression'] as Node | undefined;
    if (!statement || statement.node.type !== 'ExpressionStatement' || !expression)
      return 'a release is part of a larger statement';
    if (!/^(CallExpression|ChainExpression|AwaitExpression)$/.test(expression.type))
      return 'a release is part of a larger statement';
    const around = source.around(release.span);
    const guarded = around.findLast(
      (node) => node.type === 'TryStatement' && isIn(release.span, node['finalizer'] as Node | null),
    );
    const alone = statement.siblings.length === 1;
    if (guarded && alone && statement.siblings === (guarded['finalizer'] as Node)['body']) tries.add(guarded);
    else if (alone && around.at(-1)?.type !== 'Program' && isBranch(around, statement.node))
      return 'a release is all that a branch does';
    else rewriting.remove(statement.node);
  }
  if (instead) rewriting.replace(spanOf(acquire), instead);
  else rewriting.remove(acquire);
  for (const node of tries) {
    const refused = withoutFinally(rewriting, node);
    if (refused) return refused;
  }
  return undefined;
}

function isBranch(around: readonly Node[], statement: Node): boolean {
  const parent = around[around.indexOf(statement) - 1];
  return parent?.type === 'IfStatement';
}

function isIn(span: Span, node: Node | null): boolean {
  if (!node) return false;
  const [start, end] = spanOf(node);
  return start <= span[0] && span[1] <= end;
}

/** A `finally` that only released goes; without a `catch` the `try` goes with it. */
function withoutFinally(rewriting: Rewriting, node: Node): string | undefined {
  const { source } = rewriting;
  const block = node['block'] as Node;
  const handler = node['handler'] as Node | null;
  if (source.losesComment(spanOf(node['finalizer'] as Node))) return 'a comment beside the release would be lost';
  if (handler) {
    rewriting.replace([spanOf(handler)[1], spanOf(node)[1]], '');
    return undefined;
  }
  const body = block['body'] as Node[];
  if (body.length === 0) {
    rewriting.remove(node);
    return undefined;
  }
  const inner = contentSpan(source, block);
  if (clashes(source, node, body)) {
    rewriting.unwrap(spanOf(node), spanOf(block));
    return undefined;
  }
  rewriting.unwrap(spanOf(node), inner);
  return undefined;
}

/** The text between the braces of a block, its comments included. */
function contentSpan(source: Source, block: Node): Span {
  const [start, end] = spanOf(block);
  const text = source.text([start + 1, end - 1]);
  return [start + 1 + (text.length - text.trimStart().length), end - 1 - (text.length - text.trimEnd().length)];
}

/** Whether names declared in a block would meet others of the enclosing function when the braces go, those apart that may. */
function clashes(source: Source, outer: Node, body: readonly Node[], apart: readonly string[] = []): boolean {
  const names = declaredNames(body).filter((name) => !apart.includes(name));
  if (names.length === 0) return false;
  const around = source.around(spanOf(outer)).findLast((node) => /Function|Program|StaticBlock/.test(node.type))!;
  const [start, end] = spanOf(around);
  const [from, to] = spanOf(outer);
  return names.some((name) => mentions(source.text([start, from]), name) || mentions(source.text([to, end]), name));
}

// ---- callbacks --------------------------------------------------------------------------------------------------

/** The call of a callback form with the expression that stands for its result in the source. */
export function callbackCall(
  source: Source,
  section: Section,
): { path: Node[]; outer: number; callback: Node } | string {
  const path = source.around(section.acquire.span);
  const at = path.findLastIndex((node) => node.type === 'CallExpression' && same(spanOf(node), section.acquire.span));
  const call = path[at];
  if (!call || section.callback === undefined) return 'the section is a function that stands elsewhere';
  const span = section.unit.fn(section.callback).span;
  const callback = (call['arguments'] as Node[]).find((argument) => same(spanOf(argument), span));
  if (callback?.type !== 'ArrowFunctionExpression') return 'the section is not an arrow function';
  const parent = path[at - 1];
  if (parent?.type === 'AwaitExpression') return { path: path.slice(0, at), outer: at - 1, callback };
  const returned =
    parent?.type === 'ReturnStatement' || (parent?.type === 'ArrowFunctionExpression' && parent['body'] === call);
  return returned
    ? { path: path.slice(0, at + 1), outer: at, callback }
    : 'the promise of a section is neither awaited nor returned at once';
}

/** What a section gives its caller. */
interface Given {
  /** It may be a promise that takes time. */
  readonly pending: boolean;
  /** It is a deep copy of what the callback returns. */
  readonly copied: boolean;
}

function withoutCallback(rewriting: Rewriting, section: Section, given: Given): string | undefined {
  const { source } = rewriting;
  const found = callbackCall(source, section);
  if (typeof found === 'string') return found;
  const { path, outer, callback } = found;
  const refused = madeAsync(rewriting, path, outer);
  if (refused) return refused;
  const body = callback['body'] as Node;
  if (source.losesComment(spanOf(path[outer]!), [spanOf(body)])) return 'a comment in the call would be lost';
  if (given.copied && (body.type === 'BlockStatement' || section.acquire.args.length > 2))
    return 'a section copies what it gives in a way of its own';
  if (body.type === 'BlockStatement') return withoutBlock(rewriting, path, outer, body, given);
  const { before, after } = valueAround(given, path, outer, body);
  rewriting.unwrap(spanOf(path[outer]!), spanOf(body), before, after);
  return undefined;
}

/** What stands around the value of a section in the place of its call: the `await` stays where the value may be a promise. */
function valueAround(
  { pending, copied }: Given,
  path: readonly Node[],
  outer: number,
  value: Node,
): { before: string; after: string } {
  if (copied) return { before: 'structuredClone(', after: ')' };
  const whole = path[outer]!;
  const waits = whole.type === 'AwaitExpression' && pending && value.type !== 'AwaitExpression';
  const parens = needsParens(value, waits ? whole : path[outer - 1]);
  return { before: `${waits ? 'await ' : ''}${parens ? '(' : ''}`, after: parens ? ')' : '' };
}

/** Whether what a section gives may be a promise that takes time. */
function givesPromise(project: Linked, { unit, callback }: Section): boolean {
  return callback !== undefined && !returnsSettled(project, unit, callback);
}

function givesCopy(project: Linked, { unit, fn, acquire }: Section): boolean {
  const action = lockAction(project.entities, unit, fn, acquire);
  return action?.do === 'section' && action.copies === true;
}

/** A function that returns the section's promise itself becomes `async`: an error stays a rejection. */
function madeAsync(rewriting: Rewriting, path: readonly Node[], outer: number): string | undefined {
  if (path[outer]!.type === 'AwaitExpression') return undefined;
  const at = path.findLastIndex((node, index) => index < outer && /Function/.test(node.type) && node['body'] != null);
  const fn = path[at];
  if (!fn) return 'the promise of a section is returned from no function';
  if (fn['async'] === true) return undefined;
  const holder = path[at - 1];
  const isMember = holder?.type === 'MethodDefinition' || (holder?.type === 'Property' && holder['method'] === true);
  if (isMember && (holder['computed'] === true || holder['kind'] === 'get'))
    return 'a getter returns the promise of a section';
  const place = spanOf(isMember ? (holder['key'] as Node) : fn)[0];
  rewriting.replace([place, place], 'async ');
  return undefined;
}

function withoutBlock(
  rewriting: Rewriting,
  path: readonly Node[],
  outer: number,
  block: Node,
  given: Given,
): string | undefined {
  const { source } = rewriting;
  const parent = path[outer - 1]!;
  const body = block['body'] as Node[];
  const returns = ownReturns(body);
  const last = body.at(-1);
  const inner = contentSpan(source, block);
  if (parent.type === 'ExpressionStatement') {
    const early = returns.filter((node) => node !== last);
    if (early.length > 0) return 'a section returns early, and code follows it';
    if (body.length === 0) rewriting.remove(parent);
    else if (clashes(source, parent, body)) rewriting.unwrap(spanOf(parent), spanOf(block));
    else rewriting.unwrap(spanOf(parent), inner);
    if (last && returns.includes(last)) dropReturn(rewriting, last);
    return undefined;
  }
  if (parent.type === 'ReturnStatement') {
    const ends = last !== undefined && /^(Return|Throw)Statement$/.test(last.type);
    const tail = ends ? '' : `${source.eol}${source.indent(spanOf(parent)[0])}return;`;
    if (body.length === 0) rewriting.replace(spanOf(parent), 'return;');
    else if (clashes(source, parent, body))
      rewriting.unwrap(spanOf(parent), spanOf(block), '', isLastOfFunction(path, outer) ? '' : tail);
    else rewriting.unwrap(spanOf(parent), inner, '', isLastOfFunction(path, outer) ? '' : tail);
    return undefined;
  }
  if (parent.type === 'ArrowFunctionExpression') {
    rewriting.unwrap(spanOf(path[outer]!), spanOf(block));
    return undefined;
  }
  return hoisted(rewriting, path, outer, block, returns, given);
}

/** `const x = await lock.run(() => { …; return y; })`: the statements go before, the value stays. */
function hoisted(
  rewriting: Rewriting,
  path: readonly Node[],
  outer: number,
  block: Node,
  returns: readonly Node[],
  given: Given,
): string | undefined {
  const { source } = rewriting;
  const body = block['body'] as Node[];
  const last = body.at(-1);
  const value = last?.['argument'] as Node | null | undefined;
  if (last?.type !== 'ReturnStatement' || !value || returns.length !== 1)
    return 'a section that returns in several places is part of a larger statement';
  const statement = source.statement(spanOf(path[outer]!))?.node;
  if (!statement || !isFirstEvaluated(path, outer, statement)) return 'a section is part of a larger statement';
  const alias = sameDeclaration(source, statement, body, value);
  if (clashes(source, statement, body, alias)) return 'names declared in a section are used outside of it as well';
  if (alias.length > 0) {
    const end = spanOf(body.at(-2)!)[1];
    if (source.losesComment([end, spanOf(block)[1]])) return 'a comment beside the result of a section would be lost';
    rewriting.unwrap(spanOf(statement), [contentSpan(source, block)[0], end]);
    return undefined;
  }
  const { before, after } = valueAround(given, path, outer, value);
  const [from] = spanOf(statement);
  const place = spanOf(path[outer]!);
  // In place, so that edits inside the moved statements still hold: what began the statement goes before its value.
  rewriting.unwrap([from, place[1]], [contentSpan(source, block)[0], spanOf(value)[1]], '', after);
  rewriting.replace([spanOf(last)[0], spanOf(value)[0]], `${source.text([from, place[0]])}${before}`);
  return undefined;
}

/**
 * The names of `const x = await lock.run(() => { const x = …; return x; })`, which the statement declares just as the section
 * does: without the lock the inner declaration is enough.
 */
function sameDeclaration(source: Source, statement: Node, body: readonly Node[], value: Node): readonly string[] {
  const declarators = (statement['declarations'] ?? []) as Node[];
  const target = declarators[0]?.['id'] as Node | undefined;
  if (declarators.length !== 1 || statement['kind'] !== 'const' || target?.['typeAnnotation'] != null) return [];
  const isSame = source.text(spanOf(target!)) === source.text(spanOf(value));
  const names = /^(Identifier|ObjectPattern)$/.test(target!.type) && isSame ? patternNames(target!) : [];
  return names.length > 0 && names.every((name) => declaredNames(body).includes(name)) ? names : [];
}

/** Whether nothing of a statement is evaluated before an expression in it. */
export function isFirstEvaluated(path: readonly Node[], outer: number, statement: Node): boolean {
  for (let at = outer - 1; path[at] !== statement; at--) {
    const node = path[at]!;
    if (!/^(VariableDeclarator|UnaryExpression|AwaitExpression|TS\w+|ChainExpression)$/.test(node.type)) return false;
  }
  return /^(VariableDeclaration|IfStatement|ReturnStatement|ExpressionStatement)$/.test(statement.type);
}

function dropReturn(rewriting: Rewriting, last: Node): void {
  const argument = last['argument'] as Node | null;
  if (argument) rewriting.replace([spanOf(last)[0], spanOf(argument)[0]], '');
  else rewriting.remove(last);
}

function isLastOfFunction(path: readonly Node[], outer: number): boolean {
  const statement = path[outer - 1]!;
  const block = path[outer - 2];
  return (
    block?.type === 'BlockStatement' &&
    (block['body'] as Node[]).at(-1) === statement &&
    /Function/.test(path[outer - 3]?.type ?? '')
  );
}

/** The `return` statements of a body, those of inner functions left out. */
export function ownReturns(nodes: readonly Node[]): Node[] {
  const found: Node[] = [];
  const visit = (node: Node) => {
    if (/Function|Class/.test(node.type)) return;
    if (node.type === 'ReturnStatement') found.push(node);
    for (const key of Object.keys(node)) {
      const value: unknown = node[key];
      for (const item of Array.isArray(value) ? (value as unknown[]) : [value])
        if (key !== 'parent' && typeof item === 'object' && item !== null && typeof (item as Node).type === 'string')
          visit(item as Node);
    }
  };
  nodes.forEach(visit);
  return found;
}

const LOOSE =
  /^(Binary|Logical|Conditional|Assignment|Sequence|ArrowFunction|Yield|Await|Unary|Update|TSAs|TSSatisfies)Expression$/;
const ROOMY =
  /^(ExpressionStatement|ReturnStatement|VariableDeclarator|AssignmentExpression|IfStatement|WhileStatement|ThrowStatement|TemplateLiteral|ArrayExpression|PropertyDefinition)$/;

/** Whether an expression needs parentheses where another one stood. */
function needsParens(node: Node, parent: Node | undefined): boolean {
  if (node.type === 'ObjectExpression')
    return parent?.type === 'ExpressionStatement' || parent?.type === 'ArrowFunctionExpression';
  if (!LOOSE.test(node.type) || !parent || ROOMY.test(parent.type)) return false;
  if (parent.type === 'Property') return false;
  if (parent.type === 'ArrowFunctionExpression')
    return node.type === 'SequenceExpression' || node.type === 'AssignmentExpression';
  if (parent.type === 'CallExpression' || parent.type === 'NewExpression') return node.type === 'SequenceExpression';
  return true;
}

export function same(one: Span, other: Span): boolean {
  return one[0] === other[0] && one[1] === other[1];
}
