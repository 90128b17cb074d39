import { mentions } from '../mention.js';
import { spanOf, type Node } from '../ast/node.js';
import { callsIn, children } from '../ast/walk.js';
import type { CallOp } from '../facts/format.js';
import { contains } from '../link/enclosing.js';
import type { Section } from '../link/section.js';
import { patternNames } from './names.js';
import type { Refusal } from './outcome.js';
import type { Source } from './source.js';
import type { End } from './tell-after.js';

/** What others are told, taken while the lock is held. */
export interface Captured {
  readonly name: string;
  /** What it is under the lock. */
  readonly text: string;
}

/** The statement that tells others, as it stands after the release, and what it needs from under the lock. */
export interface Told {
  readonly text: string;
  readonly captured: readonly Captured[];
}

/** Arguments that are made of guarded state, or of what only the section has, are taken under the lock; all else stays as it is. */
export function capture(source: Source, section: Section, end: End, site: CallOp): Told | Refusal {
  const { statement } = end;
  const call = [...callsIn(statement)].find(
    (node) => spanOf(node)[0] === site.span[0] && spanOf(node)[1] === site.span[1],
  );
  if (!call) return { refused: 'what the call gives is used in the section' };
  const items = namesOfItems(statement);
  const captured: Captured[] = [];
  const parts: { readonly span: readonly [number, number]; readonly text: string }[] = [];
  for (const argument of call['arguments'] as Node[]) {
    const text = source.text(spanOf(argument));
    const isOfSection =
      end.own.some((name) => mentions(text, name)) ||
      section.accesses.some(({ cell }) => contains(spanOf(argument), cell.span)) ||
      [...callsIn(argument)].length > 0;
    if (!isOfSection) continue;
    if (argument.type === 'SpreadElement' || waits(argument))
      return { refused: 'what others are told is not a list of values' };
    if (items.some((name) => mentions(text, name))) return { refused: 'each of them is told something else' };
    const name = nameFor(source, section, end, argument, captured);
    if (!captured.some((one) => one.text === text)) captured.push({ name, text });
    parts.push({ span: spanOf(argument), text: captured.find((one) => one.text === text)!.name });
  }
  const rest = withReplaced(
    source,
    spanOf(statement),
    parts.map((part) => ({ ...part, text: '' })),
  );
  if (end.own.some((name) => mentions(rest, name))) return { refused: 'only the section has what is called' };
  if (end.form === 'manual' && captured.some(({ name, text }) => name === text))
    return { refused: 'what others are told is declared in the section' };
  const indent = source.indent(spanOf(end.whole)[0]);
  const own = source.indent(spanOf(statement)[0]);
  const text = withReplaced(source, spanOf(statement), parts)
    .split('\n')
    .map((line, index) => (index > 0 && line.startsWith(own) ? indent + line.slice(own.length) : line))
    .join('\n');
  return { text, captured };
}

/** The names that the statement itself declares, such as the listener of a loop. */
function namesOfItems(node: Node): string[] {
  const own =
    node.type === 'VariableDeclarator'
      ? patternNames(node['id'] as Node)
      : /Function/.test(node.type)
        ? (node['params'] as Node[]).flatMap(patternNames)
        : [];
  return [...own, ...[...children(node)].flatMap(namesOfItems)];
}

function waits(node: Node): boolean {
  return /^(?:Await|Yield)Expression$/.test(node.type) || [...children(node)].some(waits);
}

/** A name for a value: its own, that of its last member, or `told`; with a number where others have it. */
function nameFor(source: Source, { unit, fn }: Section, end: End, value: Node, taken: readonly Captured[]): string {
  const [start, stop] = spanOf(end.whole);
  const [from, to] = unit.fn(fn).span;
  const outside = source.text([from, start]) + source.text([stop, to]);
  // What the section declares is hidden there by its own; anything else must not be hidden from it.
  const isFree = (name: string) =>
    !mentions(outside, name) &&
    !taken.some((one) => one.name === name) &&
    (end.own.includes(name) ? value.type === 'Identifier' : !mentions(source.text([start, stop]), name));
  const property =
    value.type === 'MemberExpression' && value['computed'] !== true ? (value['property'] as Node) : value;
  const wanted = property.type === 'Identifier' ? (property['name'] as string) : 'told';
  if (isFree(wanted)) return wanted;
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'told' : `told${number}`;
    if (isFree(name)) return name;
  }
}

function withReplaced(
  source: Source,
  [start, end]: readonly [number, number],
  parts: readonly { readonly span: readonly [number, number]; readonly text: string }[],
): string {
  let text = '';
  let at = start;
  for (const { span, text: by } of parts) {
    text += source.text([at, span[0]]) + by;
    at = span[1];
  }
  return text + source.text([at, end]);
}
