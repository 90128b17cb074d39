import { overlap, type CellAccess } from './cell.js';
import { contains, functionAt } from './enclosing.js';
import type { Linked } from './linked.js';
import { accessPath } from './lock-ref.js';
import { isFunctionCall, type AccessStep, type Section, type SuspensionStep } from './section.js';
import { returnsSettled } from './settled.js';
import { everyOp, everyValue, valuesOf } from './unit.js';

/** Whether a section is over within a tick or two: nothing in it waits for anything that takes time. */
export function isBrief(project: Linked, section: Section): boolean {
  const { unit, form, hold, callback, waits } = section;
  if (hold.resumes || waits.some(({ suspension }) => suspension.kind !== 'microtask')) return false;
  if (hold.loose) return true;
  if (!isFunctionCall(section)) return form === 'manual' || form === 'using';
  if (waitsInHelper(project, section)) return false;
  return callback !== undefined && returnsSettled(project, unit, callback);
}

/** The helper that takes the lock and runs the callback has waits of its own under it: the callback is the least of its section. */
function waitsInHelper(project: Linked, { unit, fn, acquire, ref, through }: Section): boolean {
  const helper = through ? project.summaries.target(unit, fn, acquire) : undefined;
  if (!helper) return false;
  return project
    .sections(helper.unit)
    .some(
      (section) =>
        section.fn === helper.fn &&
        section.ref.id === ref.id &&
        section.waits.some(
          ({ suspension: { kind } }) => kind !== 'microtask' && kind !== 'callback' && kind !== 'lock',
        ),
    );
}

/** Whether a section uses the object that a wait of another one asks: then that object may be what their lock protects. */
export function usesAsked(project: Linked, section: Section, asking: Section, step: SuspensionStep): boolean {
  return accessesOfAsked(project, section, asking, step).length > 0;
}

/** Whether a section replaces or changes the object that a wait of another one asks. */
export function changesAsked(project: Linked, section: Section, asking: Section, step: SuspensionStep): boolean {
  return accessesOfAsked(project, section, asking, step).some(({ cell }) => cell.how === 'write');
}

/**
 * Whether a section is in the middle of a change when it comes to a wait, and another one would see it half done: it has changed
 * what the other one touches, and changes more after the wait; or it has begun in what it calls, of which no more is known.
 */
export function isHalfDone(project: Linked, section: Section, step: SuspensionStep, other: Section): boolean {
  const { chain, last } = step.suspension;
  const touches = ({ id }: Pick<CellAccess, 'id'>) => other.accesses.some(({ cell }) => overlap(cell.id, id));
  const changes = section.accesses.filter(({ cell }) => cell.how === 'write');
  const isBegun = changes.some(
    ({ cell, op }) => op.span[1] <= step.span[0] && cell.span[1] <= step.span[0] && touches(cell),
  );
  const goesOn = changes.some(({ op }) => op.span[1] >= step.span[1] && !contains(step.span, op.span));
  const inside = [...chain.slice(1), ...(last ? [last] : [])].flatMap(({ path, span }) => {
    const unit = project.program.unit(path);
    return unit && chain.length > 0 ? project.reach.before({ unit, fn: functionAt(unit, span) }, span) : [];
  });
  return (isBegun && goesOn) || inside.some((cell) => cell.how === 'write' && touches(cell));
}

/**
 * Whether another section is the counterpart of one that waits, as `mute` is of `unmute`: both look first whether there is
 * anything to do, at state that both set and this one sets after the wait. The other one must wait, or it would decide by what
 * is out of date.
 */
export function isOpposite(section: Section, step: SuspensionStep, other: Section): boolean {
  const isSetAfter = ({ cell }: AccessStep) => cell.how === 'write' && cell.span[0] >= step.span[1];
  const tested = testedBy(section).filter(({ cell }) => cell.span[1] <= step.span[0]);
  return tested.some(({ cell: { id } }) => {
    const isSame = ({ cell }: AccessStep) => overlap(cell.id, id);
    return (
      section.accesses.some((access) => isSetAfter(access) && isSame(access)) &&
      testedBy(other).some(isSame) &&
      other.accesses.some((access) => access.cell.how === 'write' && isSame(access))
    );
  });
}

/** What a section reads to decide whether to go on. */
function testedBy({ steps, accesses }: Section): readonly AccessStep[] {
  const tests = steps.flatMap(({ op }) => (op.op === 'branch' && op.form === 'if' ? [op.test.span] : []));
  return accesses.filter(({ cell }) => cell.how === 'read' && tests.some((test) => contains(test, cell.span)));
}

/** Whether something is made of what a wait gives: it asks for something, and does not only tell. */
export function isResultUsed({ unit }: Section, { op, fn }: SuspensionStep): boolean {
  if (op.op !== 'await') return true;
  return [...everyOp(unit.fn(fn).body)].some((other) =>
    valuesOf(other).some((value) =>
      [...everyValue(value)].some(({ v, span }) => v === 'await' && span[0] === op.span[0]),
    ),
  );
}

function accessesOfAsked(project: Linked, { accesses }: Section, asking: Section, step: SuspensionStep): AccessStep[] {
  const asked = askedBy(project, asking, step);
  return accesses.filter(({ cell }) => asked.some((id) => overlap(cell.id, id)));
}

/** The objects whose methods a wait calls, where it stands and where it leads to, and the cells that the section keeps one in. */
function askedBy(project: Linked, { steps, unit }: Section, { span, suspension }: SuspensionStep): readonly string[] {
  const asked = new Set(suspension.asked === undefined ? [] : [suspension.asked]);
  for (const { op, fn } of steps) {
    if (op.op !== 'call' || op.callee.v !== 'member' || op.span[0] < span[0] || span[1] < op.span[1]) continue;
    if (op.result !== 'await' && op.result !== 'return') continue;
    const path = accessPath(project.entities, unit, fn, op.callee.of);
    if (path && path.name !== 'this') asked.add(path.id);
  }
  for (const { op, fn } of steps) {
    if (op.op !== 'assign' || op.how !== 'set') continue;
    const [from, to] = [op.value, op.target].map((value) => accessPath(project.entities, unit, fn, value));
    if (from && to && asked.has(from.id)) asked.add(to.id);
  }
  return [...asked];
}
