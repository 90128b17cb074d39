import { callersOf } from './callers.js';
import { rootOf } from './dependence/flows.js';
import { heldAt } from './held-at.js';
import type { Linked } from './linked.js';
import type { Hold } from './state.js';
import type { Unit } from './unit.js';
import { callsOf } from './use.js';

/** A lock that is held where a function is called or handed on, and the function that holds it. */
export interface HeldAbove {
  readonly hold: Hold;
  readonly unit: Unit;
  readonly fn: number;
}

/** The locks that some caller of a function holds, however far up, as far as callers are known; the nearest first. */
export function heldAbove(project: Linked, unit: Unit, fn: number): readonly HeldAbove[] {
  const found: HeldAbove[] = [];
  const seen = new Set<string>();
  const open = [{ unit, fn }];
  for (let next = open.shift(); next; next = open.shift()) {
    const key = `${next.unit.path}\0${next.fn}`;
    if (seen.has(key)) continue;
    seen.add(key);
    for (const caller of sitesOf(project, next.unit, next.fn)) {
      const root = rootOf(project, caller.unit, caller.fn);
      for (const hold of heldAt(project, caller.unit, caller.op)) found.push({ hold, unit: caller.unit, fn: root });
      open.push({ unit: caller.unit, fn: root });
    }
  }
  return found;
}

/** Every call of a function in any file, and every place of its own file that hands it on. */
function sitesOf(project: Linked, unit: Unit, fn: number) {
  const own = callersOf(project, unit, fn).map((caller) => ({ ...caller, unit }));
  return [...own, ...callsOf(project, unit, fn).filter((call) => call.unit !== unit)];
}
