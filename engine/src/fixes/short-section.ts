import { bare, spanOf, type Node } from '../ast/node.js';
import type { Section } from '../link/section.js';
import { isBarePath, renamed, type Frame } from './quick-read-frame.js';
import type { Split } from './section-split.js';
import type { Source } from './source.js';

/** What stands in place of the section: a section that is over before anything is awaited. */
export interface Short {
  readonly title: string;
  readonly text: string;
  /** The function of the runtime that it calls. */
  readonly helper?: 'quickRead' | 'quickReadExtract';
}

/** `const x = await quickRead(lock, () => …);` */
export function extraction(source: Source, frame: Frame, split: Split): Short {
  const { guard } = frame;
  const declarators = split.reading.flatMap((node) => node['declarations'] as Node[]);
  const parameter = guard === undefined ? '()' : '(value)';
  const rename = (text: string) => (guard === undefined ? text : renamed(text, guard));
  const helper = declarators.some((declarator) => leaksState(declarator['init'] as Node | null, split))
    ? 'quickReadExtract'
    : 'quickRead';
  const title = `Read under the lock with \`${helper}\`, wait without it`;
  const [only] = declarators;
  if (declarators.length === 1) {
    const keyword = split.reading[0]!['kind'] as string;
    const init = rename(source.text(spanOf(only!['init'] as Node)));
    const body = (only!['init'] as Node).type === 'ObjectExpression' ? `(${init})` : init;
    return {
      helper,
      title,
      text: `${keyword} ${source.text(spanOf(only!['id'] as Node))} = await ${helper}(${frame.lock}, ${parameter} => ${body})${source.semicolon}`,
    };
  }
  return {
    helper,
    title,
    text: `${declaration(split)}await ${helper}(${frame.lock}, ${parameter} => ${block(source, frame, split, rename)})${source.semicolon}`,
  };
}

/** A section of the same lock around the statements that need it: for those that write, or do more than declare. */
export function shortSection(
  source: Source,
  section: Section,
  frame: Frame,
  split: Split,
): Short | { refused: string } {
  const method = SCOPED.find(
    (name) => section.ref.model.methods[name]?.does === 'section' && section.ref.side === undefined,
  );
  if (!method) return { refused: `\`${section.ref.name}\` has no form that runs a function under the lock` };
  const parameter = frame.guard ? `(${frame.guard.name})` : '()';
  const text = `${declaration(split)}await ${frame.lock}.${method}(${parameter} => ${block(source, frame, split, (part) => part)})${source.semicolon}`;
  return { title: 'End the section before the wait', text };
}

const SCOPED = ['runExclusive', 'withLock'] as const;

function declaration(split: Split): string {
  return split.names.length === 0
    ? ''
    : `const ${split.names.length === 1 ? split.names[0]! : `{ ${split.names.join(', ')} }`} = `;
}

/** The reading as the body of a function, which returns what is used afterwards. */
function block(source: Source, frame: Frame, split: Split, rename: (text: string) => string): string {
  const indent = source.indent(frame.replaced[0]);
  const inner = `${indent}${source.step}`;
  const own = source.indent(spanOf(split.reading[0]!)[0]);
  const lines = split.reading.map(
    (node) =>
      `${inner}${rename(own.startsWith(inner) ? source.shallower(spanOf(node), inner) : source.deeper(spanOf(node)))}`,
  );
  const result = split.names.length === 1 ? split.names[0]! : `{ ${split.names.join(', ')} }`;
  const last = split.names.length === 0 ? [] : [`${inner}return ${result}${source.semicolon}`];
  return ['{', ...lines, ...last, `${indent}}`].join(source.eol);
}

/** Whether an initialiser gives away a guarded object itself: a bare path. Copies, calls and computed values are new. */
function leaksState(init: Node | null, split: Split): boolean {
  if (!init) return false;
  const inner = bare(init);
  if (!isBarePath(inner)) return false;
  const [start, end] = spanOf(inner);
  return split.accesses.some(
    (access) => start <= access.cell.span[0] && access.cell.span[1] <= end && !access.primitive,
  );
}
