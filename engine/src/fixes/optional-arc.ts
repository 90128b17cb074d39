import { spanOf, type Node } from '../ast/node.js';
import type { TypeFact } from '../facts/format.js';
import { contains } from '../link/enclosing.js';
import { whoNotices } from '../link/inert.js';
import type { Linked } from '../link/linked.js';
import { declarationOf, nameEnd, type Declaration } from '../link/lock-declaration.js';
import type { OptionalCell } from '../link/optional-cell.js';
import type { Lock, Section } from '../link/section.js';
import { neverSuspends } from '../link/settled.js';
import type { Unit } from '../link/unit.js';
import { cellReferences } from './cell-references.js';
import { constantCell } from './constant-cell.js';
import { dataReferences, inPlace, lockText, sectionCallbacks, type Reference } from './data-references.js';
import { lazyInit } from './lazy-init.js';
import { OptionalUse } from './optional-use.js';
import type { Outcome } from './outcome.js';
import { removeDeclaration } from './remove-declaration.js';
import { annotationSpan, sameAlias } from './retype.js';
import { Retyping } from './retyping.js';
import type { Rewriting } from './rewriting.js';
import { withoutLock } from './without-lock.js';
import { releasesOf } from '../link/walk/trace.js';

/** A lock around an optional value that is to become an `OptionalArc`. */
export interface OptionalLock {
  readonly lock: Lock;
  readonly optional: OptionalCell;
}

/** Makes an `OptionalArc` of a lock around one optional value: the declaration, the type alias, and every use. */
export function optionalArcFix(
  project: Linked,
  { lock, optional }: OptionalLock,
  others: (lock: Lock) => OptionalLock | undefined,
): Outcome {
  const change = new Retyping(project, 'OptionalArc');
  const group = optional.cell ? [lock] : sameAlias(project, lock);
  for (const member of group) {
    const converted = member === lock ? { lock, optional } : others(member);
    if (!converted)
      return { refused: `\`${member.name}\` is declared with the same type alias and is more than an optional value` };
    const refused = convert(change, converted);
    if (refused) return { refused };
  }
  const name = optional.cell ? optional.name : group.map((member) => member.name).join('`, `');
  return change.draft(`Make \`${name}\` an \`OptionalArc\``);
}

function convert(change: Retyping, { lock, optional }: OptionalLock): string | undefined {
  // What is reported has a declaration in the file of the report.
  const own = declarationOf(change.project, lock)!;
  const held = lock.sections.filter((section) => !neverSuspends(change.project, section));
  if (held.length === 0) {
    const notices = whoNotices(change.project, lock);
    if (notices) change.doubts.push(notices);
  }
  return optional.cell ? fromField(change, lock, optional, own, optional.cell) : fromData(change, lock, optional, own);
}

/** A lock that owns its value. */
function fromData(change: Retyping, lock: Lock, optional: OptionalCell, own: Declaration): string | undefined {
  for (const section of lock.sections) {
    const rewriting = change.rewriting(section.unit);
    const target = lockText(rewriting.source, section);
    if (target === undefined) return 'the lock of a section is computed';
    const references = dataReferences(change.project, rewriting.source, section);
    if (typeof references === 'string') return references;
    const refused = convertSection(change, lock, section, references, target, optional);
    if (refused) return refused;
  }
  return redeclare(change, own, optional);
}

/** A lock beside the value. */
function fromField(
  change: Retyping,
  lock: Lock,
  optional: OptionalCell,
  own: Declaration,
  cell: Declaration,
): string | undefined {
  const all = cellReferences(change.project, cell);
  if (typeof all === 'string') return all;
  if (own.unit !== cell.unit) return 'the lock and what it guards are declared in two files';
  if (!cell.hidden) change.doubts.push(`\`${cell.name}\` is not private: code that was not analysed may use it`);
  const target = cell.binding === undefined ? `this.${cell.name}` : cell.name;
  const left = new Set(all);
  for (const section of lock.sections) {
    const inside = all.filter(
      (reference) =>
        section.steps.some((step) => contains(step.op.span, spanOf(reference.at(-1)!))) &&
        isInSection(section, reference),
    );
    inside.forEach((reference) => left.delete(reference));
    const refused = convertSection(change, lock, section, inside, target, optional);
    if (refused) return refused;
  }
  const rewriting = change.rewriting(cell.unit);
  for (const reference of left) {
    const parent = reference.at(-2);
    if (parent?.type === 'VariableDeclarator') continue;
    const use = new OptionalUse(rewriting, target, optional, new Set());
    const refused = use.outside(reference);
    if (refused) return refused;
    change.doubts.push(...use.doubts);
  }
  return redeclareField(change, rewriting, cell, optional) ?? removeDeclaration(change.project, rewriting, own);
}

