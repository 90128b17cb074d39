import type { BranchOp } from '../facts/format.js';
import { neverThrows } from './callee.js';
import { contains } from './enclosing.js';
import type { Linked } from './linked.js';
import type { AccessStep, Section, Step } from './section.js';

/** A section that is nothing but one test and what follows when it holds. */
export interface SoleBranch {
  readonly branch: BranchOp;
  /** What the test reads of shared state. */
  readonly tested: readonly AccessStep[];
}

/** The `if` without `else` that a section consists of, its test a pure one over shared state; undefined for any other section. */
export function soleBranch(project: Linked, section: Section): SoleBranch | undefined {
  const own = section.callback ?? section.fn;
  const branches = section.steps.filter((step) => step.fn === own && step.op.op === 'branch' && step.op.form === 'if');
  const outermost = branches.find((step) => branches.every((other) => contains(step.op.span, other.op.span)));
  const branch = outermost?.op;
  if (branch?.op !== 'branch' || branch.else.length > 0 || !isWhole(section, branch)) return undefined;
  const inTest = (step: Step) => contains(branch.test.span, step.op.span);
  const tested = section.accesses.filter(inTest);
  if (tested.length === 0 || tested.some((access) => access.cell.how === 'write')) return undefined;
  return section.steps.filter(inTest).every((step) => isPure(project, section, step)) ? { branch, tested } : undefined;
}

/** Whether everything that a section does lies in the branch, its release apart. */
function isWhole(section: Section, branch: BranchOp): boolean {
  const released = section.trace.releases
    .filter((release) => release.hold === section.hold)
    .map((release) => release.span);
  return section.steps.every(({ op }) => {
    if (op.op === 'try' || op.op === 'block' || contains(branch.span, op.span) || op === branch) return true;
    if (op.op === 'assign' && op.how === 'declare') return contains(op.span, section.acquire.span);
    if (op.op === 'read')
      return released.some((span) => contains(span, op.span)) || contains(section.acquire.span, op.span);
    return op.op === 'call' && released.some((span) => contains(span, op.span));
  });
}

const READING = /^(?:get|has|size|at|includes|indexOf|some|every|startsWith|endsWith)$/;

function isPure(project: Linked, section: Section, { op, fn }: Step): boolean {
  if (op.op === 'read' || op.op === 'branch') return true;
  if (op.op !== 'call' || op.isNew) return false;
  if (op.callee.v === 'member' && READING.test(op.callee.name)) return true;
  return neverThrows(project.entities, section.unit, fn, op);
}
