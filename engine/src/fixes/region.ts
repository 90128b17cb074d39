import { isFunction, spanOf, type Node } from '../ast/node.js';
import { same } from '../ast/span.js';
import type { Span } from '../findings.js';
import { contains } from '../link/enclosing.js';
import type { BindingFact } from '../facts/format.js';
import { lostInFunction } from './crossing.js';
import type { Refusal } from './outcome.js';
import { ownReturns } from './own-returns.js';
import { statementList, type Source } from './source.js';

/** Statements that stand one after another in a function, and are to come under a lock as a whole. */
export interface Region {
  readonly source: Source;
  readonly fn: number;
  readonly statements: readonly Node[];
  readonly span: Span;
  /** Nothing of the function comes after it. */
  readonly isEnd: boolean;
}

/** The fewest statements of a function, itself and no inner one, that hold all of some places. */
export function regionOver(source: Source, fn: number, places: readonly Span[]): Region | undefined {
  const hull = hullOf(places);
  const path = pathWithin(source, fn, hull);
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const list = statementList(path[depth]!);
    if (!list) continue;
    const from = list.findIndex((node) => spanOf(node)[1] > hull[0]);
    const to = list.findIndex((node) => spanOf(node)[1] >= hull[1]);
    const span: Span = [spanOf(list[from]!)[0], withRemark(source, spanOf(list[to]!)[1])];
    return { source, fn, statements: list.slice(from, to + 1), span, isEnd: depth === 0 && to === list.length - 1 };
  }
  return undefined;
}

/** The nodes around a place from the body of a function down, those of inner functions left out. */
export function pathWithin(source: Source, fn: number, span: Span): readonly Node[] {
  const path = source.around(span);
  const { bodySpan } = source.unit.fn(fn);
  const owner = path.findLastIndex((node) => isFunction(node) && same(spanOf(node['body'] as Node), bodySpan));
  const within = owner < 0 ? [] : path.slice(owner + 1);
  const inner = within.findIndex(isFunction);
  return inner < 0 ? within : within.slice(0, inner);
}

export function hullOf(spans: readonly Span[]): Span {
  return [Math.min(...spans.map(([start]) => start)), Math.max(...spans.map(([, end]) => end))];
}

/** The end of a statement with the comment that follows it on its line. */
function withRemark({ comments, unit }: Source, end: number): number {
  const remark = comments.find(({ start }) => start >= end);
  return remark && /^[ \t]*$/.test(unit.text.slice(end, remark.start)) ? remark.end : end;
}

/** A region with all that uses what it declares, for a block that is no function: nothing can be handed out of it. */
export function withUses(region: Region): Region {
  const uses = bindingsLeft(region).flatMap(({ refs }) => refs.map((ref) => ref.span));
  return uses.length === 0 ? region : withUses(regionOver(region.source, region.fn, [region.span, ...uses])!);
}

/** What stands before and after the body of a function that takes the place of a region. */
export interface Crossing {
  /** `return ` where the function is left by the region, `const x = ` where a name of it is used afterwards, or nothing. */
  readonly prefix: string;
  /** `return x` at the end of the body, or nothing. */
  readonly result: string;
}

/** How a region goes into a function of its own: what it returns and declares must come out again. */
export function crossing(region: Region): Crossing | Refusal {
  const { source, statements, span, isEnd } = region;
  const lost = lostInFunction(source.unit, region.fn, statements, span);
  if (lost) return { refused: lost };
  const returns = ownReturns(statements);
  const left = bindingsLeft(region);
  if (returns.length > 0) {
    const isLast = statements.at(-1)!.type === 'ReturnStatement';
    if (!isLast && !isEnd) return { refused: 'the function may return in the midst of it' };
    return { prefix: isLast || returns.some((node) => node['argument'] != null) ? 'return ' : '', result: '' };
  }
  const changed = left.find(({ refs }) => refs.some((ref) => ref.write && ref.span[0] >= span[1]));
  if (changed) return { refused: `\`${changed.name}\` is declared in it and changed after it` };
  const names = left.map(({ name }) => name);
  if (names.length === 0) return { prefix: '', result: '' };
  const text = names.length === 1 ? names[0]! : `{ ${names.join(', ')} }`;
  return { prefix: `const ${text} = `, result: `return ${text}` };
}

/** What a region declares and code outside of it uses. */
function bindingsLeft({ source, fn, span }: Region): readonly BindingFact[] {
  return source.unit.facts.bindings.filter(
    (binding) =>
      binding.owner === fn && contains(span, binding.span) && binding.refs.some((ref) => !contains(span, ref.span)),
  );
}
