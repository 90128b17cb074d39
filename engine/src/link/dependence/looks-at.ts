import type { CallOp, Value } from '../../facts/format.js';
import type { Span } from '../../findings.js';
import { contains } from '../enclosing.js';
import { everyValue, type Unit } from '../unit.js';

/** Variables that stand for each other. */
const MAX_HOPS = 4;

/**
 * Whether a test looks at what is read at a place, itself or through variables. What a call has made of it, as one of its arguments,
 * is an answer to another question: `decide({ scope: known.get(name) ?? 'all' }).isAllowed`.
 */
export function looksAt(unit: Unit, test: Value, read: Span, hops = 0): boolean {
  // What an assertion asks is in the function that it calls.
  if (contains(read, test.span)) return true;
  return everyValue(test).some((part) => {
    const op = part.v === 'call' ? unit.call(part.id)?.op : undefined;
    if (op) return contains(read, op.span) || askedOf(op).some((of) => looksAt(unit, of, read, hops));
    if (part.v !== 'bind') return contains(read, part.span);
    const { init } = unit.facts.bindings[part.id]!;
    return contains(read, part.span) || (init !== undefined && hops < MAX_HOPS && looksAt(unit, init, read, hops + 1));
  });
}

/** What a call asks about: `isOld(state)` answers for itself, where `[CLOSING, CLOSED].includes(state)` only compares. */
function askedOf({ callee, args }: CallOp): readonly Value[] {
  return callee.v === 'member' && COMPARING.test(callee.name) ? [callee, ...args] : [callee];
}

const COMPARING =
  /^(?:includes|has|indexOf|lastIndexOf|startsWith|endsWith|test|equals|localeCompare|isArray|isInteger|isNaN)$/;
