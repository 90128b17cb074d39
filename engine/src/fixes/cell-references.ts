import { literally } from '../mention.js';
import { spanOf, type Node } from '../ast/node.js';
import { children } from '../ast/walk.js';
import { same } from '../ast/span.js';
import type { Linked } from '../link/linked.js';
import type { Declaration } from '../link/lock-declaration.js';
import { everyNaming, unitsSaying, type Naming } from '../link/namings.js';
import type { Unit } from '../link/unit.js';
import type { Reference } from './data-references.js';
import { Source } from './source.js';

/** A place that uses a field or variable. */
export interface CellUse {
  readonly unit: Unit;
  readonly reference: Reference;
  /** The field or variable as it is written there: `this.hits`, `stats.hits`. */
  readonly target: string;
}

export interface CellUses {
  readonly uses: readonly CellUse[];
  /** Why there may be others, which lowers the tier. */
  readonly doubt?: string;
}

/** Every use of a field or variable in all files, its declaration apart; a clause when one of them cannot be seen. */
export function cellUses(project: Linked, cell: Declaration): CellUses | string {
  const namings = cell.hidden ? OUTSIDE : everyNaming(project, cell, OUTSIDE);
  if (typeof namings !== 'string')
    return cell.binding === undefined ? fieldUses(project, cell, namings) : variableUses(project, cell, namings);
  const saying = project.program.host.whole?.naming(cell.name) ?? [];
  const references = cellReferences(project, cell, namings, saying);
  if (typeof references === 'string') return references;
  const target = cell.binding === undefined ? `this.${cell.name}` : cell.name;
  const uses = references.map((reference) => ({ unit: cell.unit, reference, target }));
  return cell.hidden ? { uses } : { uses, doubt: `\`${cell.name}\` is not private: ${namings} may use it` };
}

const OUTSIDE = 'code that was not analysed';

/**
 * Every use of a field or variable in its own file, its declaration apart; a clause when one of them cannot be seen, or may be in another file.
 * @param who may use it besides.
 * @param saying Files that say its name, besides those under analysis.
 */
export function cellReferences(
  project: Linked,
  cell: Declaration,
  who = OUTSIDE,
  saying: readonly string[] = [],
): readonly Reference[] | string {
  const source = Source.of(project, cell.unit);
  if (cell.binding !== undefined)
    return cell.hidden ? variableReferences(source, cell.binding) : `\`${cell.name}\` is exported: ${who} may use it`;
  const paths = [...project.units.map(({ path }) => path), ...saying].filter((path) => path !== cell.unit.path);
  const isUse = memberName(cell.name);
  if (!cell.hidden && paths.some((path) => isUse.test(project.program.text(path) ?? '')))
    return `another file may use \`${cell.name}\``;
  return fieldReferences(source, cell);
}

/** Every use of a field or variable that its own file alone uses, its declaration apart; a clause when one may be elsewhere, or cannot be seen. */
export function usesInOwnFile(project: Linked, cell: Declaration): readonly Reference[] | string {
  if (cell.hidden) return cellReferences(project, cell);
  const namings = everyNaming(project, cell, OUTSIDE);
  if (typeof namings === 'string') return `\`${cell.name}\` is not private: ${namings} may use it`;
  const elsewhere = namings.find(({ unit }) => unit !== cell.unit);
  if (elsewhere) return `\`${elsewhere.unit.path}\` uses \`${cell.name}\` as well`;
  const all = cell.binding === undefined ? fieldUses(project, cell, namings) : variableUses(project, cell, namings);
  return typeof all === 'string' ? all : all.uses.map(({ reference }) => reference);
}

function fieldUses(project: Linked, { name }: Declaration, namings: readonly Naming[]): CellUses | string {
  const uses = memberUses(project, name, namings);
  if (typeof uses === 'string') return uses;
  return {
    uses,
    doubt: `\`${name}\` is not private: who copies or writes out a whole object of the class gets something else for it`,
  };
}

/** The places that name a member: `this.hits`, `stats.hits`; a clause where one of them is no path. */
function memberUses(project: Linked, name: string, namings: readonly Naming[]): readonly CellUse[] | string {
  const uses = new Map<string, CellUse>();
  for (const { unit, value } of namings) {
    const source = Source.of(project, unit);
    const reference = source.around(value.span);
    const node = reference.at(-1)!;
    const target = source.text(value.span);
    if (node.type !== 'MemberExpression' || !same(spanOf(node), value.span))
      return `\`${name}\` is taken out in a pattern`;
    if (/[()[\]?\n]/.test(target)) return `\`${target}\` is more than a path of names`;
    uses.set(`${unit.path} ${String(value.span)}`, { unit, reference, target });
  }
  return [...uses.values()];
}

