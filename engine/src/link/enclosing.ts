import type { Op, TryOp } from '../facts/format.js';
import type { Span } from '../findings.js';
import { everyOp, partsOf, type Unit } from './unit.js';

/** The operations of a function that contain a place, outermost first. */
export function enclosing(unit: Unit, fn: number, span: Span): Op[] {
  const path: Op[] = [];
  let ops: readonly Op[] | undefined = unit.fn(fn).body;
  while (ops) {
    const next: Op | undefined = ops.find((op) => contains(op.span, span) && partsOf(op).length > 0);
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

/**
 * Whether a wait stands in one of the branches of its function, or where something has failed, so that the function may have
 * nothing to wait for. What comes after a test that leaves the function is no branch: it is what the function is there for; nor is
 * one of two arms that both wait.
 */
export function isOptional(unit: Unit, fn: number, span: Span): boolean {
  return enclosing(unit, fn, span).some(
    (op) =>
      branchesOf(op).some((part) => part.some((one) => contains(one.span, span))) &&
      !(op.op === 'branch' && [op.then, op.else].every((arm) => everyOp(arm).some((one) => one.op === 'await'))),
  );
}

function branchesOf(op: Op): (readonly Op[])[] {
  if (op.op === 'branch' || op.op === 'switch') return partsOf(op);
  return op.op === 'try' && op.handler ? [op.handler.body] : [];
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
