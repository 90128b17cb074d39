import { pathTo } from '../ast/walk.js';
import { spanOf, type Node } from '../ast/node.js';
import type { TypeAliasFact, TypeFact } from '../facts/format.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import { declarationOf, nameEnd, type Declaration } from '../link/lock-declaration.js';
import { unitsSaying } from '../link/namings.js';
import type { Lock } from '../link/section.js';
import type { Unit } from '../link/unit.js';
import { Source } from './source.js';

/** A type alias that names a lock's type: `type InitializedFlag = AsyncRwLock<boolean>`. */
export interface Alias {
  readonly unit: Unit;
  readonly fact: TypeAliasFact;
}

/** The alias that a written type refers to, in this file or in the one that it is imported from. */
export function aliasOf(project: Linked, unit: Unit, type: TypeFact | undefined): Alias | undefined {
  if (type?.t !== 'ref' || type.bind === undefined) return undefined;
  const origin =
    unit.facts.bindings[type.bind]!.kind === 'import'
      ? project.entities.origin(unit, type.bind)
      : { unit, binding: type.bind };
  const fact = origin?.unit.facts.aliases.find((one) => one.binding === origin.binding);
  return origin && fact ? { unit: origin.unit, fact } : undefined;
}

/** Every lock that is declared with the same alias, this one included; just this one when it has none. */
export function sameAlias(project: Linked, lock: Lock): readonly Lock[] {
  const own = declarationOf(project, lock);
  const alias = own && aliasOf(project, own.unit, own.type);
  if (!alias) return [lock];
  return project.locks.filter((other) => {
    const declaration = declarationOf(project, other);
    return declaration !== undefined && aliasOf(project, declaration.unit, declaration.type)?.fact === alias.fact;
  });
}

/** A use of an alias that is none of the given declarations: another type depends on it. */
export function otherUseOfAlias(project: Linked, alias: Alias, declarations: readonly Declaration[]): boolean {
  const own = (unit: Unit, span: Span) =>
    declarations.some(
      ({ unit: other, type }) =>
        other === unit && type !== undefined && type.span[0] <= span[0] && span[1] <= type.span[1],
    );
  for (const unit of unitsSaying(project, alias.fact.name)) {
    for (const [id, binding] of unit.facts.bindings.entries()) {
      const origin = binding.kind === 'import' ? project.entities.wide.origin(unit, id) : { unit, binding: id };
      if (!origin || origin.unit !== alias.unit || origin.binding !== alias.fact.binding) continue;
      if (binding.refs.some((ref) => !own(unit, ref.span))) return true;
    }
  }
  return false;
}

/** The annotation of a field or variable with its colon, and the optional or definite mark before it. */
export function annotationSpan(project: Linked, declaration: Declaration): Span | undefined {
  if (!declaration.type) return undefined;
  const source = Source.of(project, declaration.unit);
  const path = pathTo(source.program, declaration.type.span);
  const node = path.findLast((one: Node) => one.type === 'TSTypeAnnotation');
  if (!node) return undefined;
  return [nameEnd(declaration), spanOf(node)[1]];
}
