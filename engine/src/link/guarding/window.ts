import type { Op } from '../../facts/format.js';
import type { Place, Span } from '../../findings.js';
import { cellAccesses, overlap } from '../cell.js';
import type { Linked } from '../linked.js';
import type { Section, SuspensionStep } from '../section.js';
import type { Target } from '../called-function.js';
import { everyOp, type Unit } from '../unit.js';
import { partings } from './moments.js';

/** Where a section suspends after one access to a cell and before another: who looks there without the lock sees it half-way. */
export function windowOf(project: Linked, section: Section, id: string): Place[] {
  const accesses = section.accesses.filter(({ cell }) => overlap(cell.id, id));
  const segments = accesses.map(({ segment }) => segment);
  const first = Math.min(...segments);
  const last = Math.max(...segments);
  return section.suspensions
    .filter((step, index) => {
      if (index < first) return false;
      if (index < last) return true;
      const target = awaitedCall(project, section.unit, step);
      if (!target) return false;
      const before = accesses.some(({ op }) => op.span[1] <= step.span[0]);
      const touched = touchesOf(project, target, id);
      return touched.partings.length > 0 || (before && touched.isLate);
    })
    .map(({ span }) => ({ path: section.unit.path, span }));
}

function awaitedCall(project: Linked, unit: Unit, { op, fn }: SuspensionStep): Target | undefined {
  const call = op.op === 'await' && op.of?.v === 'call' ? unit.call(op.of.id) : undefined;
  return call && project.suspensions.called(unit, fn, call.op);
}

/** How a function touches a cell: where it suspends between two touches, and whether it does so after it has suspended at all. */
export function touchesOf(
  project: Linked,
  { unit, fn }: Target,
  id: string,
): { readonly partings: readonly Span[]; readonly isLate: boolean } {
  const ops = [...everyOp(unit.fn(fn).body)];
  const touches = ops.filter((op) => touchesCell(project, unit, fn, op, id)).map(({ span }) => span);
  const start = ops.find((op) => op.op === 'await')?.span[0] ?? Infinity;
  return {
    partings: touches.length > 0 ? partings(unit, fn, touches) : [],
    isLate: touches.some((span) => span[0] > start),
  };
}

function touchesCell(project: Linked, unit: Unit, fn: number, op: Op, id: string): boolean {
  if (cellAccesses(project.entities, unit, fn, op).some((cell) => overlap(cell.id, id))) return true;
  const target = op.op === 'call' ? project.suspensions.called(unit, fn, op) : undefined;
  return target !== undefined && project.reach.of(target).some((cell) => overlap(cell.id, id));
}