function variableUses(project: Linked, cell: Declaration, namings: readonly Naming[]): CellUses | string {
  // `import * as stats from './stats.js'; stats.hits`
  const ofModule = memberUses(
    project,
    cell.name,
    namings.filter(({ value }) => value.v === 'member'),
  );
  if (typeof ofModule === 'string') return ofModule;
  const uses = [...ofModule];
  for (const unit of unitsSaying(project, cell.name))
    for (const binding of bindingsIn(project, unit, cell)) {
      const references = variableReferences(Source.of(project, unit), binding);
      if (typeof references === 'string') return references;
      const target = unit.facts.bindings[binding]!.name;
      uses.push(...references.map((reference) => ({ unit, reference, target })));
    }
  return { uses };
}

/** What a variable is called in a file: the declaration itself, or the imports of it. */
export function bindingsIn({ entities }: Linked, unit: Unit, cell: Declaration): readonly number[] {
  if (unit === cell.unit) return [cell.binding!];
  return unit.facts.imports
    .map(({ binding }) => binding)
    .filter((binding) => {
      const origin = entities.wide.origin(unit, binding);
      return origin?.unit === cell.unit && origin.binding === cell.binding;
    });
}

/** The uses of a variable in a file, its declaration, imports and exports apart; a clause where a type is made of it. */
export function variableReferences(source: Source, binding: number): readonly Reference[] | string {
  const { name, span, refs } = source.unit.facts.bindings[binding]!;
  const references = refs.filter((ref) => !same(ref.span, span)).map((ref) => source.around(ref.span));
  if (references.some((reference) => /^TSTypeQuery|^TSQualifiedName/.test(reference.at(-2)?.type ?? '')))
    return `\`${name}\` is used in a type`;
  return references.filter((reference) => !/^(?:Ex|Im)port\w*Specifier$/.test(reference.at(-2)?.type ?? ''));
}

function fieldReferences(source: Source, cell: Declaration): readonly Reference[] | string {
  const found: Reference[] = [];
  for (const path of mentionsIn(source).get(cell.name) ?? []) {
    const node = path.at(-1)!;
    const inside = isInside(cell, node);
    if (node.type === 'Property') {
      if (inside) return `\`${cell.name}\` is taken out in a pattern`;
    } else if ((node['object'] as Node).type === 'ThisExpression') {
      if (inside) found.push(path);
    } else if (inside || !cell.hidden)
      return `\`${source.text(spanOf(node))}\` may be the same field of another object`;
  }
  return found;
}

const mentions = new WeakMap<Node, ReadonlyMap<string | undefined, readonly Reference[]>>();

/** By name, the members of objects in a file, and what patterns take out of objects, in source order, each with what it stands in. */
function mentionsIn({ program }: Source): ReadonlyMap<string | undefined, readonly Reference[]> {
  const known = mentions.get(program);
  if (known) return known;
  const found = new Map<string | undefined, Reference[]>();
  const visit = (node: Node, path: readonly Node[]) => {
    const here = [...path, node];
    const isTaken = node.type === 'Property' && path.at(-1)?.type === 'ObjectPattern';
    if (isTaken || node.type === 'MemberExpression') {
      const name = isTaken ? keyName(node) : propertyName(node);
      const list = found.get(name);
      if (list) list.push(here);
      else found.set(name, [here]);
    }
    for (const child of children(node)) visit(child, here);
  };
  visit(program, []);
  mentions.set(program, found);
  return found;
}

function isInside(cell: Declaration, node: Node): boolean {
  const [from, to] = cell.unit.classOf(cell.cls!).span;
  const [start, end] = spanOf(node);
  return from <= start && end <= to;
}

function propertyName(node: Node): string | undefined {
  const property = node['property'] as Node;
  if (node['computed'] === true) return property.type === 'Literal' ? String(property['value']) : undefined;
  return property.type === 'PrivateIdentifier' ? `#${property['name'] as string}` : (property['name'] as string);
}

function keyName(node: Node): string | undefined {
  return (node['key'] as Node)['name'] as string | undefined;
}

function memberName(name: string): RegExp {
  return new RegExp(`(?:\\.|\\['|\\["|[{,]\\s*)${literally(name)}(?![\\w$])`);
}
