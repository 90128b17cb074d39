import type { CallOp } from '../facts/format.js';
import { ByUnit } from './by-unit.js';
import { callbackTiming } from './callee.js';
import type { Linked } from './linked.js';
import { registrarOf, type Registrar } from './registered.js';
import type { Target } from './called-function.js';
import { nested } from './nested.js';
import type { Unit } from './unit.js';
import { callTaking, isWaitedFor } from './waiting.js';

/** A call in the function that makes it. */
export interface Hop {
  readonly unit: Unit;
  readonly fn: number;
  readonly op: CallOp;
}

/** A call of a function that somebody has registered, which the code before it waits for. */
export interface Notification {
  readonly registrar: Registrar;
  /** The calls that lead there, outermost first; the last one runs the registered function. */
  readonly hops: readonly [Hop, ...Hop[]];
}

/** The longest way from a section to the registered function that a reader would follow. */
const MAX_CALLS = 3;

/**
 * The registered functions that a call runs, itself or through what it calls, and waits for. Breadth first: of several ways
 * to one place the shortest is told.
 */
export function notificationsOf(project: Linked, first: Hop): readonly Notification[] {
  const found: Notification[] = [];
  const seen = new Set<string>();
  let front: readonly (readonly [Hop, ...Hop[]])[] = [[first]];
  for (let depth = 0; depth <= MAX_CALLS && front.length > 0; depth++) {
    const next: [Hop, ...Hop[]][] = [];
    for (const hops of front) {
      const { unit, fn, op } = hops.at(-1)!;
      const registrar = registrarOf(unit, fn, op);
      if (registrar) found.push({ registrar, hops });
      const target = project.suspensions.called(unit, fn, op);
      if (!target || seen.has(`${target.unit.path}\0${target.fn}`)) continue;
      seen.add(`${target.unit.path}\0${target.fn}`);
      for (const hop of waitedCalls(project, target)) next.push([...hops, hop]);
    }
    front = next;
  }
  return found;
}

const known = new ByUnit<number, readonly Hop[]>();

/** The calls that a function is done only after, those of the functions written in it included that run within it. */
function waitedCalls(project: Linked, { unit, fn }: Target): readonly Hop[] {
  let hops = known.get(unit, fn);
  if (!hops) {
    hops = [fn, ...nested(unit, fn)]
      .filter((inner) => isPartOf(project, unit, inner, fn))
      .flatMap((inner) =>
        unit
          .callsIn(inner)
          .filter((op) => isWaitedFor(unit, op))
          .map((op) => ({ unit, fn: inner, op })),
      );
    known.set(unit, fn, hops);
  }
  return hops;
}

/** Whether a function runs within another one, which waits for it. */
function isPartOf(project: Linked, unit: Unit, inner: number, outer: number): boolean {
  if (inner === outer) return true;
  const taking = callTaking(unit, inner);
  const { parent } = unit.fn(inner);
  return (
    taking !== undefined &&
    isWaitedFor(unit, taking) &&
    callbackTiming(project.entities, unit, parent, taking) === 'now' &&
    isPartOf(project, unit, parent, outer)
  );
}
