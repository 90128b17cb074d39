import { pathTo } from '../ast/walk.js';
import { spanOf, type Node } from '../ast/node.js';
import type { Edit, ImportRequest } from '../findings.js';
import { whoNotices, type LoneCell } from '../link/inert.js';
import type { Linked } from '../link/linked.js';
import { declarationOf, makings, nameEnd, type Declaration } from '../link/lock-declaration.js';
import type { Lock } from '../link/section.js';
import type { Unit } from '../link/unit.js';
import { cellReferences } from './cell-references.js';
import { counterOperation, type CounterKind } from './counter-operations.js';
import { dataReferences, inPlace, lockText, sectionCallbacks } from './data-references.js';
import { lower, type Draft, type Outcome } from './outcome.js';
import { aliasOf, annotationSpan, otherUseOfAlias, sameAlias } from './retype.js';
import { Rewriting } from './rewriting.js';
import { removeDeclaration } from './remove-declaration.js';
import { RUNTIME } from './runtime-module.js';
import { Source } from './source.js';
import { same } from '../ast/span.js';
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
  const building = new CounterBuilding(project);
  const group = lone.cell ? [lock] : sameAlias(project, lock);
  for (const member of group) {
    const counter = member === lock ? { lock, kind, lone } : others(member);
    if (!counter)
      return { refused: `\`${member.name}\` is declared with the same type alias and is more than a ${kind}` };
    const refused = building.convert(counter);
    if (refused) return { refused };
  }
  return building.draft(lock, lone, group);
}

class CounterBuilding {
  private readonly project: Linked;
  private readonly rewritings = new Map<Unit, Rewriting>();
  private readonly doubts: string[] = [];
  private readonly users = new Set<string>();

  constructor(project: Linked) {
    this.project = project;
  }

  convert(counter: CounterLock): string | undefined {
    const { lock, lone } = counter;
    const own = declarationOf(this.project, lock);
    if (!own) return `the declaration of \`${lock.name}\` is not in a file that was analysed`;
    const notices = whoNotices(this.project, lock);
    if (notices) this.doubts.push(notices);
    return lone.cell ? this.fromCell(counter, own, lone.cell) : this.fromData(counter, own);
  }

  private rewriting(unit: Unit): Rewriting {
    let rewriting = this.rewritings.get(unit);
    if (!rewriting) this.rewritings.set(unit, (rewriting = new Rewriting(Source.of(this.project, unit))));
    return rewriting;
  }

  // ---- a lock that owns its number --------------------------------------------------------------------------------

  private fromData({ lock, kind }: CounterLock, own: Declaration): string | undefined {
    for (const section of lock.sections) {
      const rewriting = this.rewriting(section.unit);
      const { source } = rewriting;
      const target = lockText(source, section);
      if (target === undefined) return 'the lock of a section is computed';
      const references = dataReferences(this.project, source, section);
      if (typeof references === 'string') return references;
      const callbacks = sectionCallbacks(source, lock.sections);
      const replaced: Node[] = [];
      for (const reference of references) {
        const place = inPlace(reference, callbacks);
        if (place !== reference) replaced.push(place.at(-1)!);
        const { refused, doubt } = counterOperation(rewriting, place, target, kind, callbacks);
        if (refused) return refused;
        if (doubt) this.doubts.push(doubt);
      }
      const refused = withoutLock(this.project, rewriting, section);
      if (refused) return refused;
    }
    return this.redeclare(own, kind);
  }

  private redeclare(own: Declaration, kind: CounterKind): string | undefined {
    const rewriting = this.rewriting(own.unit);
    const made = makings(own);
    if (made.length === 0 || made.length !== own.values.length) return `\`${own.name}\` is made elsewhere`;
    for (const op of made) {
      const [initial] = op.args;
      const text = initial ? rewriting.source.text(initial.span) : '';
      rewriting.replace(op.span, `new AtomicCounter(${initialText(text, kind)})`);
    }
    this.users.add(own.unit.path);
    if (!own.type) return undefined;
    const alias = aliasOf(this.project, own.unit, own.type);
    if (!alias) {
      rewriting.replace(own.type.span, 'AtomicCounter');
      return undefined;
    }
    const group = this.project.locks.flatMap((lock) => declarationOf(this.project, lock) ?? []);
    if (otherUseOfAlias(this.project, alias, group))
      return `the type \`${alias.fact.name}\` is used for more than locks`;
    this.rewriting(alias.unit).replace(alias.fact.type.span, 'AtomicCounter');
    this.users.add(alias.unit.path);
    return undefined;
  }

