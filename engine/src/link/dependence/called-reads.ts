import type { CallOp, Op, Value } from '../../facts/format.js';
import { cellAccesses, type CellAccess } from '../cell.js';
import type { Linked } from '../linked.js';
import { accessPath } from '../lock-ref.js';
import type { Target } from '../called-function.js';
import { everyOp, everyValue, type Unit } from '../unit.js';

/** The shared state that a synchronous function of the project returns, as its caller sees it: `getState()`. */
export function returnedReads(project: Linked, target: Target, unit: Unit, fn: number, op: CallOp): CellAccess[] {
  const values = [...everyOp(target.unit.fn(target.fn).body)].flatMap((inner) =>
    inner.op === 'return' && inner.value ? [inner.value] : [],
  );
  return seenBy(project, target, unit, fn, op, values);
}

/** The shared state that a synchronous function of the project throws over, as its caller sees it: `assertOpen()`. */
export function assertedReads(project: Linked, target: Target, unit: Unit, fn: number, op: CallOp): CellAccess[] {
  const tests = [...everyOp(target.unit.fn(target.fn).body)].flatMap((inner) =>
    inner.op === 'branch' && (throws(inner.then) || throws(inner.else)) ? [inner.test] : [],
  );
  return tests.length === 0 ? [] : seenBy(project, target, unit, fn, op, tests);
}

/** Whether some path through operations throws. */
export function throws(ops: readonly Op[]): boolean {
  return [...everyOp(ops)].some((op) => op.op === 'throw');
}

/** The cells that are read in some values of a function, in the terms of a call of it. */
function seenBy(
  project: Linked,
  target: Target,
  unit: Unit,
  fn: number,
  op: CallOp,
  values: readonly Value[],
): CellAccess[] {
  const mentioned = new Set(values.flatMap((value) => [...everyValue(value)].map((part) => keyOf(part.span))));
  const found = new Map<string, CellAccess>();
  for (const inner of everyOp(target.unit.fn(target.fn).body)) {
    if ((inner.op !== 'read' && inner.op !== 'call') || !mentioned.has(keyOf(inner.span))) continue;
    for (const cell of cellAccesses(project.entities, target.unit, target.fn, inner)) {
      const seen = cell.how === 'read' ? inTermsOf(project, unit, fn, op, cell) : undefined;
      if (seen) found.set(seen.id, seen);
    }
  }
  return [...found.values()];
}

function inTermsOf(project: Linked, unit: Unit, fn: number, op: CallOp, cell: CellAccess): CellAccess | undefined {
  if (!/^this\b/.test(cell.receiver)) return { ...cell, span: op.span };
  const receiver = op.callee.v === 'member' ? accessPath(project.entities, unit, fn, op.callee.of)?.name : undefined;
  if (receiver === undefined) return undefined;
  const replaced = (text: string) => text.replace(/^this\b/, receiver === 'super' ? 'this' : receiver);
  return { ...cell, receiver: replaced(cell.receiver), name: replaced(cell.name), span: op.span };
}

function keyOf(span: readonly [number, number]): string {
  return `${span[0]}-${span[1]}`;
}
