import { mentions } from '../mention.js';
import { spanOf } from '../ast/node.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { AccessStep, Section } from '../link/section.js';
import type { Draft, Outcome } from './outcome.js';
import { overlapping } from './overlapping.js';
import type { Frame } from './quick-read-frame.js';
import type { ReadArguments } from './read-arguments.js';
import { Rewriting } from './rewriting.js';
import { RUNTIME } from './runtime-module.js';
import { clashing } from './section-split.js';
import type { Source } from './source.js';

/** `const members = await quickReadExtract(lock, () => this.members);`, then the statements as they were, on the copy. */
export function argumentsDraft(
  project: Linked,
  source: Source,
  section: Section,
  frame: Frame,
  shared: readonly AccessStep[],
  { read, assumed }: ReadArguments,
): Outcome {
  const statements: Span = [spanOf(frame.statements[0]!)[0], spanOf(frame.statements.at(-1)!)[1]];
  const clash = frame.inPlace ? undefined : clashing(source, frame, []);
  if (clash) return { refused: `\`${clash}\` is declared beside the section too` };
  if (
    frame.guard &&
    usesBeside(
      source,
      frame.guard.name,
      statements,
      read.map(({ node }) => spanOf(node)),
    )
  )
    return { refused: `\`${frame.guard.name}\` is used for more than what the call gets` };
  const helper = read.some(({ copied }) => copied) ? 'quickReadExtract' : 'quickRead';
  const parameter = frame.guard ? '(value)' : '()';
  const [only] = read;
  const [names, value] =
    read.length === 1
      ? [only!.name, only!.node.type === 'ObjectExpression' ? `(${only!.text})` : only!.text]
      : [
          `{ ${read.map(({ name }) => name).join(', ')} }`,
          `({ ${read.map(({ name, text }) => (name === text ? name : `${name}: ${text}`)).join(', ')} })`,
        ];
  const rewriting = new Rewriting(source);
  const semicolon = source.text(statements).endsWith(';') ? ';' : '';
  const reading = `const ${names} = await ${helper}(${frame.lock}, ${parameter} => ${value})${semicolon}`;
  rewriting.unwrap(frame.replaced, statements, `${reading}${source.eol}${source.indent(frame.replaced[0])}`);
  for (const { node, name } of read) rewriting.replace(spanOf(node), name);
  const base: Draft = {
    title: `Read under the lock with \`${helper}\`, wait without it`,
    tier: 'safe',
    edits: rewriting.finish(),
    imports: [{ path: section.unit.path, module: RUNTIME, name: helper, kind: 'value' }],
  };
  const doubts = [assumed, source.losesComment(frame.replaced, [statements]) ? 'a comment is lost' : undefined];
  return overlapping(project, section, base, shared, statements, doubts);
}

/** Whether a name is used in a text outside of the given parts. */
function usesBeside(source: Source, name: string, [start, end]: Span, parts: readonly Span[]): boolean {
  const edges = [start, ...parts.toSorted((one, other) => one[0] - other[0]).flat(), end];
  return edges.some((from, index) => index % 2 === 0 && mentions(source.text([from, edges[index + 1]!]), name));
}
