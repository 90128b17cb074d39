import { bare, spanOf, type Node } from '../ast/node.js';
import { children } from '../ast/walk.js';
import type { Span } from '../findings.js';
import { overlap } from '../link/cell.js';
import type { Linked } from '../link/linked.js';
import type { AccessStep, Section } from '../link/section.js';
import { declaredNames, mentions } from './names.js';
import { lower, type Draft, type Outcome } from './outcome.js';
import { frameOf, isBarePath, renamed, returnsInside, type Frame } from './quick-read-frame.js';
import { readArguments, type ReadArguments } from './read-arguments.js';
import { Rewriting } from './rewriting.js';
import { RUNTIME } from './runtime-module.js';
import { Source } from './source.js';

/**
 * Reads what the section needs in one synchronous step under the lock, and lets the rest run after the release: on what
 * the section's first statements read, or on a copy of what its first awaited call is given.
 * Refused unless the section reads at its start, in one segment, and never touches guarded state again.
 */
export function quickReadFix(project: Linked, section: Section): Outcome {
  const source = Source.of(project, section.unit);
  const frame = frameOf(source, section);
  if ('refused' in frame) return frame;
  const shared = section.accesses.filter((access) => isGuarded(section, access));
  if (shared.length === 0) return { refused: 'nothing that the lock guards is read in the section' };
  if (isReadInWait(section, shared)) {
    const given = readArguments(project, source, section, frame, shared);
    return 'refused' in given ? given : argumentsDraft(source, section, frame, shared, given);
  }
  const split = splitOf(source, section, frame, shared);
  return 'refused' in split ? split : draft(source, section, frame, split);
}

/** Whether the first wait begins before the last use of guarded state ends: one is in the other, or comes before it. */
function isReadInWait(section: Section, shared: readonly AccessStep[]): boolean {
  const last = Math.max(...shared.map((access) => access.cell.span[1]));
  return section.suspensions.some((step) => step.span[0] < last);
}

interface Split {
  readonly reading: readonly Node[];
  readonly rest: readonly Node[];
  /** Variables that the reading declares and the rest uses. */
  readonly names: readonly string[];
  readonly accesses: readonly AccessStep[];
  /** Declarations that only read: one call of `quickRead` says it all. */
  readonly plain: boolean;
}

/** The statements that read, and those that can do without the lock. */
function splitOf(
  source: Source,
  section: Section,
  frame: Frame,
  shared: readonly AccessStep[],
): Split | { refused: string } {
  const last = Math.max(...shared.map((access) => access.cell.span[1]));
  const index = frame.statements.findLastIndex((statement) => spanOf(statement)[0] < last);
  const reading = frame.statements.slice(0, index + 1);
  const rest = frame.statements.slice(index + 1);
  const end = spanOf(reading.at(-1) ?? frame.statements[0]!)[1];
  if (section.suspensions.some((step) => step.span[0] < end))
    return { refused: 'guarded state is read after the first wait, or in the same statement' };
  if (reading.some(returnsInside)) return { refused: 'the section may return before it waits' };
  if (rest.length === 0) return { refused: 'nothing is left to run without the lock' };
  if (frame.guard && rest.some((node) => mentions(source.text(spanOf(node)), frame.guard!.name)))
    return { refused: `\`${frame.guard.name}\` is used after the reading` };
  const names = declaredNames(reading);
  const used = names.filter((name) => rest.some((node) => mentions(source.text(spanOf(node)), name)));
  const clash = frame.inPlace ? undefined : clashing(source, frame, names);
  if (clash) return { refused: `\`${clash}\` is declared beside the section too` };
  const plain =
    reading.every((node) => node.type === 'VariableDeclaration') &&
    shared.every((access) => access.cell.how === 'read');
  if (plain && used.length === 0) return { refused: 'nothing that is read is used afterwards' };
  const rewritten = used.find(
    (name) => reading.some((node) => isReassignable(node, name)) && rest.some((node) => assigns(node, name)),
  );
  if (rewritten) return { refused: `\`${rewritten}\` is assigned again after the reading` };
  return { reading, rest, names: used, accesses: shared, plain };
}

/** State that another section of the lock touches, and the data of a lock that carries them. */
function isGuarded(section: Section, access: AccessStep): boolean {
  if (access.cell.id.startsWith(`${section.lock.id}.value`)) return true;
  return section.lock.sections.some(
    (other) => other !== section && other.accesses.some((there) => overlap(there.cell.id, access.cell.id)),
  );
}

function draft(source: Source, section: Section, frame: Frame, split: Split): Outcome {
  const { unit } = section;
  const indent = source.indent(frame.replaced[0]);
  const short = split.plain ? extraction(source, frame, split) : shortSection(source, section, frame, split);
  if ('refused' in short) return short;
  const start = spanOf(split.rest[0]!)[0];
  const end = spanOf(split.rest.at(-1)!)[1];
  const rest = frame.inPlace ? source.text([start, end]) : source.shallower([start, end], indent);
  const between = source.text([spanOf(split.reading.at(-1)!)[1], start]);
  const blank = between.includes(`${source.eol}${source.eol}`) ? source.eol : '';
  const gap = frame.inPlace ? between : `${source.eol}${blank}${indent}`;
  const kept: Span[] = [[start, end], ...split.reading.map(spanOf)];
  const base: Draft = {
    title: short.title,
    tier: 'safe',
    edits: [{ path: unit.path, span: frame.replaced, text: `${short.text}${gap}${rest}` }],
    imports: short.helper ? [{ path: unit.path, module: RUNTIME, name: short.helper, kind: 'value' }] : [],
  };
  const fix = lower(base, 'unsafe', overlapReason(split.accesses));
  return source.losesComment(frame.replaced, kept)
    ? lower({ ...fix, reason: `${fix.reason!}; a comment is lost` }, 'unsafe', '')
    : fix;
}