/** One section: what it does with the value, and then the lock goes. */
function convertSection(
  change: Retyping,
  lock: Lock,
  section: Section,
  references: readonly Reference[],
  target: string,
  optional: OptionalCell,
): string | undefined {
  const rewriting = change.rewriting(section.unit);
  const callbacks = sectionCallbacks(rewriting.source, lock.sections);
  const use = new OptionalUse(rewriting, target, optional, callbacks);
  const held = !neverSuspends(change.project, section);
  if (held && references.some((reference) => isWritten(reference))) {
    if (optional.absent === 'both') return `\`${optional.name}\` may be \`null\` or \`undefined\` before it is made`;
    change.doubts.unshift('the value is made outside of any lock, once for all who ask meanwhile');
    return lazyInit(rewriting, section, references, target);
  }
  if (held && section.suspensions.length > 1) return `a section holds \`${optional.name}\` across several waits`;
  if (held) change.doubts.unshift('uses of the value may overlap, and it may be cleared while it is used');
  const refused = use.section(
    section,
    references.map((reference) => inPlace(reference, callbacks)),
    held,
  );
  change.doubts.push(...use.doubts);
  return refused ?? withoutLock(change.project, rewriting, section, use.instead);
}

function redeclare(change: Retyping, own: Declaration, optional: OptionalCell): string | undefined {
  const written = optional.value!.map((part) => own.unit.slice(part.span)).join(' | ');
  return change.redeclare(own, {
    made: ({ args: [initial], typeArgs }, source) => {
      const text = initial ? source.text(initial.span) : '';
      return `new OptionalArc${typeArgs[0] ? `<${written}>` : ''}(${isNothing(text) ? '' : text})`;
    },
    type: (type, unit) => {
      const parts = valuesIn(type, unit);
      if (parts.length > 0) return `OptionalArc<${parts.join(' | ')}>`;
      return type === own.type
        ? `OptionalArc<${written}>`
        : { refused: `the type of \`${own.name}\` is built of others` };
    },
  });
}

/** `Database` of `AsyncMutex<Database | undefined>`. */
function valuesIn(type: TypeFact, unit: Unit): readonly string[] {
  const argument = type.t === 'ref' ? type.args[0] : undefined;
  const parts = argument?.t === 'union' ? argument.of.map((part) => unit.slice(part.span)) : [];
  return parts.filter((part) => !isNothing(part));
}

function redeclareField(
  change: Retyping,
  rewriting: Rewriting,
  cell: Declaration,
  optional: OptionalCell,
): string | undefined {
  const { source } = rewriting;
  const holder = source
    .around(cell.nameSpan)
    .findLast((node) => /^(PropertyDefinition|AccessorProperty|VariableDeclarator)$/.test(node.type));
  if (!holder) return `\`${optional.name}\` is declared in an unusual way`;
  const initial = (holder['value'] ?? holder['init']) as Node | null | undefined;
  const text = initial ? source.text(spanOf(initial)) : '';
  const end = initial ? spanOf(initial)[1] : (annotationSpan(change.project, cell)?.[1] ?? nameEnd(cell));
  const type = optional.value!.map((part) => source.text(part.span)).join(' | ');
  rewriting.replace([nameEnd(cell), end], ` = new OptionalArc<${type}>(${isNothing(text) ? '' : text})`);
  change.imports(cell.unit);
  return constantCell(rewriting, cell);
}

function isWritten(reference: Reference): boolean {
  const parent = reference.at(-2);
  return parent?.type === 'AssignmentExpression' && parent['left'] === reference.at(-1);
}

function isNothing(text: string): boolean {
  return text === 'undefined' || text === 'null' || text === '';
}

/** Whether a place lies between the acquire and the last release of a section, in its function. */
function isInSection(section: Section, reference: Reference): boolean {
  const span = spanOf(reference.at(-1)!);
  if (section.callback !== undefined) return contains(section.unit.fn(section.callback).span, span);
  const releases = releasesOf(section.trace, section.hold);
  const end =
    releases.length === 0
      ? section.unit.fn(section.fn).span[1]
      : Math.max(...releases.map((release) => release.span[1]));
  return section.acquire.span[1] <= span[0] && span[1] <= end;
}
