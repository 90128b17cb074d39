import type { Node } from '../../ast/node.js';
import { Binder, visitBelow } from './binder.js';
import type { Scope, Variable } from './scope.js';
import { visitValue } from './values.js';

export { TYPE, type Reference, type Scope, type Variable } from './scope.js';

/** The scopes of a program in the order in which they begin, and what each identifier in it declares or means. */
export interface Scopes {
  readonly scopes: readonly Scope[];
  readonly variableOf: ReadonlyMap<Node, Variable>;
}

/** Finds out what each name of a module means, types and values apart. */
export function scopesOf(program: Node): Scopes {
  const binder = new Binder();
  binder.within('module', program, () => visitBelow(binder, program, visitValue));
  return binder;
}
