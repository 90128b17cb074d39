import type { CallOp, Op } from '../facts/format.js';
import type { Span } from '../findings.js';
import { lockAction } from './action.js';
import { cellAccesses, inheritedState, isPrimitive, type CellAccess } from './cell.js';
import { contains } from './enclosing.js';
import type { Entities } from './entity.js';
import type { Reach } from './reach.js';
import type { AccessStep, Section, Step, SuspensionStep } from './section.js';
import type { Hold } from './state.js';
import { calledFunction } from './called-function.js';
import type { Suspensions } from './suspension.js';
import type { Unit } from './unit.js';
import { isRelease, releasesOf, type Trace, type Visit } from './walk/trace.js';

/** A section before it is known which lock of all files it belongs to. */
export type Unplaced = Omit<Section, 'lock'>;

/** Makes of each hold the section that it covers: its steps, what it waits for, and what it touches. */
export class Sections {
  private readonly entities: Entities;
  private readonly suspensions: Suspensions;
  private readonly reach: Reach;

  constructor(entities: Entities, suspensions: Suspensions, reach: Reach) {
    this.entities = entities;
    this.suspensions = suspensions;
    this.reach = reach;
  }

  /** The section of one hold. */
  of(unit: Unit, trace: Trace, hold: Hold): Unplaced {
    const acquire = unit.call(hold.call < 0 ? callAt(unit, hold.span) : hold.call)!.op;
    const own = lockAction(this.entities, unit, hold.fn, acquire);
    const callback =
      own?.do === 'section' && own.callback?.v === 'fn'
        ? own.callback.id
        : acquire.args.find((argument) => argument.v === 'fn')?.id;
    const steps = visitsUnder(trace, hold)
      .filter((visit) => visit.op.span[0] !== acquire.span[0])
      .map((visit): Step => ({ op: visit.op, fn: visit.fn, visit, certain: visit.always.includes(hold) }))
      .sort((one, other) => position(one.op) - position(other.op));
    const isCallback = /^(?:callback|done|decorator)$/.test(hold.form);
    const wrapper = trace.runs.some((run) => run.under.includes(hold));
    return {
      ref: hold.ref,
      hold,
      trace,
      unit,
      fn: hold.fn,
      form: hold.form,
      acquire,
      ...(isCallback && callback !== undefined ? { callback } : {}),
      wrapper,
      through: own === undefined,
      ...this.measured(trace, hold, acquire, steps, isCallback ? callback : undefined),
      steps,
    };
  }

  private measured(
    trace: Trace,
    hold: Hold,
    acquire: CallOp,
    steps: readonly Step[],
    callback: number | undefined,
  ): Pick<Section, 'suspensions' | 'waits' | 'accesses'> {
    const { unit } = trace;
    // A callback stands inside the call that takes the lock.
    const grantedAt = hold.form === 'manual' || hold.form === 'using' ? hold.span[1] : hold.span[0];
    const suspensions: SuspensionStep[] = [];
    const waits: SuspensionStep[] = [];
    const accesses: AccessStep[] = [];
    for (const step of steps) {
      const { op } = step;
      const inLoop = step.visit.loops.some((loop) => loop[0] > grantedAt);
      // The await of the acquire itself comes before the grant.
      const grant = op.op === 'await' && op.span[0] <= acquire.span[0] && acquire.span[1] <= op.span[1];
      if (op.op === 'await' && !grant) {
        const wait = { ...step, span: op.span, suspension: this.suspensions.of(unit, step.fn, op), inLoop };
        suspensions.push(wait);
        waits.push(wait);
      }
      if (op.op === 'return' && op.value && givesBack(trace, hold, op)) {
        const { value: of, span } = op;
        const suspension = this.suspensions.of(unit, step.fn, { op: 'await', how: 'await', of, span });
        waits.push({ ...step, span: of.span, suspension, inLoop });
      } else if (op.op === 'return' && op.value && step.fn === callback && !hold.loose) {
        const suspension = this.suspensions.ofValue(unit, step.fn, op.value);
        // Whether a call that nothing is known of gives a promise, nobody can tell.
        if (suspension && suspension.kind !== 'unknown' && suspension.kind !== 'microtask')
          waits.push({ ...step, span: op.value.span, suspension, inLoop });
      }
      // What a lock does to itself is nothing that it guards, whether it is released by its name or by a releaser.
      if (isRelease(trace, op.span)) continue;
      for (const cell of this.touched(unit, step.fn, op))
        accesses.push({
          ...step,
          cell,
          segment: suspensions.length,
          primitive: isPrimitive(this.entities, unit, step.fn, op),
        });
    }
    return { suspensions, waits, accesses };
  }

  /** The cells that an operation touches, those included that a called function of the project touches. */
  private touched(unit: Unit, fn: number, op: Op): CellAccess[] {
    const own = [...cellAccesses(this.entities, unit, fn, op), ...inheritedState(this.entities.wide, unit, fn, op)];
    const isOfLock = op.op === 'call' && lockAction(this.entities, unit, fn, op) !== undefined;
    const target = op.op === 'call' && !isOfLock ? calledFunction(this.entities.wide, unit, fn, op) : undefined;
    if (!target) return own;
    return [...own, ...this.reach.of(target).map((cell) => ({ ...cell, span: op.span }))];
  }
}

/** The visits of a trace under one of its holds: told for all of them at once, for there may be as many holds as operations. */
function visitsUnder(trace: Trace, hold: Hold): readonly Visit[] {
  let known = visitsByHold.get(trace);
  if (!known) {
    known = new Map(trace.holds.map((one) => [one, []]));
    for (const visit of trace.visits) for (const one of visit.holds) known.get(one)?.push(visit);
    visitsByHold.set(trace, known);
  }
  return known.get(hold) ?? [];
}

const visitsByHold = new WeakMap<Trace, ReadonlyMap<Hold, Visit[]>>();

function callAt(unit: Unit, span: Span): number {
  for (const fn of unit.facts.functions.keys()) {
    const op = unit.callAt(fn, span);
    if (op) return op.id;
  }
  return -1;
}

/** Operations in the order in which they end: an inner call runs before the one that it is an argument of. */
export function position(op: Op): number {
  return op.op === 'call' || op.op === 'await' || op.op === 'assign' ? op.span[1] : op.span[0];
}

/** `return work().finally(release)`: held until the promise that is returned has settled. */
function givesBack(trace: Trace, hold: Hold, { span }: Op): boolean {
  return releasesOf(trace, hold).some((release) => release.whenSettled && contains(span, release.span));
}
