import { lockAction } from './action.js';
import { ByUnit } from './by-unit.js';
import type { Linked } from './linked.js';
import type { Unit } from './unit.js';

/**
 * Whether a lock serves as a gate: one task shuts it, by an acquire that nobody waits for, another one opens it, and those who come only wait until
 * it is open. Nobody is to be kept out of a section, for there is none. Looked for in one file.
 */
export function isGate(project: Linked, unit: Unit, lock: string): boolean {
  let gates = gatesOf.get(unit, 'all');
  if (!gates) gatesOf.set(unit, 'all', (gates = findGates(project, unit)));
  return gates.has(lock);
}

const gatesOf = new ByUnit<'all', ReadonlySet<string>>();

function findGates(project: Linked, unit: Unit): Set<string> {
  const passed = new Set<string>();
  const entered = new Set<string>();
  for (const fn of unit.facts.functions.keys())
    for (const op of unit.callsIn(fn)) {
      const action = lockAction(project.entities, unit, fn, op);
      if (!action) continue;
      if (action.do === 'section' || (action.do === 'acquire' && op.result !== 'discard' && op.result !== 'void'))
        entered.add(action.ref.id);
      if (action.do === 'wait') passed.add(action.ref.id);
    }
  for (const lock of entered) passed.delete(lock);
  return passed;
}
