import type { Value } from '../../facts/format.js';
import { overlap, type CellAccess } from '../cell.js';
import { contains } from '../enclosing.js';
import type { Linked } from '../linked.js';
import { isNothing, nullComparison } from '../nothing.js';
import type { Unit } from '../unit.js';
import type { Guard } from './knowledge.js';
import { writesIn, type Race } from './races.js';

/**
 * Whether a test asserts that something is there which is set and never cleared, such as what `init()` makes: whoever has seen it there finds
 * it there under the lock as well.
 * @param isProof whether it has to be evident from each value that is written, and not only that none of them is seen to be nothing
 */
export function staysThere(project: Linked, { guard, read }: Race, isProof: boolean): boolean {
  if (!guard || read.op.op !== 'read' || !asksForPresence(guard, read.op.span)) return false;
  const { id } = read.cell;
  return project.units.every((unit) =>
    writesIn(project, unit).every(
      ({ cell }) => !overlap(cell.id, id) || (cell.id === id && !mayClear(unit, cell, isProof)),
    ),
  );
}

function asksForPresence({ test, outcome }: Pick<Guard, 'test' | 'outcome'>, read: Value['span']): boolean {
  if (!contains(test.span, read)) return false;
  if (test.v === 'choice' && test.op !== '?:')
    // Both parts of `a && b` are true, and both of `a || b` false.
    return (
      (test.op === '&&') === outcome &&
      test.op !== '??' &&
      test.of.some((part) => asksForPresence({ test: part, outcome }, read))
    );
  if (test.v !== 'mix') return outcome && contains(read, test.span);
  if (test.op === '!') return asksForPresence({ test: test.of[0]!, outcome: !outcome }, read);
  const compared = nullComparison(test);
  return compared !== undefined && compared.equal !== outcome;
}

/** What is written may be nothing, as far as is told there. A method that changes the object leaves it where it is. */
function mayClear(unit: Unit, { value }: CellAccess, isProof: boolean): boolean {
  return value !== undefined && (canBeNothing(value) || (isProof && !isMade(unit, value)));

  function canBeNothing(one: Value): boolean {
    // `count - 1` may come to nothing too.
    if (isNothing(one) || one.v === 'mix' || (one.v === 'lit' && !one.value)) return true;
    if (one.v === 'choice') return (one.op === '?:' ? one.of.slice(1) : one.of.slice(-1)).some(canBeNothing);
    if (one.v !== 'bind') return false;
    const { type } = unit.facts.bindings[one.id]!;
    return type?.t === 'union' && type.of.some((part) => part.t === 'prim' && /^(?:null|undefined)$/.test(part.name));
  }
}

/** A value that is something by the way it is written. */
function isMade(unit: Unit, value: Value): boolean {
  if (value.v === 'call') return unit.call(value.id)?.op.isNew === true;
  return /^(?:object|array|fn|lit)$/.test(value.v);
}
