import { mentions } from '../mention.js';
import { spanOf, type Node } from '../ast/node.js';
import type { BindingFact, Op } from '../facts/format.js';
import type { Edit, Span } from '../findings.js';
import { cellAccesses, overlap } from '../link/cell.js';
import { contains } from '../link/enclosing.js';
import type { Linked } from '../link/linked.js';
import { changesObject } from '../link/parameter-use.js';
import type { Section, SuspensionStep } from '../link/section.js';
import { shorten } from '../link/suspension.js';
import { everyOp } from '../link/unit.js';
import type { Stretch } from '../link/visible-effect.js';
import { callbackCall, isFirstEvaluated } from './callback-call.js';
import { waitsIn } from './fit-to-hold.js';
import { lostInFunction } from './crossing.js';
import { decorated, isRefusal, lower, type Outcome, type Refusal } from './outcome.js';
import { Rewriting } from './rewriting.js';
import { roundOf, type Round } from './loop-round.js';
import { CONCURRENCY } from './concurrent-map.js';
import { RUNTIME } from './runtime-module.js';
import { Source } from './source.js';

/**
 * `for (const key of keys) sizes.set(key, await load(key));` under a lock: what is waited for comes before the section, for several items at
 * once, and the loop applies the results under the lock. For a section that begins with the loop, a list that the lock has nothing to
 * do with, and a wait for what it does not guard.
 */
export function waitBeforeLockFix(project: Linked, section: Section, waits: readonly SuspensionStep[]): Outcome {
  if (section.form === 'decorator') return decorated;
  const [first, ...others] = waits as [SuspensionStep];
  if (others.length > 0) return { refused: 'more than one thing is waited for in its loops' };
  const source = Source.of(project, section.unit);
  const start = startOf(source, section);
  if (isRefusal(start)) return start;
  const round = roundOf(source, start.content[0], first.op.span);
  if (typeof round === 'string') return { refused: round };
  const bound = whyBound(project, section, round);
  if (bound) return { refused: bound };
  const edits = moved(source, section, start, round);
  if (typeof edits === 'string') return { refused: edits };
  const call = shorten(source.text(spanOf(round.awaited)));
  return lower(
    {
      title: 'Wait before the lock is taken with `concurrentMap`',
      tier: 'safe',
      edits,
      imports: [{ path: section.unit.path, module: RUNTIME, name: 'concurrentMap', kind: 'value' }],
    },
    'unsafe',
    `\`${call}\` no longer runs under the lock but before it, for ${CONCURRENCY} at once, and once it fails for one nothing is applied`,
  );
}

/** Where a section begins. */
interface Start {
  /** The statement that takes the lock. */
  readonly statement: Node;
  readonly content: readonly Node[];
}

function startOf(source: Source, section: Section): Start | Refusal {
  const { unit, fn, acquire, form } = section;
  if (!unit.fn(fn).async) return { refused: 'the function around the section is not `async`' };
  const taken = source.statement(acquire.span);
  if (form === 'callback') {
    const found = callbackCall(source, section);
    if (typeof found === 'string') return { refused: found };
    if (!taken || !isFirstEvaluated(found.path, found.outer, taken.node))
      return { refused: 'a section is part of a larger statement' };
    const body = found.callback['body'] as Node;
    return { statement: taken.node, content: body.type === 'BlockStatement' ? (body['body'] as Node[]) : [] };
  }
  const next = taken?.siblings[taken.index + 1];
  if (!taken || next?.type !== 'TryStatement')
    return { refused: 'the lock is taken neither by a callback nor before a `try`' };
  return { statement: taken.node, content: (next['block'] as Node)['body'] as Node[] };
}

/** Why the wait is bound to the section: by its list, by what it is given, by what it does, or because a round may be the last. */
function whyBound(project: Linked, section: Section, round: Round): string | undefined {
  const { loop, list, awaited, wait } = round;
  const { unit } = section;
  const fn = section.callback ?? section.fn;
  const inLoop = everyOp(unit.fn(fn).body).filter((op) => contains(spanOf(loop), op.span));
  if (inLoop.some(({ op }) => op === 'break' || op === 'return' || op === 'throw')) return 'a round may be the last';
  const changed = changedMeanwhile(section, round);
  if (changed) return `\`${changed}\` is changed in the section, and the wait goes by it`;
  for (const part of [list, awaited].map(spanOf)) {
    const shared = touchedElsewhere(project, section, { unit, fn, span: part }, spanOf(wait));
    if (shared) return `\`${shorten(unit.slice(part))}\` touches \`${shared}\`, as sections of the lock do`;
  }
  return lostInFunction(unit, fn, [awaited], spanOf(awaited));
}