  // ---- a lock beside the number ------------------------------------------------------------------------------------

  private fromCell({ lock, kind }: CounterLock, own: Declaration, cell: Declaration): string | undefined {
    const rewriting = this.rewriting(cell.unit);
    if (own.unit !== cell.unit) return 'the lock and what it guards are declared in two files';
    const references = cellReferences(this.project, cell);
    if (typeof references === 'string') return references;
    if (!cell.hidden) this.doubts.push(`\`${cell.name}\` is not private: code that was not analysed may use it`);
    for (const section of lock.sections) {
      const refused = withoutLock(this.project, this.rewriting(section.unit), section);
      if (refused) return refused;
    }
    const callbacks = sectionCallbacks(rewriting.source, lock.sections);
    const target = cell.binding === undefined ? `this.${cell.name}` : cell.name;
    const initial = cell.values[0]?.value;
    for (const reference of references) {
      if (initial && isInitialisation(reference, initial.span)) continue;
      const { refused, doubt } = counterOperation(rewriting, inPlace(reference, callbacks), target, kind, callbacks);
      if (refused) return refused;
      if (doubt) this.doubts.push(doubt);
    }
    return this.redeclareCell(rewriting, cell, kind) ?? removeDeclaration(this.project, rewriting, own);
  }

  private redeclareCell(rewriting: Rewriting, cell: Declaration, kind: CounterKind): string | undefined {
    const { source } = rewriting;
    const initial = cell.values[0]?.value;
    const text = initial && isDeclared(source, cell, initial.span) ? source.text(initial.span) : '';
    const made = `new AtomicCounter(${initialText(text, kind)})`;
    const [nameStart] = cell.nameSpan;
    const annotation = annotationSpan(this.project, cell);
    const typeEnd = annotation ? annotation[1] : nameEnd(cell);
    const end = text === '' ? typeEnd : initial!.span[1];
    if (text === '' && cell.binding === undefined && cell.values.length > 1)
      return `\`${cell.name}\` has no value where it is declared`;
    rewriting.replace([nameEnd(cell), end], ` = ${made}`);
    if (cell.binding !== undefined) {
      const declaration = source.enclosing(cell.nameSpan, 'VariableDeclaration');
      if (!declaration || (declaration['declarations'] as Node[]).length > 1)
        return `\`${cell.name}\` is declared together with others`;
      const [start] = spanOf(declaration);
      const keyword = declaration['kind'] as string;
      if (keyword !== 'const') rewriting.replace([start, start + keyword.length], 'const');
    } else if (!cell.constant && cell.unit.path.match(/\.[cm]?tsx?$/))
      rewriting.replace([nameStart, nameStart], 'readonly ');
    this.users.add(cell.unit.path);
    return undefined;
  }

  draft(lock: Lock, lone: LoneCell, group: readonly Lock[]): Draft {
    const edits: Edit[] = [...this.rewritings.values()].flatMap((rewriting) => rewriting.finish());
    const imports: ImportRequest[] = [...this.users].map((path) => ({
      path,
      module: RUNTIME,
      name: 'AtomicCounter',
      kind: 'value',
    }));
    const names = lone.cell ? `\`${lone.name}\`` : group.map((member) => `\`${member.name}\``).join(' and ');
    const fix: Draft = {
      title: `Make ${names} an \`AtomicCounter\` without \`${lock.name}\``.replace(
        new RegExp(` without \`${lock.name.replace(/[.$#[\]]/g, '\\$&')}\`$`),
        lone.cell ? '$&' : '',
      ),
      tier: 'safe',
      edits,
      imports,
    };
    return this.doubts.length > 0 ? lower(fix, 'unsafe', this.doubts[0]!) : fix;
  }
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
