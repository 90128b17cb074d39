import { spanOf, type Node } from '../ast/node.js';
import type { Edit, ImportRequest } from '../findings.js';
import { contains } from '../link/enclosing.js';
import { whoNotices } from '../link/inert.js';
import type { Linked } from '../link/linked.js';
import { declarationOf, makings, nameEnd, type Declaration } from '../link/lock-declaration.js';
import type { OptionalCell } from '../link/optional-cell.js';
import type { Lock, Section } from '../link/section.js';
import { neverSuspends } from '../link/settled.js';
import type { Unit } from '../link/unit.js';
import { cellReferences } from './cell-references.js';
import { dataReferences, inPlace, lockText, sectionCallbacks, type Reference } from './data-references.js';
import { lazyInit } from './lazy-init.js';
import { OptionalUse } from './optional-use.js';
import { lower, type Draft, type Outcome } from './outcome.js';
import { removeDeclaration } from './remove-declaration.js';
import { aliasOf, annotationSpan, otherUseOfAlias, sameAlias } from './retype.js';
import { Rewriting } from './rewriting.js';
import { RUNTIME } from './runtime-module.js';
import { Source } from './source.js';
import { withoutLock } from './without-lock.js';

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
  const building = new ArcBuilding(project);
  const group = optional.cell ? [lock] : sameAlias(project, lock);
  for (const member of group) {
    const converted = member === lock ? { lock, optional } : others(member);
    if (!converted)
      return { refused: `\`${member.name}\` is declared with the same type alias and is more than an optional value` };
    const refused = building.convert(converted);
    if (refused) return { refused };
  }
  const name = optional.cell ? optional.name : group.map((member) => member.name).join('`, `');
  return building.draft(`Make \`${name}\` an \`OptionalArc\``);
}

class ArcBuilding {
  private readonly project: Linked;
  private readonly rewritings = new Map<Unit, Rewriting>();
  private readonly doubts: string[] = [];
  private readonly users = new Set<string>();

  constructor(project: Linked) {
    this.project = project;
  }

  convert({ lock, optional }: OptionalLock): string | undefined {
    const own = declarationOf(this.project, lock);
    if (!own) return `the declaration of \`${lock.name}\` is not in a file that was analysed`;
    const held = lock.sections.filter((section) => !neverSuspends(this.project, section));
    if (held.length === 0) {
      const notices = whoNotices(this.project, lock);
      if (notices) this.doubts.push(notices);
    }
    return optional.cell ? this.fromField(lock, optional, own, optional.cell) : this.fromData(lock, optional, own);
  }

  private rewriting(unit: Unit): Rewriting {
    let rewriting = this.rewritings.get(unit);
    if (!rewriting) this.rewritings.set(unit, (rewriting = new Rewriting(Source.of(this.project, unit))));
    return rewriting;
  }

  private fromData(lock: Lock, optional: OptionalCell, own: Declaration): string | undefined {
    for (const section of lock.sections) {
      const rewriting = this.rewriting(section.unit);
      const target = lockText(rewriting.source, section);
      if (target === undefined) return 'the lock of a section is computed';
      const references = dataReferences(this.project, rewriting.source, section);
      if (typeof references === 'string') return references;
      const refused = this.section(lock, section, references, target, optional);
      if (refused) return refused;
    }
    return this.redeclare(own, optional);
  }

  private fromField(lock: Lock, optional: OptionalCell, own: Declaration, cell: Declaration): string | undefined {
    const all = cellReferences(this.project, cell);
    if (typeof all === 'string') return all;
    if (own.unit !== cell.unit) return 'the lock and what it guards are declared in two files';
    if (!cell.hidden) this.doubts.push(`\`${cell.name}\` is not private: code that was not analysed may use it`);
    const target = cell.binding === undefined ? `this.${cell.name}` : cell.name;
    const left = new Set(all);
    for (const section of lock.sections) {
      const inside = all.filter(
        (reference) =>
          section.steps.some((step) => contains(step.op.span, spanOf(reference.at(-1)!))) &&
          isInSection(section, reference),
      );
      inside.forEach((reference) => left.delete(reference));
      const refused = this.section(lock, section, inside, target, optional);
      if (refused) return refused;
    }
    const rewriting = this.rewriting(cell.unit);
    for (const reference of left) {
      const parent = reference.at(-2);
      if (parent?.type === 'VariableDeclarator') continue;
      const use = new OptionalUse(rewriting, target, optional, new Set());
      const refused = use.outside(reference) ?? use.refused;
      if (refused) return refused;
      this.doubts.push(...use.doubts);
    }
    return this.redeclareField(rewriting, cell, optional) ?? removeDeclaration(this.project, rewriting, own);
  }

