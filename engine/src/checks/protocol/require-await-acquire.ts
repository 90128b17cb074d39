/**
 * Reports an acquire whose promise nobody waits for: the section runs whether or not the lock was granted, and what
 * releases it is lost. Silent for `lock().then(…)`, for a promise that is stored and awaited later, for locks that are
 * taken synchronously, for a lock that was made in the same segment (it is free, and granted at once), and for one that is
 * a gate. Silent for `void keepOut()`, a function of the project that locks other processes out for as long as this one
 * lives, and in tests, which leave a lock taken on purpose.
 */
import { addAwaitFix } from '../../fixes/add-await.js';
import type { CallOp } from '../../facts/format.js';
import type { Linked } from '../../link/linked.js';
import { lockAction } from '../../link/action.js';
import { ByUnit } from '../../link/by-unit.js';
import { accessPath, type LockRef } from '../../link/lock-ref.js';
import { isGate } from '../../link/gate.js';
import { shorten } from '../../link/suspension.js';
import { isTest } from '../../link/test-file.js';
import { everyOp, type Unit } from '../../link/unit.js';
import { countWhile } from '../../ordered.js';
import type { Check } from '../check.js';

export const requireAwaitAcquire: Check = {
  name: 'require-await-acquire',
  summary: 'The promise of an acquire must be waited for.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run({ project, unit, report }) {
    if (isTest(unit.path)) return;
    for (const trace of project.traces(unit)) {
      for (const { op, ref, fn } of trace.unawaited) {
        if (ref.model.enqueue === 'sync' && isJustMade(project, unit, fn, op)) continue;
        if (isGate(project, unit, ref.id) || isForLife(project, unit, fn, op, ref)) continue;
        const call = shorten(unit.slice(op.span));
        report({
          span: op.span,
          message: `\`${call}\` is not awaited: the code after it runs before \`${ref.name}\` is granted, and the lock is taken later with nobody to release it. Await it.`,
          fix: () => addAwaitFix(project, unit, op.span, 'the code after it now waits for the lock'),
        });
      }
    }
  },
};

/** `void keepOut()`: meant to run on, and to hold what it takes from other processes until this one ends. */
function isForLife(project: Linked, unit: Unit, fn: number, op: CallOp, { model }: LockRef): boolean {
  return op.result === 'void' && model.scope !== 'agent' && lockAction(project.entities, unit, fn, op) === undefined;
}

/** `this.queue = new Queue(); void this.queue.wait();`, with no suspension between the two. */
function isJustMade(project: Linked, unit: Unit, fn: number, { callee, span }: CallOp): boolean {
  const path = callee.v === 'member' ? accessPath(project.entities, unit, fn, callee.of)?.id : undefined;
  const { made, awaits } = makingsOf(project, unit, fn);
  const last = path === undefined ? undefined : lastUpTo(made.get(path) ?? [], span[0]);
  return last !== undefined && last >= (lastUpTo(awaits, span[0]) ?? 0);
}

/** Where a function has made what it then keeps, by the path that it is kept at, and where it has waited: offsets of the ends, ascending. */
interface Makings {
  readonly made: ReadonlyMap<string, readonly number[]>;
  readonly awaits: readonly number[];
}

const makings = new ByUnit<number, Makings>();

function makingsOf(project: Linked, unit: Unit, fn: number): Makings {
  let known = makings.get(unit, fn);
  if (!known) makings.set(unit, fn, (known = findMakings(project, unit, fn)));
  return known;
}

function findMakings(project: Linked, unit: Unit, fn: number): Makings {
  const made = new Map<string, number[]>();
  const awaits: number[] = [];
  for (const op of [...everyOp(unit.fn(fn).body)].sort((one, other) => one.span[1] - other.span[1])) {
    if (op.op === 'await') awaits.push(op.span[1]);
    if (op.op !== 'assign' || op.value.v !== 'call' || unit.call(op.value.id)?.op.isNew !== true) continue;
    const path = accessPath(project.entities, unit, fn, op.target)?.id;
    if (path === undefined) continue;
    const ends = made.get(path);
    if (ends) ends.push(op.span[1]);
    else made.set(path, [op.span[1]]);
  }
  return { made, awaits };
}

/** The last of ascending offsets that is not beyond one. */
function lastUpTo(offsets: readonly number[], limit: number): number | undefined {
  return offsets[countWhile(offsets, (offset) => offset <= limit) - 1];
}
