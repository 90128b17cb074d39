import { mentions } from '../mention.js';
import { isFunction, spanOf, type Node } from '../ast/node.js';
import type { Edit, Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Nesting } from '../link/nesting.js';
import type { Hold } from '../link/state.js';
import type { Trace } from '../link/walk/trace.js';
import { dataReferences } from './data-references.js';
import { methodOfSide } from './other-side.js';
import { isRefusal, lower, type Draft, type Outcome, type Refusal } from './outcome.js';
import { Source } from './source.js';
import { unlockedBodyFix } from './unlocked-body.js';

/**
 * A section that reads and then waits to write takes the write side from its start, and does its writing with the lock that it holds.
 * Every such request of the section goes at once: one that stayed would wait for its own task as well.
 * @param others - what else the section waits to be granted.
 */
export function writeFromStartFix(
  project: Linked,
  trace: Trace,
  outer: Hold,
  upgrades: readonly Nesting[],
  others: readonly Nesting[],
): Outcome {
  const { unit } = trace;
  const [other] = others;
  if (other) return { refused: whatElseIsAwaited(other) };
  const callee = unit.call(outer.call)?.op.callee;
  const method = callee?.v === 'member' ? methodOfSide(outer.ref.model, callee.name, 'write') : undefined;
  if (callee?.v !== 'member' || method === undefined)
    return { refused: `\`${outer.ref.name}\` has no method that takes the write side in the same form` };
  const guard = writeGuard(project, trace, outer, method, upgrades);
  if ('refused' in guard) return guard;
  const end = callee.span[1];
  const edits: Edit[] = [{ path: unit.path, span: [end - callee.name.length, end], text: method }, ...guard.edits];
  for (const upgrade of upgrades) {
    const body = unlockedBodyFix(project, trace, upgrade, guard.name);
    if (isRefusal(body)) return body;
    if (body.tier === 'manual') return { refused: body.reason! };
    const [{ span, text }] = body.edits as [Edit];
    // The nested call is taken apart, so that what is changed inside of it stays a change of its own.
    edits.push(...around(Source.of(project, unit), span, text));
  }
  const fix: Draft = { title: `Take the write side from the start with \`${method}\``, tier: 'safe', edits };
  return lower(fix, 'unsafe', 'the task that used to hang now goes on, and readers wait for its whole section');
}

function whatElseIsAwaited({ outer, inner }: Nesting): string {
  const { name } = inner.ref;
  return inner.ref.id === outer.ref.id
    ? `the section also reads under \`${name}\` again, and as a writer it would wait for itself`
    : `the section also waits for \`${name}\`, and as a writer it could deadlock with a task that takes the two locks the other way round`;
}

interface WriteGuard {
  /** The variable by which the section reaches what the lock owns, if it has one. */
  readonly name: string | undefined;
  readonly edits: readonly Edit[];
}

/** A section that is given the value when it reads is given a guard when it writes: its uses of the value go through that. */
function writeGuard(
  project: Linked,
  trace: Trace,
  outer: Hold,
  method: string,
  upgrades: readonly Nesting[],
): WriteGuard | Refusal {
  const { unit } = trace;
  const source = Source.of(project, unit);
  const section = project.sections(unit).find(({ hold }) => hold === outer);
  const callback = callbackOf(source, outer.span);
  const writing = outer.ref.model.methods[method];
  if (!section || !callback || writing?.does !== 'section' || writing.passes !== 'guard')
    return { name: undefined, edits: [] };
  const nested = upgrades.flatMap(({ site }) => callbackOf(source, site.span) ?? []);
  const wanted = nested.flatMap((one) => (one['params'] as Node[]).slice(0, 1));
  const [parameter] = callback['params'] as Node[];
  if (!parameter && wanted.length === 0) return { name: undefined, edits: [] };
  if (parameter && (parameter.type !== 'Identifier' || parameter['typeAnnotation']))
    return { refused: 'the parameter of the section is more than a name' };
  const name = (wanted[0]?.['name'] as string | undefined) ?? 'guard';
  const own = nested.reduce((text, one) => text.replace(source.text(spanOf(one)), ''), source.text(spanOf(callback)));
  if (mentions(own, name)) return { refused: `\`${name}\` is in use already` };
  const references = dataReferences(project, source, section);
  if (typeof references === 'string') return { refused: references };
  const edit = (span: Span, text: string): Edit => ({ path: unit.path, span, text });
  const uses = references.map((path) => {
    const node = path.at(-1)!;
    const isShorthand = path.at(-2)?.type === 'Property' && path.at(-2)!['shorthand'] === true;
    return edit(spanOf(node), `${isShorthand ? `${source.text(spanOf(node))}: ` : ''}${name}.value`);
  });
  if (parameter) return { name, edits: [edit(spanOf(parameter), name), ...uses] };
  const [start] = spanOf(callback);
  const at = start + source.text(spanOf(callback)).indexOf('(') + 1;
  return { name, edits: [edit([at, at], name)] };
}

function callbackOf(source: Source, call: Span): Node | undefined {
  const node = source.enclosing(call, 'CallExpression');
  if (!node || spanOf(node)[1] !== call[1]) return undefined;
  return (node['arguments'] as Node[]).find((argument) => isFunction(argument));
}

/** A replacement that keeps a part of what it replaces, as what is put before and after that part. */
function around(source: Source, span: Span, text: string): Edit[] {
  const { path } = source.unit;
  const callback = callbackOf(source, span);
  const body = callback && (text.includes(source.text(spanOf(callback))) ? callback : (callback['body'] as Node));
  const kept = body && source.text(spanOf(body));
  if (!body || !kept || !text.includes(kept)) return [{ path, span, text }];
  const [start, end] = spanOf(body);
  const at = text.indexOf(kept);
  return [
    { path, span: [span[0], start], text: text.slice(0, at) },
    { path, span: [end, span[1]], text: text.slice(at + kept.length) },
  ];
}