function overlapReason(accesses: readonly AccessStep[]): string {
  const cells = [...new Set(accesses.map((access) => `\`${access.cell.name}\``))].join(', ');
  return `other tasks may change ${cells} and run this function while it waits`;
}

/** `const members = await quickReadExtract(lock, () => this.members);`, then the statements as they were, on the copy. */
function argumentsDraft(
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
  const lost = source.losesComment(frame.replaced, [statements]) ? ['a comment is lost'] : [];
  return lower(base, 'unsafe', [overlapReason(shared), ...(assumed ? [assumed] : []), ...lost].join('; '));
}

/** Whether a name is used in a text outside of the given parts. */
function usesBeside(source: Source, name: string, [start, end]: Span, parts: readonly Span[]): boolean {
  const edges = [start, ...parts.toSorted((one, other) => one[0] - other[0]).flat(), end];
  return edges.some((from, index) => index % 2 === 0 && mentions(source.text([from, edges[index + 1]!]), name));
}

/** What stands in place of the section: a section that is over before anything is awaited. */
interface Short {
  readonly title: string;
  readonly text: string;
  /** The function of the runtime that it calls. */
  readonly helper?: 'quickRead' | 'quickReadExtract';
}

/** `const x = await quickRead(lock, () => …);` */
function extraction(source: Source, frame: Frame, split: Split): Short {
  const { guard } = frame;
  const declarators = split.reading.flatMap((node) => node['declarations'] as Node[]);
  const parameter = guard === undefined ? '()' : '(value)';
  const rename = (text: string) => (guard === undefined ? text : renamed(text, guard));
  const semicolon = semicolonOf(source, split);
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
      text: `${keyword} ${source.text(spanOf(only!['id'] as Node))} = await ${helper}(${frame.lock}, ${parameter} => ${body})${semicolon}`,
    };
  }
  return {
    helper,
    title,
    text: `${declaration(split)}await ${helper}(${frame.lock}, ${parameter} => ${block(source, frame, split, rename)})${semicolon}`,
  };
}

/** A section of the same lock around the statements that need it: for those that write, or do more than declare. */
function shortSection(source: Source, section: Section, frame: Frame, split: Split): Short | { refused: string } {
  const method = SCOPED.find(
    (name) => section.ref.model.methods[name]?.does === 'section' && section.ref.side === undefined,
  );
  if (!method) return { refused: `\`${section.ref.name}\` has no form that runs a function under the lock` };
  if (frame.guard?.isValue) return { refused: 'the section writes what it may only read' };
  const parameter = frame.guard ? `(${frame.guard.name})` : '()';
  const text = `${declaration(split)}await ${frame.lock}.${method}(${parameter} => ${block(source, frame, split, (part) => part)})${semicolonOf(source, split)}`;
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
  const inner = `${indent}${source.step(frame.replaced[0])}`;
  const own = source.indent(spanOf(split.reading[0]!)[0]);
  const lines = split.reading.map(
    (node) =>
      `${inner}${rename(own.startsWith(inner) ? source.shallower(spanOf(node), inner) : source.deeper(spanOf(node)))}`,
  );
  const result = split.names.length === 1 ? split.names[0]! : `{ ${split.names.join(', ')} }`;
  const last = split.names.length === 0 ? [] : [`${inner}return ${result}${semicolonOf(source, split)}`];
  return ['{', ...lines, ...last, `${indent}}`].join(source.eol);
}

function semicolonOf(source: Source, split: Split): string {
  return source.text(spanOf(split.reading[0]!)).trimEnd().endsWith(';') || source.unit.text.includes(';\n') ? ';' : '';
}

function isReassignable(node: Node, name: string): boolean {
  return node.type === 'VariableDeclaration' && node['kind'] !== 'const' && declaredNames([node]).includes(name);
}

function assigns(node: Node, name: string): boolean {
  const target = (node['left'] ?? (node.type === 'UpdateExpression' ? node['argument'] : undefined)) as
    Node | undefined;
  if (
    /^(AssignmentExpression|UpdateExpression)$/.test(node.type) &&
    target?.type === 'Identifier' &&
    target['name'] === name
  )
    return true;
  return [...children(node)].some((child) => assigns(child, name));
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

/** A name that the statements would declare a second time once they stand outside. */
function clashing(source: Source, frame: Frame, names: readonly string[]): string | undefined {
  const inner = [...names, ...declaredNames(frame.statements)];
  const around = frame.outer.filter(
    (node) => spanOf(node)[1] <= frame.replaced[0] || frame.replaced[1] <= spanOf(node)[0],
  );
  return inner.find((name) => around.some((node) => mentions(source.text(spanOf(node)), name)));
}
