import { bare, spanOf, type Node } from '../ast/node.js';
import { children } from '../ast/walk.js';
import type { CallOp } from '../facts/format.js';
import type { Span } from '../findings.js';
import { contains } from '../link/enclosing.js';
import type { Linked } from '../link/linked.js';
import type { Section } from '../link/section.js';
import { declaredNames, patternNames } from './names.js';
import { decorated, isRefusal, lower, type Outcome, type Refusal } from './outcome.js';
import { Rewriting } from './rewriting.js';
import { Source } from './source.js';
import { capture, type Captured } from './told.js';
import { releasesOf } from '../link/walk/trace.js';

const ASSUMPTION =
  'others are told when the lock is free again: the state may have gone on by then, and what two tasks tell may come in another order';

/** Moves the call of others from the end of a section behind its release, with what they are told as it was under the lock. */
export function tellAfterFix(project: Linked, section: Section, site: CallOp): Outcome {
  const source = Source.of(project, section.unit);
  const end = endOf(source, section, site);
  if (isRefusal(end)) return end;
  const told = capture(source, section, end, site);
  if (isRefusal(told)) return told;
  const rewriting = new Rewriting(source);
  if (end.form === 'callback') returnCaptured(rewriting, section, end, told.captured);
  else assignCaptured(rewriting, end, told.captured);
  const [start, stop] = spanOf(end.whole);
  rewriting.replace([stop, stop], `${source.eol}${source.indent(start)}${told.text}`);
  return lower(
    { title: 'Tell others after the release', tier: 'safe', edits: rewriting.finish() },
    'unsafe',
    ASSUMPTION,
  );
}

/** `const count = await mutex.runExclusive(async () => { …; return this.count; });` */
function returnCaptured(rewriting: Rewriting, section: Section, end: End, captured: readonly Captured[]): void {
  const taking: Span = [spanOf(end.whole)[0], section.acquire.span[0]];
  const [only, ...others] = captured;
  if (!only) {
    rewriting.remove(end.statement);
    rewriting.replace(taking, 'await ');
    return;
  }
  const values = captured.map(({ name, text }) => (name === text ? name : `${name}: ${text}`));
  const returned = others.length === 0 ? only.text : `{ ${values.join(', ')} }`;
  const names = others.length === 0 ? only.name : `{ ${captured.map(({ name }) => name).join(', ')} }`;
  rewriting.replace(spanOf(end.statement), `return ${returned}${end.semicolon}`);
  rewriting.replace(taking, `const ${names} = await `);
}

/** `let count; try { …; count = this.count; } finally { … }` */
function assignCaptured(rewriting: Rewriting, end: End, captured: readonly Captured[]): void {
  const { source } = rewriting;
  if (captured.length === 0) return rewriting.remove(end.statement);
  const span = spanOf(end.statement);
  const lines = captured.map(({ name, text }) => `${name} = ${text}${end.semicolon}`);
  rewriting.replace(span, lines.join(source.eol + source.indent(span[0])));
  const [start] = spanOf(end.whole);
  const names = captured.map(({ name }) => name).join(', ');
  rewriting.replace([start, start], `let ${names}${end.semicolon}${source.eol}${source.indent(start)}`);
}

/** The last statement of a section, which runs code of others. */
export interface End {
  readonly form: 'callback' | 'manual';
  readonly statement: Node;
  /** The statements of the section before it. */
  readonly before: readonly Node[];
  /** The statement that the section is: the call that takes the lock, or the `try` whose `finally` releases it. */
  readonly whole: Node;
  /** Names that only the section has. */
  readonly own: readonly string[];
  readonly semicolon: string;
}

function endOf(source: Source, section: Section, site: CallOp): End | Refusal {
  const { unit, through } = section;
  if (section.form === 'decorator') return decorated;
  if (through) return { refused: 'the lock is taken in a helper, which may do more before it releases' };
  if (!section.steps.some(({ op }) => op === site) || !contains(unit.fn(section.fn).span, site.span))
    return { refused: 'others are told in a function of its own, and its callers are to tell them after the release' };
  if (!unit.fn(section.fn).async) return { refused: 'the section does not stand in an `async` function' };
  const end = section.form === 'callback' ? callbackEnd(source, section, site) : manualEnd(source, section, site);
  if (isRefusal(end)) return end;
  if (end.before.length === 0) return { refused: 'the section does nothing else, so that its order is what it is for' };
  if (!/^(?:ExpressionStatement|ForOfStatement)$/.test(end.statement.type))
    return { refused: 'what the call gives is used in the section' };
  return end;
}

function callbackEnd(source: Source, section: Section, site: CallOp): End | Refusal {
  const { unit, callback, acquire } = section;
  const body = callback === undefined ? undefined : source.enclosing(unit.fn(callback).bodySpan, 'BlockStatement');
  const whole = source.statement(acquire.span)?.node;
  const last = body && lastStatement(body, site);
  if (!body || !last) return { refused: 'the section goes on after others are told' };
  if (!whole || !isAlone(whole, section)) return { refused: 'the section is not a statement of its own' };
  const before = (body['body'] as Node[]).slice(0, -1);
  if (before.some(leaves)) return { refused: 'the section may end before others are told' };
  const params = source.around(spanOf(body)).at(-2)?.['params'] as Node[] | undefined;
  const own = [...declaredNames(before), ...(params ?? []).flatMap(patternNames)];
  return { form: 'callback', statement: last, before, whole, own, semicolon: semicolonOf(source, whole) };
}

/** `await mutex.runExclusive(…);`, or `return` of it. */
function isAlone(whole: Node, { acquire }: Section): boolean {
  const given = (whole.type === 'ExpressionStatement' ? whole['expression'] : whole['argument']) as Node | null;
  const isStatement = whole.type === 'ExpressionStatement' || whole.type === 'ReturnStatement';
  const inner = isStatement && given ? bare(given) : undefined;
  const call = inner?.type === 'AwaitExpression' ? bare(inner['argument'] as Node) : inner;
  return (
    call !== undefined && (inner !== call || whole.type === 'ReturnStatement') && spanOf(call)[0] === acquire.span[0]
  );
}

function manualEnd(source: Source, { form, trace, hold }: Section, site: CallOp): End | Refusal {
  const around = source.around(site.span);
  const whole = around.findLast((node) => node.type === 'TryStatement');
  const last = whole && lastStatement(whole['block'] as Node, site);
  if (form !== 'manual' || !whole || !last) return { refused: 'the section goes on after others are told' };
  const finalizer = whole['finalizer'] as Node | null;
  const releases = releasesOf(trace, hold);
  if (whole['handler'] || !finalizer || releases.some(({ span }) => !contains(spanOf(finalizer), span)))
    return { refused: 'the lock is not released by the `finally` around the call alone' };
  const before = ((whole['block'] as Node)['body'] as Node[]).slice(0, -1);
  return {
    form: 'manual',
    statement: last,
    before,
    whole,
    own: declaredNames(before),
    semicolon: semicolonOf(source, last),
  };
}

/** The last statement of a block, where a call stands in it and in no function that is declared there. */
function lastStatement(block: Node, site: CallOp): Node | undefined {
  const last = (block['body'] as Node[]).at(-1);
  return last && contains(spanOf(last), site.span) ? last : undefined;
}

/** Whether a statement may end the function that it stands in. */
function leaves(node: Node): boolean {
  if (node.type === 'ReturnStatement') return true;
  return !/Function/.test(node.type) && [...children(node)].some(leaves);
}

function semicolonOf(source: Source, statement: Node): string {
  return source.text(spanOf(statement)).endsWith(';') ? ';' : '';
}
