import type { CallOp } from '../facts/format.js';
import { calleeNames } from './callee.js';
import { bindingsOf, callersOf, isPublic, type Caller } from './callers.js';
import { flowsOf } from './dependence/flows.js';
import type { Linked } from './linked.js';
import { everyOp, everyValue, type Unit } from './unit.js';

/**
 * Whether two activations of a function may be under way at once and meet in the same state: it is public, it handles
 * events or the items of a list, or one that calls it can. Code that runs once, or one after the other, cannot.
 * `within` is the function whose activation owns the state: there only what is called twice within one activation counts.
 */
export function mayRunTwiceAtOnce(project: Linked, unit: Unit, fn: number, within = 0): boolean {
  return new Overlap(project, unit, within).of(fn);
}

/** Registers a function that is called whenever something happens, whether or not the last call is over. */
const LISTENS =
  /^(?:\.(?:on|addListener|addEventListener|prependListener|subscribe|listen|onDidChange\w*|get|post|put|patch|delete|use|all|route|handle|command|registerCommand)|setInterval|timers#setInterval|http#createServer|https#createServer)$/;
const OVER_ITEMS = /^(?:\.(?:map|forEach|flatMap)|Array\.from)$/;

class Overlap {
  private readonly project: Linked;
  private readonly unit: Unit;
  private readonly within: number;
  private readonly seen = new Set<number>();

  constructor(project: Linked, unit: Unit, within: number) {
    this.project = project;
    this.unit = unit;
    this.within = within;
  }

  of(fn: number): boolean {
    if (fn === this.within || this.seen.has(fn)) return false;
    this.seen.add(fn);
    const fact = this.unit.fn(fn);
    if (fact.kind === 'module' || fact.kind === 'fields' || fact.kind === 'constructor') return false;
    // A consumer asks an iterator for the next value when it has the last one.
    if (fact.name === 'next' && bindingsOf(this.unit, fn).length === 0) return false;
    const taker = this.unit.callTaking(fn);
    if (taker) return this.asCallback(taker.op, taker.fn, fn);
    if (this.within === 0 && isPublic(this.unit, fn)) return true;
    if (this.isHandedOut(fn)) return true;
    return callersOf(this.project, this.unit, fn).some((caller) => this.through(caller, fn));
  }

  private through({ fn, op, call }: Caller, target: number): boolean {
    if (call) return !isSingleFlight(this.project, this.unit, call) && this.of(fn);
    if (op.op !== 'call') return op.op === 'return' || (op.op === 'assign' && op.target.v !== 'bind');
    return this.asCallback(op, fn, target);
  }

  private asCallback(op: CallOp, caller: number, callback: number): boolean {
    const names = calleeNames(this.project.entities, this.unit, caller, op);
    if (names.some((name) => LISTENS.test(name))) return true;
    if (names.some((name) => OVER_ITEMS.test(name))) return this.unit.fn(callback).async || this.of(caller);
    // Of any other callee it is not known that it would not wait: a queue, a cache, `once`.
    return op.callee.v === 'fn' || isRunOnce(names) ? this.of(caller) : false;
  }

  /** A function in an object that is returned or kept: a method by another name. */
  private isHandedOut(fn: number): boolean {
    const { parent } = this.unit.fn(fn);
    if (parent < 0) return false;
    return [...everyOp(this.unit.fn(parent).body)].some((op) => {
      const value = op.op === 'return' ? op.value : op.op === 'assign' ? op.value : undefined;
      return (
        value?.v === 'object' &&
        value.props.some(({ value: part }) => [...everyValue(part)].some((one) => one.v === 'fn' && one.id === fn))
      );
    });
  }
}

function isRunOnce(names: readonly string[]): boolean {
  return names.some((name) =>
    /^(?:Promise|Promise\.try|setTimeout|setImmediate|queueMicrotask|\.(?:then|catch|finally))$/.test(name),
  );
}

const singleFlights = new WeakMap<Unit, ReadonlySet<number>>();

/** The call's promise is kept where the function has just looked for one: whoever comes meanwhile waits for that. */
function isSingleFlight(project: Linked, unit: Unit, call: CallOp): boolean {
  let calls = singleFlights.get(unit);
  if (!calls)
    singleFlights.set(unit, (calls = new Set(flowsOf(project, unit).flatMap((flow) => [...flow.singleFlight]))));
  return calls.has(call.id);
}
