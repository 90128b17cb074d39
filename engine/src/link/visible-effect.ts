import type { CallOp, Op, Value } from '../facts/format.js';
import type { Span } from '../findings.js';
import { leavesNoTrace } from '../models/callbacks.js';
import { lockAction } from './action.js';
import { calleeNames } from './callee.js';
import { cellAccesses } from './cell.js';
import { contains } from './enclosing.js';
import type { Linked } from './linked.js';
import { settlesPromise } from './new-promise.js';
import { nested } from './nested.js';
import { shorten } from './suspension.js';
import { everyOp, type Unit } from './unit.js';

/** A stretch of a function, with the functions that are written in it. */
export interface Stretch {
  readonly unit: Unit;
  readonly fn: number;
  readonly span: Span;
}

const MAX_CALLS = 4;

/**
 * The first thing in a stretch of code that others could tell when it happens, as a clause: it touches state that is not its
 * own, takes a lock, or calls what is not known. Undefined when it is proven to do no more than compute, wait for time and
 * read files: then nobody can tell whether it ran before or after something else.
 * @param own - what does not count, for it is judged otherwise.
 */
export function visibleEffect(
  project: Linked,
  stretch: Stretch,
  own: (op: Op, fn: number) => boolean = () => false,
): string | undefined {
  return firstEffect(project, stretch, own, 0);
}

function firstEffect(
  project: Linked,
  { unit, fn, span }: Stretch,
  own: (op: Op, fn: number) => boolean,
  depth: number,
): string | undefined {
  for (const id of [fn, ...nested(unit, fn)]) {
    for (const op of everyOp(unit.fn(id).body)) {
      if (!contains(span, op.span) || own(op, id)) continue;
      const [cell] = cellAccesses(project.entities, unit, id, op);
      if (cell) return `${cell.how}s \`${cell.name}\``;
      if (op.op === 'assign' && changesAnother(project, unit, id, op.target))
        return `writes \`${unit.slice(op.target.span)}\``;
      const effect = op.op === 'call' ? effectOfCall(project, unit, id, op, depth) : undefined;
      if (effect) return effect;
    }
  }
  return undefined;
}

function effectOfCall(project: Linked, unit: Unit, fn: number, op: CallOp, depth: number): string | undefined {
  const call = `\`${shorten(unit.slice(op.span))}\``;
  const action = lockAction(project.entities, unit, fn, op);
  if (action) return `uses \`${action.ref.name}\``;
  const target = project.summaries.target(unit, fn, op);
  if (target) {
    const stretch = { ...target, span: target.unit.fn(target.fn).span };
    return depth < MAX_CALLS
      ? firstEffect(project, stretch, () => false, depth + 1)
      : `calls ${call}, which calls others`;
  }
  if (isSettling(unit, op) || isTraceless(project, unit, fn, op)) return undefined;
  return `calls ${call}, of which others may notice when it happens`;
}

/** Whether what is written is a part of something that the code did not make itself: others may hold it, too. */
function changesAnother(project: Linked, unit: Unit, fn: number, target: Value): boolean {
  let root = target;
  while (root.v === 'member' || root.v === 'index') root = root.of;
  return root !== target && !isOwnData(project, unit, fn, root);
}

function isTraceless(project: Linked, unit: Unit, fn: number, op: CallOp): boolean {
  if (calleeNames(project.entities, unit, fn, op).some(leavesNoTrace)) return true;
  return op.callee.v === 'member' && isOwnData(project, unit, fn, op.callee.of);
}

/** Whether a value is plain data that the code has made for itself: what it does to that, nobody else sees. */
function isOwnData(project: Linked, unit: Unit, fn: number, value: Value): boolean {
  switch (value.v) {
    case 'lit':
    case 'array':
      return true;
    case 'mix':
      return value.op === 'template' || /^[-+*/%]$/.test(value.op);
    case 'await':
      return isOwnData(project, unit, fn, value.of);
    case 'call': {
      const found = unit.call(value.id);
      return found !== undefined && isTraceless(project, unit, found.fn, found.op);
    }
    case 'bind': {
      const { init, type, writes, owner } = unit.facts.bindings[value.id]!;
      if (type?.t === 'prim') return type.name === 'string' || type.name === 'number';
      return init !== undefined && writes === 0 && isOwnData(project, unit, owner, init);
    }
    default:
      return false;
  }
}

/** `resolve` of `new Promise((resolve) => …)`: whoever waits for it is the code that made the promise. */
function isSettling(unit: Unit, { callee }: CallOp): boolean {
  return callee.v === 'bind' && settlesPromise(unit, callee.id);
}