/** A variable that the list or the wait goes by, or one of the loop, where the section gives it another value or changes the object in it. */
function changedMeanwhile({ unit, steps }: Section, { loop, list, awaited, names }: Round): string | undefined {
  const parts = [list, awaited].map(spanOf);
  const isOfLoop = ({ name, span }: BindingFact) => names.includes(name) && contains(spanOf(loop), span);
  const isGoneBy = ({ refs }: BindingFact) => refs.some((ref) => parts.some((part) => contains(part, ref.span)));
  return unit.facts.bindings.find((binding, id) => {
    if (isOfLoop(binding)) return steps.some(({ op }) => writes(binding, op));
    return isGoneBy(binding) && steps.some(({ op }) => writes(binding, op) || changesObject(op, id));
  })?.name;
}

function writes({ refs }: BindingFact, op: Op): boolean {
  return refs.some((ref) => ref.write && contains(op.span, ref.span));
}

/** What a stretch touches, itself or by what it calls, that a section of the lock touches too, the wait apart. */
function touchedElsewhere(
  project: Linked,
  { lock }: Section,
  { unit, fn, span }: Stretch,
  wait: Span,
): string | undefined {
  const guarded = lock.sections
    .flatMap(({ accesses }) => accesses)
    .filter(({ cell }) => !contains(wait, cell.span))
    .map(({ cell }) => cell.id);
  return everyOp(unit.fn(fn).body)
    .filter((op) => contains(span, op.span))
    .flatMap((op) => {
      const target = op.op === 'call' ? project.summaries.target(unit, fn, op) : undefined;
      return [...cellAccesses(project.entities, unit, fn, op), ...(target ? project.reach.of(target) : [])];
    })
    .find(({ id }) => guarded.some((other) => overlap(other, id)))?.name;
}

function moved(source: Source, section: Section, { statement }: Start, round: Round): readonly Edit[] | string {
  const { unit, fn } = section;
  const text = (node: Node) => source.text(spanOf(node));
  const isFree = (name: string) => !mentions(source.text(unit.fn(fn).span), name);
  const results = ['results', 'loaded', 'found'].find(isFree);
  const result = round.declares?.name ?? ['result', 'value', 'one'].find(isFree);
  if (!results || !result) return 'no name is free for what is waited for';
  const rest = text(round.body).replace(text(round.wait), '');
  const kept = round.names.filter((name) => mentions(rest, name));
  const rewriting = new Rewriting(source);
  const [start] = spanOf(statement);
  const mapper =
    kept.length === 0
      ? `(${text(round.item)}) => ${text(round.awaited)}`
      : `async (${text(round.item)}) => ({ ${kept.join(', ')}, ${result}: ${text(round.wait)} })`;
  const call = `concurrentMap(${text(round.list)}, ${mapper}, { concurrency: ${CONCURRENCY} })`;
  const next = `${source.eol}${source.indent(start)}`;
  rewriting.replace([start, start], `const ${results} = await ${call}${source.semicolon}${next}`);
  const item = kept.length === 0 ? result : `{ ${[...kept, result].join(', ')} }`;
  const head: Span = [spanOf(round.loop['left'] as Node)[0], spanOf(round.list)[1]];
  rewriting.replace(head, `const ${item} of ${results}`);
  if (round.declares) rewriting.remove(round.declares.statement);
  else rewriting.replace(spanOf(round.wait), result);
  withoutAsync(rewriting, section);
  return rewriting.finish();
}

/** A callback that waits for nothing any more is not `async`, unless a helper of the project may want a promise. */
function withoutAsync(rewriting: Rewriting, { unit, callback, through }: Section): void {
  if (callback === undefined || through) return;
  const { span } = unit.fn(callback);
  const async = /^async\s+/.exec(unit.slice(span))?.[0].length ?? 0;
  if (waitsIn({ unit, fn: callback, span }).length === 1) rewriting.replace([span[0], span[0] + async], '');
}
