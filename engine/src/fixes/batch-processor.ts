import { spanOf, type Node } from '../ast/node.js';
import type { LoopOp } from '../facts/format.js';
import { whoNoticesBatch } from '../link/batchable.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import { lower, type Draft, type Outcome } from './outcome.js';
import { isReleaseAlone } from './release-statement.js';
import { RUNTIME } from './runtime-module.js';
import { Source } from './source.js';
import { releasesOf } from '../link/walk/trace.js';

/**
 * Collects the items of a loop in a `BatchProcessor` field of the class, whose run takes the lock once. For a loop whose
 * body is the section alone, over a parameter whose type is an array.
 */
export function batchProcessorFix(project: Linked, section: Section, loop: LoopOp): Outcome {
  const source = Source.of(project, section.unit);
  const { eol } = source;
  const node = source
    .around(section.acquire.span)
    .find((one) => one.type === 'ForOfStatement' && spanOf(one)[0] === loop.span[0]);
  const body = node?.['body'] as Node | undefined;
  const statements = body?.type === 'BlockStatement' ? (body['body'] as Node[]) : [];
  const around = source.around(loop.span);
  const method = around.findLast((one) => one.type === 'MethodDefinition');
  const cls = around.findLast((one) => one.type === 'ClassBody');
  if (!node || !method || !cls) return { refused: 'the loop is not in a method' };
  const whole = statements[0];
  if (!whole || !isSectionAlone(source, section, statements))
    return { refused: 'the loop does more than to take the lock' };
  const items = node['right'] as Node;
  const itemType = itemTypeOf(section, source, items);
  if (itemType === undefined) return { refused: 'the type of the items is not written at a parameter' };
  if (section.form !== 'callback' && !releasesOnly(statements[1]!, section))
    return { refused: 'the `finally` does more for each item than to release' };
  if (usesOthers(section, loop))
    return { refused: 'the section uses variables of the method that are not of the item' };
  const name = `${(method['key'] as Node)['name'] as string}Batch`;
  const step = source.step;
  const base = source.indent(spanOf(method)[0]);
  const inner = `${base}${step}${step}`;
  const item = source.text(spanOf(node['left'] as Node));
  const held = batchBody(source, statements, item, inner, section);
  if (held === undefined) return { refused: 'the section is not a plain acquire with `try` and `finally`' };
  const field = [
    `private readonly ${name} = new BatchProcessor<${itemType}>(`,
    `${base}${step}async (items) => {`,
    `${inner}${held}`,
    `${base}${step}},`,
    `${base}${step}{ maxSize: 100, maxDelay: 0 },`,
    `${base});`,
  ].join(eol);
  const place = firstMethod(cls);
  const collected = `await Promise.all(${source.text(spanOf(items))}.map((item) => this.${name}.add(item)));`;
  const fix: Draft = {
    title: `Collect the items in a \`BatchProcessor\` that takes \`${section.ref.name}\` once for a batch`,
    tier: 'safe',
    edits: [
      { path: source.unit.path, span: [place, place], text: `${field}${eol}${eol}${base}` },
      { path: source.unit.path, span: spanOf(node), text: collected },
    ],
    imports: [{ path: source.unit.path, module: RUNTIME, name: 'BatchProcessor', kind: 'value' }],
  };
  const notices = whoNoticesBatch(project, section, loop);
  return notices ? lower(fix, 'unsafe', `the items are applied together: ${notices}`) : fix;
}

function isSectionAlone(source: Source, section: Section, statements: readonly Node[]): boolean {
  const first = source.statement(section.acquire.span)?.node;
  if (first !== statements[0]) return false;
  if (section.form === 'callback') return statements.length === 1;
  return statements.length === 2 && statements[1]!.type === 'TryStatement' && statements[1]!['handler'] == null;
}

/** What else a `finally` did for each item would be done once for a batch. */
function releasesOnly(statement: Node, { trace, hold }: Section): boolean {
  const cleanup = ((statement['finalizer'] as Node | null)?.['body'] ?? []) as Node[];
  const releases = releasesOf(trace, hold);
  return cleanup.every((one) => releases.some(({ span }) => isReleaseAlone(one, span)));
}

/** The section with the loop moved inside. */
function batchBody(
  source: Source,
  statements: readonly Node[],
  item: string,
  indent: string,
  section: Section,
): string | undefined {
  const { eol } = source;
  const step = source.step;
  const block = section.form === 'callback' ? callbackBlock(source, section) : (statements[1]!['block'] as Node);
  if (!block) return undefined;
  const [start, end] = [spanOf((block['body'] as Node[])[0]!)[0], spanOf((block['body'] as Node[]).at(-1)!)[1]];
  const depth = indent.length + 2 * step.length - source.indent(start).length;
  const moved = source
    .text([start, end])
    .split('\n')
    .map((line, index) =>
      index === 0 || line.trim() === '' ? line : depth >= 0 ? ' '.repeat(depth) + line : line.slice(-depth),
    )
    .join('\n');
  const loop = [
    `${indent}${step}for (${item} of items) {`,
    `${indent}${step}${step}${moved}`,
    `${indent}${step}}`,
  ].join(eol);
  const blockStart = spanOf(block)[0];
  const blockEnd = spanOf(block)[1];
  const from = spanOf(statements[0]!)[0];
  const to = spanOf(statements.at(-1)!)[1];
  const flat = (text: string) => reindent(text, source.indent(from), indent);
  const head = flat(source.text([from, blockStart + 1]));
  const tail = flat(source.text([blockEnd - 1, to]));
  return `${head}${eol}${loop}${eol}${indent}${tail}`;
}

function reindent(text: string, from: string, to: string): string {
  return text
    .split('\n')
    .map((line, index) => (index > 0 && line.startsWith(from) ? to + line.slice(from.length) : line))
    .join('\n');
}

function callbackBlock(source: Source, section: Section): Node | undefined {
  if (section.callback === undefined) return undefined;
  const { bodySpan } = section.unit.fn(section.callback);
  return source.around(bodySpan).find((one) => one.type === 'BlockStatement' && spanOf(one)[0] === bodySpan[0]);
}

function itemTypeOf(section: Section, source: Source, items: Node): string | undefined {
  if (items.type !== 'Identifier') return undefined;
  const binding = section.unit.facts.bindings.find(
    (one) => one.kind === 'param' && one.refs.some((ref) => ref.span[0] === spanOf(items)[0]),
  );
  const type = binding?.type;
  if (type?.t === 'array') return source.text(type.of.span);
  return type?.t === 'ref' && /^(Readonly)?Array$/.test(type.name) && type.args[0]
    ? source.text(type.args[0].span)
    : undefined;
}

/** Whether the section mentions variables of the method besides those of the round. */
function usesOthers(section: Section, loop: LoopOp): boolean {
  const { unit, fn } = section;
  const inside = (span: readonly [number, number]) => loop.span[0] <= span[0] && span[1] <= loop.span[1];
  const body = loop.body.map((op) => op.span);
  return unit.facts.bindings.some(
    (binding) =>
      binding.owner === fn &&
      !inside(binding.span) &&
      binding.refs.some((ref) =>
        body.some((span) => span[0] <= ref.span[0] && ref.span[1] <= span[1] && span[0] !== loop.span[0]),
      ),
  );
}

function firstMethod(cls: Node): number {
  const member = (cls['body'] as Node[]).find((one) => one.type === 'MethodDefinition');
  return spanOf(member!)[0];
}
