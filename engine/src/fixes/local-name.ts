import { mentions } from '../mention.js';
import type { Span } from '../findings.js';
import { contains } from '../link/enclosing.js';
import type { Unit } from '../link/unit.js';

/** A name in an expression that means something only where it stands: a variable of a function, or `this`. */
export function localName(unit: Unit, expression: Span): string | undefined {
  const local = unit.facts.bindings.find(
    ({ owner, refs }) => owner !== 0 && refs.some(({ span }) => contains(expression, span)),
  );
  return local?.name ?? ['this', 'await', 'arguments'].find((word) => mentions(unit.slice(expression), word));
}
