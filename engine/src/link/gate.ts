import { lockAction } from './action.js';
import type { Linked } from './linked.js';
import { everyOp, type Unit } from './unit.js';

/**
 * Whether a lock serves as a gate: one task shuts it, by an acquire that nobody waits for, another one opens it, and those who come only wait until
 * it is open. Nobody is to be kept out of a section, for there is none. Looked for in one file.
 */
export function isGate(project: Linked, unit: Unit, lock: string): boolean {
  let isPassed = false;
  for (const [fn, fact] of unit.facts.functions.entries())
    for (const op of everyOp(fact.body)) {
      const action = op.op === 'call' ? lockAction(project.entities, unit, fn, op) : undefined;
      if (op.op !== 'call' || action?.ref.id !== lock) continue;
      if (action.do === 'section' || (action.do === 'acquire' && op.result !== 'discard' && op.result !== 'void'))
        return false;
      isPassed ||= action.do === 'wait';
    }
  return isPassed;
}
