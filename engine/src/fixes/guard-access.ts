import { spanOf } from '../ast/node.js';
import type { Span } from '../findings.js';
import type { GuardedCell } from '../link/guarding/guarded-cells.js';
import type { Place } from '../link/guarding/places.js';
import { heldAbove } from '../link/held-above.js';
import { heldAt } from '../link/held-at.js';
import type { Linked } from '../link/linked.js';
import type { Lock } from '../link/section.js';
import type { Unit } from '../link/unit.js';
import { told, waitsIn, whyUnfitToHold } from './fit-to-hold.js';
import { madeAsync } from './made-async.js';
import { lower, type Outcome } from './outcome.js';
import { hullOf, pathWithin } from './region.js';
import { Source } from './source.js';
import { takingOf, type Taking } from './taking.js';
import { putUnder } from './under-lock.js';

/**
 * Puts what a function does to guarded state into a section of the guard, from the first of its accesses to the last: they belong together as far
 * as anybody can tell. Nobody who calls the function may have the lock already.
 * @param places - all accesses of the function, without the lock, to what the lock guards.
 */
export function guardAccessFix(
  project: Linked,
  unit: Unit,
  { lock, by }: GuardedCell,
  fn: number,
  places: readonly Place[],
): Outcome {
  const source = Source.of(project, unit);
  const { async, name } = unit.fn(fn);
  const here = `\`${name || 'this function'}\``;
  const held = whoseLockIsHeld(project, unit, lock, fn, places);
  if (held) return { refused: held };
  // What a lock is there to wait for is a promise, which may be returned as well.
  const isPromise = by === 'resource';
  const isReturned = isPromise && places.every(({ op }) => op.op === 'call' && op.result === 'return');
  const change = async || isReturned ? [] : by === 'declared' ? madeAsync(project, unit, fn) : undefined;
  if (!change) return { refused: `${here} is not \`async\`, and whoever calls it goes on at once` };
  if (typeof change === 'string') return { refused: change };
  const taking = takingOf(
    project,
    source,
    lock,
    fn,
    places.every(({ cell }) => cell.how === 'read'),
  );
  if ('refused' in taking) return taking;
  const foreign = ofAnother(unit, places, taking);
  if (foreign) return { refused: `\`${foreign}\` is of another object, which has a \`${lock.ref.name}\` of its own` };
  const spans = places.map(({ op }) => op.span);
  const hull = withLoop(source, fn, hullOf(spans));
  const isAsync = async || change.length > 0;
  const guarded = putUnder({ source, fn, isAsync, hull, waitedFor: isPromise ? spans : [], isReturned }, taking);
  if ('refused' in guarded) return guarded;
  const { span } = guarded;
  const unfit = whyUnfitToHold(project, { unit, fn, span }, lock.ref, (op) => heldAt(project, unit, op).length > 0);
  if (unfit) return { refused: unfit };
  const waits = told(unit, waitsIn({ unit, fn, span }));
  const also = waits ? `, and ${waits} must not need it` : '';
  return lower(
    { title: `Take \`${lock.ref.name}\` here`, tier: 'safe', edits: [...guarded.edits, ...change] },
    'unsafe',
    change.length > 0
      ? `${here} is \`async\` then: whoever calls it without waiting goes on before it is done, and must not hold \`${lock.ref.name}\`${also}`
      : `${here} now waits for \`${lock.ref.name}\`: whoever calls it must not hold that already${also}`,
  );
}

/** A place with the loop around it that waits for nothing: a section for each round would let others in between two of them. */
function withLoop(source: Source, fn: number, place: Span): Span {
  const loops = pathWithin(source, fn, place)
    .filter(({ type }) => /^(For|While|DoWhile)/.test(type))
    .map(spanOf);
  return loops.find((span) => waitsIn({ unit: source.unit, fn, span }).length === 0) ?? place;
}

/** Why one more lock cannot be waited for here: a caller has it, or a lock is held under which it would come to be waited for. */
function whoseLockIsHeld(
  project: Linked,
  unit: Unit,
  { id, ref }: Lock,
  fn: number,
  places: readonly Place[],
): string | undefined {
  const above = heldAbove(project, unit, fn);
  const holder = above.find(({ hold }) => hold.ref.id === id);
  if (holder) return `\`${holder.unit.fn(holder.fn).symbol}\` holds \`${ref.name}\` already when it comes here`;
  const other = places.flatMap(({ op }) => heldAt(project, unit, op))[0] ?? above[0]?.hold;
  return other && `\`${other.ref.name}\` is held here: two tasks that take the two locks could deadlock`;
}

/** What is accessed, where it is not of the object whose lock the code would take. */
function ofAnother(unit: Unit, places: readonly Place[], taking: Taking): string | undefined {
  const isOwn = /\bthis\b/.test(taking.form === 'callback' ? taking.head : taking.acquire);
  const foreign = places.find(({ cell, op, through }) => {
    if (through === undefined) return !/^this\b/.test(cell.name);
    return op.op === 'call' && op.callee.v === 'member' && op.callee.of.v !== 'this';
  });
  return isOwn && foreign ? unit.slice(foreign.cell.span) : undefined;
}
