import type { FileFacts, FunctionFact, Op, TryOp } from '../facts/format.js';
import type { Span } from '../findings.js';
import { Nest } from './nest.js';
import { everyOp, partsOf, type Unit } from './unit.js';

/** The operations of a function that contain a place, outermost first. */
export function enclosing(unit: Unit, fn: number, span: Span): Op[] {
  const path: Op[] = [];
  const { body } = unit.fn(fn);
  for (let next = around(body, [body], span); next; next = around(next, partsOf(next), span)) path.push(next);
  return path;
}

/** The operation with parts, among those that stand on one level of a whole, that contains a place. */
function around(whole: object, parts: readonly (readonly Op[])[], span: Span): Op | undefined {
  let nest = levels.get(whole);
  if (!nest)
    levels.set(
      whole,
      (nest = new Nest(
        parts
          .flat()
          .filter((op) => partsOf(op).length > 0)
          .reverse(),
      )),
    );
  return nest.innermost(span);
}

const levels = new WeakMap<object, Nest<Op>>();

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

/** The enclosing path of a place, such as `Class.method`. */
export function symbolAt({ facts }: Unit, span: Span): string {
  return everyFunction(facts).innermost(span)?.symbol ?? '';
}

/** The functions of a file that contain a place, the innermost first. */
export function* functionsAround({ facts }: Unit, span: Span): Generator<number> {
  for (const { fn } of everyFunction(facts).containing(span)) yield fn;
}

function everyFunction(facts: FileFacts): Nest<Numbered> {
  let nest = everyFunctionOf.get(facts);
  if (!nest) {
    nest = new Nest(facts.functions.map(({ span, symbol }, fn) => ({ fn, span, symbol })));
    everyFunctionOf.set(facts, nest);
  }
  return nest;
}

interface Numbered extends Pick<FunctionFact, 'span' | 'symbol'> {
  readonly fn: number;
}

const everyFunctionOf = new WeakMap<FileFacts, Nest<Numbered>>();

/** The innermost function whose body contains a place. */
export function functionAt({ facts }: Unit, span: Span): number {
  let nest = functionsOf.get(facts);
  if (!nest) {
    const functions = facts.functions.map((fact, fn) => ({ fn, kind: fact.kind, span: fact.span }));
    functionsOf.set(facts, (nest = new Nest(functions.filter(({ kind }) => kind !== 'fields'))));
  }
  return nest.innermost(span)?.fn ?? 0;
}

const functionsOf = new WeakMap<FileFacts, Nest<{ readonly fn: number; readonly span: Span }>>();
