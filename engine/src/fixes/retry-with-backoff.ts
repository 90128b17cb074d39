import { mentions } from '../mention.js';
import { spanOf, type Node } from '../ast/node.js';
import { callsIn } from '../ast/walk.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Unit } from '../link/unit.js';
import type { Outcome } from './outcome.js';
import { Rewriting } from './rewriting.js';
import { RUNTIME } from './runtime-module.js';
import { Source } from './source.js';

const UNUSUAL = 'the loop does more than to try, to count and to wait';

/** `for (let attempt = 1; ; attempt++) try { … } catch { … }` becomes `retryWithBackoff(…)`, with its figures carried over. */
export function retryFix(project: Linked, unit: Unit, span: Span): Outcome {
  const source = Source.of(project, unit);
  const loop = source
    .around(span)
    .find((node) => node.type === 'ForStatement' && spanOf(node)[0] === span[0] && spanOf(node)[1] === span[1]);
  if (!loop) return { refused: 'the loop counts its attempts outside of a `for`' };
  const work = workOf(source, loop);
  const attempts = attemptsOf(source, loop);
  const delay = delayOf(source, loop);
  if (!work || !attempts || !delay) return { refused: UNUSUAL };
  if (mentions(work.text, attempts.counter)) return { refused: 'the work depends on the number of the attempt' };
  const options = [
    `maxAttempts: ${attempts.most}`,
    `initialDelay: ${delay.initial}`,
    `factor: ${delay.factor}`,
    `maxDelay: ${delay.most}`,
    `jitter: 'none'`,
  ];
  const indent = source.indent(span[0]);
  const step = source.step;
  const { eol } = source;
  const call = `retryWithBackoff(() => ${work.text}, {${eol}${options.map((option) => `${indent}${step}${option},`).join(eol)}${eol}${indent}})`;
  const rewriting = new Rewriting(source);
  rewriting.replace(span, `${work.returns ? 'return' : 'await'} ${call};`);
  if (delay.declaration) rewriting.remove(delay.declaration);
  return {
    title: 'Use `retryWithBackoff` with the same attempts and delays',
    tier: 'unsafe',
    reason: "the figures are carried over as they are read; `jitter: 'full'` would spread the attempts",
    edits: rewriting.finish(),
    imports: [{ path: unit.path, module: RUNTIME, name: 'retryWithBackoff', kind: 'value' }],
  };
}

/** What is tried, and whether its result is returned. */
function workOf(source: Source, loop: Node): { text: string; returns: boolean } | undefined {
  const body = statements(tryOf(loop)?.['block'] as Node | undefined);
  const [first, second] = body;
  const bare = (node: Node) => source.text(spanOf(node.type === 'AwaitExpression' ? (node['argument'] as Node) : node));
  if (first?.type === 'ReturnStatement' && body.length === 1 && first['argument'])
    return { text: bare(first['argument'] as Node), returns: true };
  const expression = first?.type === 'ExpressionStatement' ? (first['expression'] as Node) : undefined;
  const ends =
    second?.type === 'BreakStatement' ||
    (second?.type === 'ReturnStatement' && second['argument'] == null && isLast(source, loop));
  return expression?.type === 'AwaitExpression' && body.length === 2 && ends
    ? { text: bare(expression), returns: false }
    : undefined;
}

function isLast(source: Source, loop: Node): boolean {
  const place = source.statement(spanOf(loop));
  return place !== undefined && place.index === place.siblings.length - 1;
}

/** The bound that the handler throws at, from a counter that starts at 0 or 1. */
function attemptsOf(source: Source, loop: Node): { most: string; counter: string } | undefined {
  const declared = ((loop['init'] as Node | null)?.['declarations'] as Node[] | undefined)?.[0];
  const start: unknown = (declared?.['init'] as Node | null | undefined)?.['value'];
  const counter = (declared?.['id'] as Node | undefined)?.['name'] as string | undefined;
  const [guard] = statements((tryOf(loop)?.['handler'] as Node | undefined)?.['body'] as Node | undefined);
  const test = guard?.type === 'IfStatement' ? (guard['test'] as Node) : undefined;
  const throws = statements(guard?.['consequent'] as Node | undefined);
  if (!counter || (start !== 0 && start !== 1) || loop['test'] != null || test?.type !== 'BinaryExpression')
    return undefined;
  if (throws.length !== 1 || throws[0]!.type !== 'ThrowStatement' || (test['left'] as Node)['name'] !== counter)
    return undefined;
  const operator = test['operator'] as string;
  if (!/^(>=|===|==|>)$/.test(operator)) return undefined;
  const extra = (start === 0 ? 1 : 0) + (operator === '>' ? 1 : 0);
  return { most: plus(source, test['right'] as Node, extra), counter };
}

