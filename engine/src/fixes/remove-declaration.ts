import { spanOf, type Node } from '../ast/node.js';
import type { Linked } from '../link/linked.js';
import type { Declaration } from '../link/lock-declaration.js';
import { unitsSaying } from '../link/namings.js';
import { bindingsIn, variableReferences } from './cell-references.js';
import type { Rewriting } from './rewriting.js';
import { Source } from './source.js';

/** Takes out the declaration of a lock that nobody takes any more. Gives the condition that forbids it, as a clause. */
export function removeDeclaration(project: Linked, rewriting: Rewriting, own: Declaration): string | undefined {
  return own.binding === undefined ? removeField(rewriting, own) : removeVariable(project, rewriting, own, own.binding);
}

function removeField(rewriting: Rewriting, own: Declaration): string | undefined {
  const { source } = rewriting;
  const field = source.around(own.nameSpan).findLast((node) => /PropertyDefinition$/.test(node.type));
  if (!field) return `\`${own.name}\` is declared in an unusual way`;
  const [start, end] = spanOf(field);
  for (const { value } of own.values) {
    if (start <= value.span[0] && value.span[1] <= end) continue;
    const statement = source.statement(value.span)?.node;
    if (statement?.type !== 'ExpressionStatement') return `\`${own.name}\` is made in the middle of a statement`;
    rewriting.remove(statement);
  }
  rewriting.remove(field);
  return undefined;
}

function removeVariable(project: Linked, rewriting: Rewriting, own: Declaration, binding: number): string | undefined {
  const { source } = rewriting;
  const variable = source.enclosing(own.nameSpan, 'VariableDeclaration');
  if (!variable || (variable['declarations'] as Node[]).length > 1)
    return `\`${own.name}\` is declared together with others`;
  const { refs } = own.unit.facts.bindings[binding]!;
  if (refs.some(({ span }) => source.enclosing(span, 'ExportSpecifier', 'ExportDefaultDeclaration')))
    return `\`${own.name}\` is exported in another place than its declaration`;
  const reexport = unitsSaying(project, own.name).find(({ facts }) =>
    facts.exports.some(({ from }) => from !== undefined && from.name === own.name),
  );
  if (!own.hidden && reexport) return `\`${reexport.path}\` exports \`${own.name}\` on`;
  const used = usedBeside(project, own);
  if (used) return used;
  const holder = source.enclosing(own.nameSpan, 'ExportNamedDeclaration');
  rewriting.remove(holder ?? variable);
  return undefined;
}

/** What would miss the variable besides those who take the lock: a type that is made of it, an import that nothing uses. */
function usedBeside(project: Linked, own: Declaration): string | undefined {
  const units = own.hidden ? [own.unit] : unitsSaying(project, own.name);
  for (const unit of units)
    for (const binding of bindingsIn(project, unit, own)) {
      const references = variableReferences(Source.of(project, unit), binding);
      if (typeof references === 'string') return references;
      if (unit !== own.unit && references.length === 0)
        return `\`${unit.path}\` imports \`${own.name}\`, and does not use it`;
    }
  return undefined;
}
