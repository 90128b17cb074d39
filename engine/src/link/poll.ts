import type { CallOp, LoopOp } from '../facts/format.js';
import type { Place } from '../findings.js';
import { ByUnit } from './by-unit.js';
import { callAt } from './call-at.js';
import type { Target } from './called-function.js';
import { ownName } from './callee.js';
import { cleanupAround } from './enclosing.js';
import type { Linked } from './linked.js';
import type { SuspensionStep } from './section.js';
import type { Suspension } from './suspension.js';
import { everyOp, type Unit } from './unit.js';

/** Names of functions that say that they wait until something has come about. */
const WAITS = /^[_#]*(?:wait|poll|until)/i;

/** `{ interval: 5000 }`: how long is paused between two questions. */
const INTERVAL = /interval/i;

/**
 * Whether a wait asks again and again, with pauses between, until something has come about that is not the section's to
 * bring about: a function on the way to it says that it waits, and pauses in a loop, or a client is told how often to ask. Pauses
 * after a failure are a retry, and no poll.
 */
export function isPoll(project: Linked, { suspension }: SuspensionStep): boolean {
  let answer = known.get(suspension);
  if (answer === undefined) {
    const calls = [...suspension.chain, ...(suspension.last ? [suspension.last] : [])];
    known.set(suspension, (answer = calls.some((place) => polls(project, place))));
  }
  return answer;
}

/** Asked again for each section that queues behind a wait. */
const known = new WeakMap<Suspension, boolean>();

function polls(project: Linked, place: Place): boolean {
  const found = callAt(project.program, place);
  if (!found) return false;
  const { unit, fn, op } = found;
  const target = project.suspensions.called(unit, fn, op);
  if (!target) return WAITS.test(ownName(unit, op.callee) ?? '') && isToldHowOften(op);
  return WAITS.test(target.unit.fn(target.fn).name) && pausesInLoop(project, target.unit, target.fn);
}

function isToldHowOften({ args }: CallOp): boolean {
  return args.some(
    (option) => option.v === 'object' && option.props.some(({ name }) => name !== undefined && INTERVAL.test(name)),
  );
}

function pausesInLoop(project: Linked, unit: Unit, fn: number, isMeant = (_: LoopOp) => true): boolean {
  return pausingLoops(project, unit, fn).some(isMeant);
}

const pausing = new ByUnit<number, readonly LoopOp[]>();

function pausingLoops(project: Linked, unit: Unit, fn: number): readonly LoopOp[] {
  let loops = pausing.get(unit, fn);
  if (!loops) {
    const pauses = ({ body }: LoopOp) =>
      everyOp(body).some(
        (op) =>
          op.op === 'await' &&
          project.suspensions.of(unit, fn, op).kind === 'timer' &&
          !cleanupAround(unit, fn, op.span),
      );
    loops = everyOp(unit.fn(fn).body).filter((op): op is LoopOp => op.op === 'loop' && pauses(op));
    pausing.set(unit, fn, loops);
  }
  return loops;
}

/** Whether a function pauses between rounds that it counts: it gives up after the last. */
export function countsPauses(project: Linked, { unit, fn }: Target): boolean {
  return pausesInLoop(project, unit, fn, ({ form, test }) => form === 'for' && test !== undefined);
}
