import type { Op, TryOp } from '../facts/format.js';
import type { Span } from '../findings.js';
import { partsOf, type Unit } from './unit.js';

/** The operations of a function that contain a place, outermost first. */
export function enclosing(unit: Unit, fn: number, span: Span): Op[] {
  const path: Op[] = [];
  let ops: readonly Op[] | undefined = unit.fn(fn).body;
  while (ops) {
    const next: Op | undefined = ops.find((op) => partsOf(op).length > 0 && contains(op.span, span));
    if (!next) break;
    path.push(next);
    ops = partsOf(next).flat();
  }
  return path;
}

/** The innermost `finally` or `catch` that contains a place, with its statement. */
export function cleanupAround(unit: Unit, fn: number, span: Span): { op: TryOp; region: Span } | undefined {
  for (const op of enclosing(unit, fn, span).reverse()) {
    if (op.op !== 'try') continue;
    for (const region of [op.finalizer?.span, op.handler?.span])
      if (region && contains(region, span)) return { op, region };
  }
  return undefined;
}

export function contains(outer: Span, inner: Span): boolean {
  return outer[0] <= inner[0] && inner[1] <= outer[1];
}

/** The innermost function whose body contains a place. */
export function functionAt(unit: Unit, span: Span): number {
  let found = 0;
  unit.facts.functions.forEach((fact, fn) => {
    if (fact.kind !== 'fields' && contains(fact.span, span) && contains(unit.fn(found).span, fact.span)) found = fn;
  });
  return found;
}
