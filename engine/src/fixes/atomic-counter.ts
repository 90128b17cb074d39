import { pathTo } from '../ast/walk.js';
import { spanOf, type Node } from '../ast/node.js';
import { same } from '../ast/span.js';
import { whoNotices, type LoneCell } from '../link/inert.js';
import type { Linked } from '../link/linked.js';
import { declarationOf, nameEnd, type Declaration } from '../link/lock-declaration.js';
import type { Lock } from '../link/section.js';
import { cellUses } from './cell-references.js';
import { constantCell } from './constant-cell.js';
import { counterOperation, type CounterKind } from './counter-operations.js';
import { dataReferences, inPlace, lockText, sectionCallbacks, type Reference } from './data-references.js';
import type { Outcome } from './outcome.js';
import { removeDeclaration } from './remove-declaration.js';
import { annotationSpan, sameAlias } from './retype.js';
import { Retyping } from './retyping.js';
import type { Rewriting } from './rewriting.js';
import type { Source } from './source.js';
import { withoutLock } from './without-lock.js';

/** A lock that is to become a counter, with the kind of its value. */
export interface CounterLock {
  readonly lock: Lock;
  readonly kind: CounterKind;
  readonly lone: LoneCell;
}

/**
 * Makes an `AtomicCounter` of a lock around one number or boolean: the declaration, every use, and the type alias that
 * it was declared with, which takes along the other locks of that alias.
 */
export function atomicCounterFix(
  project: Linked,
  { lock, kind, lone }: CounterLock,
  others: (lock: Lock) => CounterLock | undefined,
): Outcome {
  const change = new Retyping(project, 'AtomicCounter');
  const group = lone.cell ? [lock] : sameAlias(project, lock);
  for (const member of group) {
    const counter = member === lock ? { lock, kind, lone } : others(member);
    if (!counter)
      return { refused: `\`${member.name}\` is declared with the same type alias and is more than a ${kind}` };
    const refused = convert(change, counter);
    if (refused) return { refused };
  }
  const names = group.map((member) => `\`${member.name}\``).join(' and ');
  return change.draft(
    lone.cell
      ? `Make \`${lone.name}\` an \`AtomicCounter\` without \`${lock.name}\``
      : `Make ${names} an \`AtomicCounter\``,
  );
}

/** One lock of the change, and every use of it. */
function convert(change: Retyping, counter: CounterLock): string | undefined {
  const { lock, lone } = counter;
  // A counter is known by what its declaration says.
  const own = declarationOf(change.project, lock)!;
  const notices = whoNotices(change.project, lock);
  if (notices) change.doubts.push(notices);
  return lone.cell ? fromCell(change, counter, own, lone.cell) : fromData(change, counter, own);
}

/** A lock that owns its number. */
function fromData(change: Retyping, { lock, kind }: CounterLock, own: Declaration): string | undefined {
  for (const section of lock.sections) {
    const rewriting = change.rewriting(section.unit);
    const { source } = rewriting;
    const target = lockText(source, section);
    if (target === undefined) return 'the lock of a section is computed';
    const references = dataReferences(change.project, source, section);
    if (typeof references === 'string') return references;
    const refused =
      operations(change, rewriting, references, target, kind, sectionCallbacks(source, lock.sections)) ??
      withoutLock(change.project, rewriting, section);
    if (refused) return refused;
  }
  return change.redeclare(own, {
    made: ({ args: [initial] }, source) =>
      `new AtomicCounter(${initialText(initial ? source.text(initial.span) : '', kind)})`,
    type: () => 'AtomicCounter',
  });
}

/** A lock beside the number. */
function fromCell(
  change: Retyping,
  { lock, kind }: CounterLock,
  own: Declaration,
  cell: Declaration,
): string | undefined {
  if (own.unit !== cell.unit) return 'the lock and what it guards are declared in two files';
  const all = cellUses(change.project, cell);
  if (typeof all === 'string') return all;
  if (all.doubt) change.doubts.push(all.doubt);
  for (const section of lock.sections) {
    const refused = withoutLock(change.project, change.rewriting(section.unit), section);
    if (refused) return refused;
  }
  const rewriting = change.rewriting(cell.unit);
  const initial = cell.values[0]?.value;
  for (const { unit, reference, target } of all.uses) {
    if (initial && isInitialisation(reference, initial.span)) continue;
    const there = change.rewriting(unit);
    const refused = operations(change, there, [reference], target, kind, sectionCallbacks(there.source, lock.sections));
    if (refused) return refused;
  }
  return redeclareCell(change, rewriting, cell, kind) ?? removeDeclaration(change.project, rewriting, own);
}

function operations(
  change: Retyping,
  rewriting: Rewriting,
  references: readonly Reference[],
  target: string,
  kind: CounterKind,
  callbacks: ReadonlySet<Node>,
): string | undefined {
  for (const reference of references) {
    const { refused, doubt } = counterOperation(rewriting, inPlace(reference, callbacks), target, kind, callbacks);
    if (refused) return refused;
    if (doubt) change.doubts.push(doubt);
  }
  return undefined;
}

function redeclareCell(
  change: Retyping,
  rewriting: Rewriting,
  cell: Declaration,
  kind: CounterKind,
): string | undefined {
  const { source } = rewriting;
  const initial = cell.values[0]?.value;
  const text = initial && isDeclared(source, cell, initial.span) ? source.text(initial.span) : '';
  if (text === '' && cell.binding === undefined && cell.values.length > 1)
    return `\`${cell.name}\` has no value where it is declared`;
  const typeEnd = annotationSpan(change.project, cell)?.[1] ?? nameEnd(cell);
  const end = text === '' ? typeEnd : initial!.span[1];
  rewriting.replace([nameEnd(cell), end], ` = new AtomicCounter(${initialText(text, kind)})`);
  change.imports(cell.unit);
  return constantCell(rewriting, cell);
}

function initialText(text: string, kind: CounterKind): string {
  if (kind === 'number') return text === '0' ? '' : text;
  if (text === 'true') return '1';
  return text === 'false' || text === '' ? '' : `${text} ? 1 : 0`;
}

function isInitialisation(reference: readonly Node[], initial: readonly [number, number]): boolean {
  const parent = reference.at(-2);
  return parent?.type === 'VariableDeclarator' && same(spanOf(parent['init'] as Node), initial);
}

/** Whether the first value of a field stands in its declaration and not in a constructor. */
function isDeclared(source: Source, cell: Declaration, initial: readonly [number, number]): boolean {
  const node = pathTo(source.program, cell.nameSpan).findLast((one) =>
    /PropertyDefinition|VariableDeclarator/.test(one.type),
  );
  return node !== undefined && spanOf(node)[0] <= initial[0] && initial[1] <= spanOf(node)[1];
}
