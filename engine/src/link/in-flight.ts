import type { AssignOp, Op, Value } from '../facts/format.js';
import { ByUnit } from './by-unit.js';
import { calleeNames } from './callee.js';
import type { Linked } from './linked.js';
import { accessPath } from './lock-ref.js';
import type { Target } from './called-function.js';
import { everyOp, everyValue, type Unit } from './unit.js';
import { isWaitedFor } from './waiting.js';

/**
 * Work that waits for its own promise. Who comes while work is under way joins it by the promise that a variable or field
 * keeps (`if (loading) await loading`), so that promise is a lock, held by the work until it is done.
 */
export interface SelfWait {
  /** Where the promise of the work is kept. */
  readonly kept: AssignOp;
  /** What waits for it in the work: the wait itself, or the call of a function that does. */
  readonly site: Op;
  /** The wait, where a call leads to it. */
  readonly wait?: Op;
  /** Something else may settle the promise before the work is done: `Promise.race`. */
  readonly bounded: boolean;
}

/** Every place in a file at which work waits for its own promise. */
export function selfWaits(project: Linked, unit: Unit): readonly SelfWait[] {
  return unit.facts.functions.flatMap((fact, fn) => {
    if (fact.kind === 'module' || fact.kind === 'fields') return [];
    return everyOp(fact.body).flatMap((kept) => {
      if (kept.op !== 'assign' || kept.how !== 'set' || !outlives(unit, fn, kept.target)) return [];
      return workOf(project, unit, fn, kept.value).flatMap((work) => waitsIn(project, unit, fn, kept, work));
    });
  });
}

/** Only what other calls find there can be joined: a field, or a variable of an enclosing function or the module. */
function outlives(unit: Unit, fn: number, target: Value): boolean {
  if (target.v === 'member') return target.of.v === 'this';
  return target.v === 'bind' && unit.facts.bindings[target.id]!.owner !== fn;
}

interface Work {
  readonly fn: number;
  readonly bounded: boolean;
}

/** The functions of the file whose end settles a promise. */
function workOf(project: Linked, unit: Unit, fn: number, value: Value, bounded = false, hops = 0): readonly Work[] {
  if (hops > 6) return [];
  const inner = (part: Value, isBounded = bounded) => workOf(project, unit, fn, part, isBounded, hops + 1);
  if (value.v === 'array' || value.v === 'choice') {
    return (value.v === 'array' ? value.items : value.of).flatMap((part) => inner(part));
  }
  if (value.v === 'bind') {
    const { init, kind } = unit.facts.bindings[value.id]!;
    return kind === 'const' && init ? inner(init) : [];
  }
  const op = value.v === 'call' ? unit.call(value.id)?.op : undefined;
  if (!op || op.isNew) return [];
  if (op.callee.v === 'fn') return [{ fn: op.callee.id, bounded }];
  const names = calleeNames(project.entities, unit, fn, op);
  if (names.some((name) => /^Promise\.(?:race|any)$/.test(name))) return op.args.flatMap((part) => inner(part, true));
  if (names.some((name) => /^Promise\.(?:all|allSettled)$/.test(name))) return op.args.flatMap((part) => inner(part));
  if (op.callee.v === 'member' && /^(?:then|catch|finally)$/.test(op.callee.name)) return inner(op.callee.of);
  const target = project.summaries.target(unit, fn, op);
  return target?.unit === unit ? [{ fn: target.fn, bounded }] : [];
}

function waitsIn(project: Linked, unit: Unit, fn: number, kept: AssignOp, { fn: work, bounded }: Work): SelfWait[] {
  const path = identity(project, unit, fn, kept.target);
  const ops = everyOp(unit.fn(work).body);
  const first = ops.find((op) => op.op === 'await');
  if (path === undefined || !first) return [];
  const isReset = (at: Op) =>
    ops.some(
      (op) => op.op === 'assign' && op.span[1] <= at.span[0] && identity(project, unit, work, op.target) === path,
    );
  return ops.flatMap((site): SelfWait[] => {
    // Up to its first wait the work runs before its promise is kept.
    if (site === first || site.span[0] < first.span[1]) return [];
    if (joins(project, unit, work, site, path)) return isReset(site) ? [] : [{ kept, site, bounded }];
    if (site.op !== 'call' || !isWaitedFor(unit, site)) return [];
    const target = project.summaries.target(unit, work, site);
    const wait = target?.unit === unit ? joinOf(project, target, path) : undefined;
    return wait && !isReset(site) ? [{ kept, site, wait, bounded }] : [];
  });
}

/** Whether an operation waits for what is kept at a path, or gives it to be waited for. */
function joins(project: Linked, unit: Unit, fn: number, op: Op, path: string): boolean {
  const of = op.op === 'await' ? op.of : op.op === 'return' ? op.value : undefined;
  return of !== undefined && [...everyValue(of)].some((part) => identity(project, unit, fn, part) === path);
}

/** A field of one object is not that of another: `this.ready` in a factory's `made.ready`. */
function identity(project: Linked, unit: Unit, fn: number, value: Value): string | undefined {
  const path = accessPath(project.entities, unit, fn, value);
  return path && `${path.id} ${path.receiver}`;
}

const known = new ByUnit<string, Op | undefined>();

/** Where a function joins what is kept at a path before it does anything else that takes time. */
function joinOf(project: Linked, { unit, fn }: Target, path: string): Op | undefined {
  const key = `${fn} ${path}`;
  if (!known.has(unit, key)) {
    const first = everyOp(unit.fn(fn).body).find((op) => op.op === 'await' || op.op === 'return');
    known.set(unit, key, first && joins(project, unit, fn, first, path) ? first : undefined);
  }
  return known.get(unit, key);
}
