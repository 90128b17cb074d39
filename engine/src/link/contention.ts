import type { Value } from '../facts/format.js';
import type { Span } from '../findings.js';
import { ByUnit } from './by-unit.js';
import { overlap } from './cell.js';
import { cellsOf, cellsUnder } from './cells-of.js';
import { contains, functionAt } from './enclosing.js';
import type { Linked } from './linked.js';
import { accessPath } from './lock-ref.js';
import { Nest } from './nest.js';
import { isFunctionCall, type AccessStep, type Section, type Step, type SuspensionStep } from './section.js';
import { position } from './sections.js';
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
  return askedBy(project, asking, step).some((id) => cellsOf(section).isTouched(id));
}

/** Whether any other section of the lock uses the object that a wait asks. */
export function isAskedElsewhere(project: Linked, asking: Section, step: SuspensionStep): boolean {
  return askedBy(project, asking, step).some((id) => cellsUnder(asking.lock).isTouched(id, asking));
}

/** Whether any other section of the lock replaces or changes the object that a wait asks. */
export function isAskedChangedElsewhere(project: Linked, asking: Section, step: SuspensionStep): boolean {
  return askedBy(project, asking, step).some((id) => cellsUnder(asking.lock).isWritten(id, asking));
}

/** Whether another section would see something half done where a section waits. */
export function isHalfDone(project: Linked, section: Section, step: SuspensionStep, other: Section): boolean {
  return unfinishedAt(project, section, step).some((id) => cellsOf(other).isTouched(id));
}

const unfinished = new WeakMap<SuspensionStep, readonly string[]>();

/**
 * What a section is in the middle of changing when it comes to a wait: it has changed that, and changes more after the wait; or it has begun in
 * what it calls, of which no more is known.
 */
function unfinishedAt(project: Linked, section: Section, step: SuspensionStep): readonly string[] {
  let cells = unfinished.get(step);
  if (!cells) {
    const changes = section.accesses.filter(({ cell }) => cell.how === 'write');
    const goesOn = changes.some(({ op }) => op.span[1] >= step.span[1] && !contains(step.span, op.span));
    const begun = changes.filter(({ cell, op }) => op.span[1] <= step.span[0] && cell.span[1] <= step.span[0]);
    const inside = changedOnTheWay(project, step);
    cells = [...new Set([...(goesOn ? begun.map(({ cell }) => cell.id) : []), ...inside])];
    unfinished.set(step, cells);
  }
  return cells;
}

/** What the functions have changed that lead to what is waited for in the end. */
function changedOnTheWay(project: Linked, { suspension: { chain, last } }: SuspensionStep): readonly string[] {
  if (chain.length === 0) return [];
  return [...chain.slice(1), ...(last ? [last] : [])].flatMap(({ path, span }) => {
    const unit = project.program.unit(path);
    const cells = unit ? project.reach.before({ unit, fn: functionAt(unit, span) }, span) : [];
    return cells.flatMap(({ id, how }) => (how === 'write' ? [id] : []));
  });
}

/**
 * Whether another section is the counterpart of one that waits, as `mute` is of `unmute`: both look first whether there is
 * anything to do, at state that both set and this one sets after the wait. The other one must wait, or it would decide by what
 * is out of date.
 */
export function isOpposite(section: Section, step: SuspensionStep, other: Section): boolean {
  return setAfter(section, step).some(
    (id) => testedBy(other).some(({ cell }) => overlap(cell.id, id)) && cellsOf(other).isWritten(id),
  );
}

const settings = new WeakMap<SuspensionStep, readonly string[]>();

/** What a section tests before a wait, and sets after it. */
function setAfter(section: Section, step: SuspensionStep): readonly string[] {
  let cells = settings.get(step);
  if (!cells) {
    const tested = new Set(testedBy(section).flatMap(({ cell }) => (cell.span[1] <= step.span[0] ? [cell.id] : [])));
    const set = section.accesses.flatMap(({ cell }) =>
      cell.how === 'write' && cell.span[0] >= step.span[1] ? [cell.id] : [],
    );
    cells = [...tested].filter((id) => set.some((one) => overlap(one, id)));
    settings.set(step, cells);
  }
  return cells;
}

const tests = new WeakMap<Section, readonly AccessStep[]>();

/** What a section reads to decide whether to go on. */
function testedBy(section: Section): readonly AccessStep[] {
  let tested = tests.get(section);
  if (!tested) {
    const branches = section.steps.flatMap(({ op }) => (op.op === 'branch' && op.form === 'if' ? [op.test] : []));
    const all = new Nest(branches);
    tested = section.accesses.filter(({ cell }) => cell.how === 'read' && all.innermost(cell.span) !== undefined);
    tests.set(section, tested);
  }
  return tested;
}

/** Whether something is made of what a wait gives: it asks for something, and does not only tell. */
export function isResultUsed({ unit }: Section, { op, fn }: SuspensionStep): boolean {
  if (op.op !== 'await') return true;
  let results = usedResults.get(unit, fn);
  if (!results) {
    const values = everyOp(unit.fn(fn).body).flatMap((one) => valuesOf(one).flatMap(everyValue));
    results = new Set(values.flatMap(({ v, span }) => (v === 'await' ? [span[0]] : [])));
    usedResults.set(unit, fn, results);
  }
  return results.has(op.span[0]);
}

/** By function: where the awaits begin whose results are used. */
const usedResults = new ByUnit<number, ReadonlySet<number>>();

const asked = new WeakMap<SuspensionStep, readonly string[]>();

/** The objects whose methods a wait calls, where it stands and where it leads to, and the cells that the section keeps one in. */
function askedBy(project: Linked, asking: Section, step: SuspensionStep): readonly string[] {
  let objects = asked.get(step);
  if (!objects) asked.set(step, (objects = objectsAsked(project, asking, step)));
  return objects;
}

function objectsAsked(project: Linked, asking: Section, { span, suspension }: SuspensionStep): readonly string[] {
  const objects = new Set(suspension.asked === undefined ? [] : [suspension.asked]);
  for (const { op, fn } of stepsWithin(asking, span)) {
    if (op.op !== 'call' || op.callee.v !== 'member' || !contains(span, op.span)) continue;
    if (op.result !== 'await' && op.result !== 'return') continue;
    const path = accessPath(project.entities, asking.unit, fn, op.callee.of);
    if (path && path.name !== 'this') objects.add(path.id);
  }
  if (objects.size > 0) for (const [from, to] of renamings(project, asking)) if (objects.has(from)) objects.add(to);
  return [...objects];
}

/** The steps of a section that may stand within a span: they are in the order of their positions. */
function* stepsWithin({ steps }: Section, [start, end]: Span): Generator<Step> {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (position(steps[middle]!.op) < start) low = middle + 1;
    else high = middle;
  }
  for (let at = low; at < steps.length && position(steps[at]!.op) <= end; at++) yield steps[at]!;
}

const renamed = new WeakMap<Section, readonly (readonly [string, string])[]>();

/** What a section sets to be another name of which object, in source order. */
function renamings(project: Linked, section: Section): readonly (readonly [string, string])[] {
  let pairs = renamed.get(section);
  if (!pairs) {
    const path = (fn: number, value: Value) => accessPath(project.entities, section.unit, fn, value)?.id;
    pairs = section.steps.flatMap(({ op, fn }) => {
      if (op.op !== 'assign' || op.how !== 'set') return [];
      const [from, to] = [path(fn, op.value), path(fn, op.target)];
      return from !== undefined && to !== undefined ? [[from, to] as const] : [];
    });
    renamed.set(section, pairs);
  }
  return pairs;
}
