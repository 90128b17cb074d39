import type { CallOp, TypeFact, Value } from '../facts/format.js';
import type { Span } from '../findings.js';
import { bindingsAt, membersAt } from './by-offset.js';
import type { Linked } from './linked.js';
import type { Lock } from './section.js';
import type { Unit } from './unit.js';

/** Where a lock or a cell is declared, as far as a change of its type has to know. */
export interface Declaration {
  readonly unit: Unit;
  readonly name: string;
  readonly nameSpan: Span;
  /** The class whose field it is. */
  readonly cls?: number;
  readonly binding?: number;
  readonly type?: TypeFact;
  /** The values that it is given where it is made. */
  readonly values: readonly { readonly value: Value; readonly fn: number }[];
  readonly hidden: boolean;
  readonly parameter: boolean;
  readonly constant: boolean;
}

/** The declaration of a lock that is a variable or field by itself: one that is a member of an object has none of its own. */
export function declarationOf(project: Linked, lock: Lock): Declaration | undefined {
  const { declaration, id } = lock;
  const unit = declaration && project.program.unit(declaration.path);
  const found = unit && declarationAt(unit, declaration.span);
  const own = found && (found.binding === undefined ? `.${found.name}` : `#${found.name}@${found.binding}`);
  const cls = found?.cls === undefined ? undefined : unit?.classOf(found.cls);
  const holder = cls && `#${cls.name || `class@${cls.span[0]}`}`;
  return own !== undefined && id.endsWith(`${holder ?? ''}${own}`) ? found : undefined;
}

/** The field or variable whose name stands at a place. */
export function declarationAt(unit: Unit, nameSpan: Span): Declaration | undefined {
  // A parameter of a constructor may declare a field as well, which is what others see.
  for (const { cls, member } of membersAt(unit, nameSpan[0])) {
    if (member.kind !== 'field') continue;
    const fields = unit.fieldsFunction(cls);
    return {
      unit,
      name: member.name,
      nameSpan,
      cls,
      ...(member.type ? { type: member.type } : {}),
      values: [
        ...(member.init ? [{ value: member.init, fn: fields }] : []),
        ...unit.fieldWrites(cls, member.name).map(({ op, fn }) => ({ value: op.value, fn })),
      ],
      hidden: member.private,
      parameter: member.parameter !== undefined,
      constant: member.readonly,
    };
  }
  const binding = bindingsAt(unit, nameSpan[0]).find((id) => unit.facts.bindings[id]!.span[1] === nameSpan[1]);
  return binding === undefined ? undefined : ofBinding(unit, binding);
}

function ofBinding(unit: Unit, id: number): Declaration | undefined {
  const fact = unit.facts.bindings[id]!;
  if (fact.kind === 'import') return undefined;
  return {
    unit,
    name: fact.name,
    nameSpan: fact.span,
    binding: id,
    ...(fact.type ? { type: fact.type } : {}),
    values: fact.init ? [{ value: fact.init, fn: fact.owner }] : [],
    hidden: !unit.facts.exports.some((one) => one.binding === id),
    parameter: fact.kind === 'param',
    constant: fact.kind === 'const',
  };
}

/** Where the name ends: the span of a variable may include its annotation. */
export function nameEnd({ binding, name, nameSpan }: Declaration): number {
  return binding === undefined ? nameSpan[1] : nameSpan[0] + name.length;
}

/** The calls that make a lock: `new AsyncMutex(0)`. */
export function makings(declaration: Declaration): readonly CallOp[] {
  return declaration.values.flatMap(({ value }) => {
    const op = value.v === 'call' ? declaration.unit.call(value.id)?.op : undefined;
    return op ? [op] : [];
  });
}

/** The type of the data that a lock owns: the type argument, or the type of the value that it is made with. */
export function dataType(project: Linked, declaration: Declaration): TypeFact | undefined {
  for (const op of makings(declaration)) {
    if (op.typeArgs[0]) return op.typeArgs[0];
    const given = op.args[0] && literalType(op.args[0]);
    if (given) return given;
  }
  const entity = declaration.type && project.entities.typed(declaration.unit, declaration.type);
  return entity?.k === 'lock' ? entity.data : undefined;
}

/** The primitive type of a literal, widened as a variable's would be. */
export function literalType(value: Value): TypeFact | undefined {
  if (value.v === 'mix' && (value.op === '!' || value.op === '-')) {
    return { t: 'prim', name: value.op === '!' ? 'boolean' : 'number', span: value.span };
  }
  if (value.v !== 'lit' || value.value === null) return undefined;
  return { t: 'prim', name: typeof value.value, span: value.span };
}
