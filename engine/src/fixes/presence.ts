import type { Node } from '../ast/node.js';
import { spanOf } from '../ast/node.js';
import type { TypeFact } from '../facts/format.js';
import type { Source } from './source.js';

/** Whether an expression gives a value, by its form or by the written type of the variable that it is. */
export function presenceOf(source: Source, node: Node): 'present' | 'optional' | 'unknown' {
  if (/^(New|Object|Array|ArrowFunction|Function)Expression$|^TemplateLiteral$/.test(node.type)) return 'present';
  const [start] = spanOf(node);
  const { bindings, functions } = source.unit.facts;
  const id =
    node.type === 'Identifier' ? bindings.findIndex(({ refs }) => refs.some(({ span }) => span[0] === start)) : -1;
  const type = bindings[id]?.type;
  if (type === undefined) return 'unknown';
  const isLeftOut = functions.some(({ params }) => params.some(({ binding, optional }) => binding === id && optional));
  const parts = type.t === 'union' ? type.of : [type];
  const isAbsent = (part: TypeFact) => part.t === 'prim' && part.name === 'undefined';
  if (parts.some((part) => !isAbsent(part) && !isValueType(source, part))) return 'unknown';
  return isLeftOut || parts.some(isAbsent) ? 'optional' : 'present';
}

/** Whether a type is certainly one of values alone: an alias or a type parameter may stand for an absent one. */
function isValueType(source: Source, type: TypeFact): boolean {
  if (type.t === 'prim') return /^(?:string|number|boolean|bigint|symbol|object)$/.test(type.name);
  if (type.t !== 'ref') return type.t === 'array' || type.t === 'function';
  if (type.bind === undefined)
    return /^(?:Date|Map|Set|Array|Promise|RegExp|Error|Uint8Array|AbortController)$/.test(type.name);
  const { span } = source.unit.facts.bindings[type.bind]!;
  return source.around(span).some(({ type: kind }) => /^(?:ClassDeclaration|TSInterfaceDeclaration)$/.test(kind));
}