  private section(
    lock: Lock,
    section: Section,
    references: readonly Reference[],
    target: string,
    optional: OptionalCell,
  ): string | undefined {
    const rewriting = this.rewriting(section.unit);
    const callbacks = sectionCallbacks(rewriting.source, lock.sections);
    const use = new OptionalUse(rewriting, target, optional, callbacks);
    const held = !neverSuspends(this.project, section);
    if (held && references.some((reference) => isWritten(reference))) {
      if (optional.absent === 'both') return `\`${optional.name}\` may be \`null\` or \`undefined\` before it is made`;
      this.doubts.unshift('the value is made outside of any lock, once for all who ask meanwhile');
      return lazyInit(rewriting, section, references, target);
    }
    if (held && section.suspensions.length > 1) return `a section holds \`${optional.name}\` across several waits`;
    if (held) this.doubts.unshift('uses of the value may overlap, and it may be cleared while it is used');
    const refused = use.section(
      section,
      references.map((reference) => inPlace(reference, callbacks)),
      held,
    );
    this.doubts.push(...use.doubts);
    return refused ?? withoutLock(this.project, rewriting, section, use.instead);
  }

  private redeclare(own: Declaration, optional: OptionalCell): string | undefined {
    const rewriting = this.rewriting(own.unit);
    const made = makings(own);
    if (made.length === 0 || made.length !== own.values.length) return `\`${own.name}\` is made elsewhere`;
    const alias = aliasOf(this.project, own.unit, own.type);
    const typeText = (unit: Unit) => `OptionalArc<${optional.value!.map((part) => unit.slice(part.span)).join(' | ')}>`;
    for (const op of made) {
      const [initial] = op.args;
      const given =
        initial && !isNothing(rewriting.source.text(initial.span)) ? rewriting.source.text(initial.span) : '';
      const typed = op.typeArgs[0] ? typeText(own.unit).slice('OptionalArc'.length) : '';
      rewriting.replace(op.span, `new OptionalArc${typed}(${given})`);
    }
    this.users.add(own.unit.path);
    if (!own.type) return undefined;
    if (!alias) {
      rewriting.replace(own.type.span, made[0]!.typeArgs[0] || own.type ? typeText(own.unit) : 'OptionalArc');
      return undefined;
    }
    const group = this.project.locks.flatMap((lock) => declarationOf(this.project, lock) ?? []);
    if (otherUseOfAlias(this.project, alias, group))
      return `the type \`${alias.fact.name}\` is used for more than locks`;
    const { type } = alias.fact;
    const argument = type.t === 'ref' ? type.args[0] : undefined;
    const parts = argument?.t === 'union' ? argument.of.filter((part) => !isNothing(alias.unit.slice(part.span))) : [];
    if (parts.length === 0) return `the type \`${alias.fact.name}\` is built of others`;
    this.rewriting(alias.unit).replace(
      type.span,
      `OptionalArc<${parts.map((part) => alias.unit.slice(part.span)).join(' | ')}>`,
    );
    this.users.add(alias.unit.path);
    return undefined;
  }

  private redeclareField(rewriting: Rewriting, cell: Declaration, optional: OptionalCell): string | undefined {
    const { source } = rewriting;
    const holder = source
      .around(cell.nameSpan)
      .findLast((node) => /^(PropertyDefinition|AccessorProperty|VariableDeclarator)$/.test(node.type));
    if (!holder) return `\`${optional.name}\` is declared in an unusual way`;
    const initial = (holder['value'] ?? holder['init']) as Node | null | undefined;
    const text = initial ? source.text(spanOf(initial)) : 'undefined';
    const [start] = cell.nameSpan;
    const annotation = annotationSpan(this.project, cell);
    const end = initial ? spanOf(initial)[1] : (annotation?.[1] ?? nameEnd(cell));
    const type = optional.value!.map((part) => source.text(part.span)).join(' | ');
    rewriting.replace([nameEnd(cell), end], ` = new OptionalArc<${type}>(${isNothing(text) ? '' : text})`);
    if (cell.binding === undefined) {
      if (!cell.constant && /\.[cm]?tsx?$/.test(cell.unit.path)) rewriting.replace([start, start], 'readonly ');
    } else {
      const declaration = source.enclosing(cell.nameSpan, 'VariableDeclaration')!;
      if ((declaration['declarations'] as Node[]).length > 1)
        return `\`${cell.name}\` is declared together with others`;
      const keyword = declaration['kind'] as string;
      const [from] = spanOf(declaration);
      if (keyword !== 'const') rewriting.replace([from, from + keyword.length], 'const');
    }
    this.users.add(cell.unit.path);
    return undefined;
  }

  draft(title: string): Draft {
    const edits: Edit[] = [...this.rewritings.values()].flatMap((rewriting) => rewriting.finish());
    const imports = [...this.users].map((path): ImportRequest => ({
      path,
      module: RUNTIME,
      name: 'OptionalArc',
      kind: 'value',
    }));
    const fix: Draft = { title, tier: 'safe', edits, imports };
    return this.doubts.length > 0 ? lower(fix, 'unsafe', this.doubts[0]!) : fix;
  }
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
  const releases = section.trace.releases.filter((release) => release.hold === section.hold);
  const end =
    releases.length === 0
      ? section.unit.fn(section.fn).span[1]
      : Math.max(...releases.map((release) => release.span[1]));
  return section.acquire.span[1] <= span[0] && span[1] <= end;
}
