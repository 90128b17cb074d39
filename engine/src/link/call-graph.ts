import type { CallOp } from '../facts/format.js';
import { lockAction } from './action.js';
import { ByUnit } from './by-unit.js';
import { calledFunctions, type Target } from './called-function.js';
import { hasContract } from './contracts.js';
import type { Entities } from './entity.js';
import { nested } from './nested.js';
import type { Unit } from './unit.js';

/** Functions that are searched for a lock before it is given up: no code that people wrote reaches it. */
const MAX_REACH = 20_000;

/** Which functions of the project call which, and which of them come to a lock. */
export class CallGraph {
  private readonly entities: Entities;
  private readonly touches = new ByUnit<number, boolean>();

  constructor(entities: Entities) {
    this.entities = entities;
  }

  /** The project function that a call runs; of several that it may run, the first that has to do with locks. */
  target(unit: Unit, fn: number, op: CallOp): Target | undefined {
    const [first, ...others] = this.candidates(unit, fn, op);
    if (!first || others.length === 0) return first;
    return [first, ...others].find((one) => this.mayLock(one)) ?? first;
  }

  private candidates(unit: Unit, fn: number, op: CallOp): readonly Target[] {
    let ofUnit = this.targets.get(unit);
    if (!ofUnit) this.targets.set(unit, (ofUnit = new WeakMap()));
    let found = ofUnit.get(op);
    if (!found) ofUnit.set(op, (found = calledFunctions(this.entities, unit, fn, op)));
    return found;
  }

  private readonly targets = new WeakMap<Unit, WeakMap<CallOp, readonly Target[]>>();

  /**
   * Whether a function, or one that it calls, does anything with a lock. Most functions do not, and are never walked.
   * A search that finds nothing has seen the whole reach, so all of it is known to be free of locks.
   */
  mayLock(target: Target): boolean {
    const seen = new Map<string, Target>();
    const found = this.search(target, seen);
    if (!found) for (const { unit, fn } of seen.values()) this.touches.set(unit, fn, false);
    return found;
  }

  private search(target: Target, seen: Map<string, Target>): boolean {
    const known = this.touches.get(target.unit, target.fn);
    if (known !== undefined) return known;
    const key = `${target.unit.path}\0${target.fn}`;
    if (seen.has(key) || seen.size > MAX_REACH) return false;
    seen.set(key, target);
    const found = this.locksHere(target) || this.callees(target).some((next) => this.search(next, seen));
    if (found) this.touches.set(target.unit, target.fn, true);
    return found;
  }

  /** Whether a function is another one, or comes to run it through calls of project functions. */
  leadsTo(from: Target, to: Target): boolean {
    const seen = new Set<string>();
    const open = [from];
    for (let next = open.pop(); next && seen.size < MAX_REACH; next = open.pop()) {
      if (next.unit === to.unit && next.fn === to.fn) return true;
      const key = `${next.unit.path}\0${next.fn}`;
      if (!seen.has(key)) open.push(...this.callees(next));
      seen.add(key);
    }
    return false;
  }

  private locksHere({ unit, fn }: Target): boolean {
    return this.bodies(unit, fn).some(
      (id) =>
        hasContract(unit, id) || unit.callsIn(id).some((op) => lockAction(this.entities, unit, id, op) !== undefined),
    );
  }

  /** The functions of the project that a function, or one inside of it, calls. */
  callees({ unit, fn }: Target): Target[] {
    return this.bodies(unit, fn).flatMap((id) => unit.callsIn(id).flatMap((op) => this.candidates(unit, id, op)));
  }

  /** A function with those written inside it. */
  private bodies(unit: Unit, fn: number): number[] {
    return fn === 0 ? [0] : [fn, ...nested(unit, fn)];
  }
}