function plus(source: Source, node: Node, extra: number): string {
  const text = source.text(spanOf(node));
  if (node.type === 'Literal' && typeof node['value'] === 'number') return String(node['value'] + extra);
  if (extra === 1 && / - 1$/.test(text)) return text.slice(0, -4);
  return extra === 0 ? text : `${text} + ${extra}`;
}

interface Delay {
  readonly initial: string;
  readonly factor: string;
  readonly most: string;
  readonly declaration?: Node;
}

function delayOf(source: Source, loop: Node): Delay | undefined {
  const [, wait, change, ...more] = statements(
    (tryOf(loop)?.['handler'] as Node | undefined)?.['body'] as Node | undefined,
  );
  const length = wait && lengthOf(wait);
  if (!length || more.length > 0) return undefined;
  if (length.type !== 'Identifier' || !change) {
    const isConstant = length.type === 'Literal' || length.type === 'Identifier';
    const text = source.text(spanOf(length));
    return isConstant && !change ? { initial: text, factor: '1', most: text } : undefined;
  }
  const name = length['name'] as string;
  const place = source.statement(spanOf(loop));
  const declaration = place?.siblings.slice(0, place.index).findLast((node) => declares(node, name));
  const initial = (declaration?.['declarations'] as Node[] | undefined)?.[0]?.['init'] as Node | null | undefined;
  const growth = growthOf(source, change, name);
  const after = place?.siblings.slice(place.index + 1).some((node) => mentions(source.text(spanOf(node)), name));
  if (!declaration || !initial || !growth || after) return undefined;
  return { initial: source.text(spanOf(initial)), ...growth, declaration };
}

/** `delay = Math.min(delay * 2, 5000)`, `delay *= 2`. */
function growthOf(source: Source, statement: Node, name: string): { factor: string; most: string } | undefined {
  const node = statement.type === 'ExpressionStatement' ? (statement['expression'] as Node) : undefined;
  if (node?.type !== 'AssignmentExpression' || (node['left'] as Node)['name'] !== name) return undefined;
  const right = node['right'] as Node;
  const text = (one: Node) => source.text(spanOf(one));
  if (node['operator'] === '*=') return { factor: text(right), most: 'Infinity' };
  const times = (one: Node): string | undefined =>
    one.type === 'BinaryExpression' && one['operator'] === '*' && (one['left'] as Node)['name'] === name
      ? text(one['right'] as Node)
      : undefined;
  const direct = times(right);
  if (direct) return { factor: direct, most: 'Infinity' };
  const isMin = right.type === 'CallExpression' && text(right['callee'] as Node) === 'Math.min';
  const [one, other] = isMin ? (right['arguments'] as Node[]) : [];
  if (!one || !other) return undefined;
  const factor = times(one) ?? times(other);
  return factor ? { factor, most: text(times(one) ? other : one) } : undefined;
}

/** The length of `await new Promise((resolve) => setTimeout(resolve, ms))` or `await sleep(ms)`. */
function lengthOf(statement: Node): Node | undefined {
  const awaited = statement.type === 'ExpressionStatement' ? (statement['expression'] as Node) : undefined;
  const value = awaited?.type === 'AwaitExpression' ? (awaited['argument'] as Node) : undefined;
  if (value?.type === 'NewExpression') {
    const set = [...callsIn(value)].find((call) => (call['callee'] as Node)['name'] === 'setTimeout');
    return (set?.['arguments'] as Node[] | undefined)?.[1];
  }
  return value?.type === 'CallExpression' && (value['arguments'] as Node[]).length === 1
    ? (value['arguments'] as Node[])[0]
    : undefined;
}

function declares(node: Node, name: string): boolean {
  const list = node.type === 'VariableDeclaration' ? (node['declarations'] as Node[]) : [];
  return list.length === 1 && (list[0]!['id'] as Node)['name'] === name;
}

function tryOf(loop: Node): Node | undefined {
  const [only] = statements(loop['body'] as Node);
  return only?.type === 'TryStatement' ? only : undefined;
}

function statements(node: Node | undefined): readonly Node[] {
  if (!node) return [];
  return node.type === 'BlockStatement' ? (node['body'] as Node[]) : [node];
}
