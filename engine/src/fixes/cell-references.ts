import { spanOf, type Node } from '../ast/node.js';
import { children } from '../ast/walk.js';
import type { Linked } from '../link/linked.js';
import type { Declaration } from '../link/lock-declaration.js';
import type { Reference } from './data-references.js';
import { Source } from './source.js';
import { same } from '../ast/span.js';

/** Every use of a field or variable, its declaration apart; a clause when one of them cannot be seen. */
export function cellReferences(project: Linked, cell: Declaration): readonly Reference[] | string {
  const source = Source.of(project, cell.unit);
  if (cell.binding !== undefined) return variableReferences(source, cell);
  const elsewhere = project.units.find((unit) => unit !== cell.unit && memberName(cell.name).test(unit.text));
  if (elsewhere && !cell.hidden) return `another file may use \`${cell.name}\``;
  return fieldReferences(source, cell);
}

function variableReferences(source: Source, cell: Declaration): readonly Reference[] | string {
  if (!cell.hidden) return `\`${cell.name}\` is exported`;
  const refs = cell.unit.facts.bindings[cell.binding!]!.refs.filter((ref) => !same(ref.span, cell.nameSpan));
  return refs.map((ref) => source.around(ref.span));
}

function fieldReferences(source: Source, cell: Declaration): readonly Reference[] | string {
  const found: Reference[] = [];
  let refused: string | undefined;
  const visit = (node: Node, path: readonly Node[]) => {
    const here = [...path, node];
    if (node.type === 'MemberExpression' && propertyName(node) === cell.name) {
      const inside = isInside(cell, node);
      if ((node['object'] as Node).type === 'ThisExpression') {
        if (inside) found.push(here);
      } else if (inside || !cell.hidden)
        refused ??= `\`${source.text(spanOf(node))}\` may be the same field of another object`;
    }
    if (
      node.type === 'Property' &&
      path.at(-1)?.type === 'ObjectPattern' &&
      keyName(node) === cell.name &&
      isInside(cell, node)
    )
      refused ??= `\`${cell.name}\` is taken out in a pattern`;
    for (const child of children(node)) visit(child, here);
  };
  visit(source.program, []);
  return refused ?? found;
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
  return new RegExp(`(?:\\.|\\['|\\["|[{,]\\s*)${name.replace(/[$#]/g, '\\$&')}(?![\\w$])`);
}
