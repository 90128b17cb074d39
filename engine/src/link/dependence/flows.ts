import type { Linked } from '../linked.js';
import { nested } from '../nested.js';
import { everyOp, type Unit } from '../unit.js';
import { followReads, type Flow } from './flow.js';

/** One function that is a task's own code, with the callbacks that run within it. */
export interface FunctionFlow extends Flow {
  readonly fn: number;
}

const known = new WeakMap<Unit, readonly FunctionFlow[]>();

/** What each function of a file does because of what it read before it suspended. Functions that run within another are part of that one's flow. */
export function flowsOf(project: Linked, unit: Unit): readonly FunctionFlow[] {
  let flows = known.get(unit);
  if (!flows) known.set(unit, (flows = follow(project, unit)));
  return flows;
}

function follow(project: Linked, unit: Unit): FunctionFlow[] {
  const flows: FunctionFlow[] = [];
  const entered = new Set<number>();
  // A function has a lower number than those written in it.
  unit.facts.functions.forEach((fact, fn) => {
    if (fact.kind === 'module' || fact.kind === 'fields' || entered.has(fn) || !maySuspend(unit, fn)) return;
    const flow = followReads(project, unit, fn);
    for (const inner of flow.entered) entered.add(inner);
    flows.push({ ...flow, fn });
  });
  return flows;
}

/** Whether a function has an `await` of its own, or hands a function to a call, which may be waited for. */
function maySuspend(unit: Unit, fn: number): boolean {
  return [fn, ...nested(unit, fn)].some((id) =>
    [...everyOp(unit.fn(id).body)].some(
      (op) => op.op === 'await' || (op.op === 'call' && op.args.some((argument) => argument.v === 'fn')),
    ),
  );
}

/** The function within whose flow another one runs. */
export function rootOf(project: Linked, unit: Unit, fn: number): number {
  let roots = rootsIn.get(unit);
  if (!roots) {
    rootsIn.set(unit, (roots = new Map()));
    for (const flow of flowsOf(project, unit))
      for (const inner of flow.entered) if (!roots.has(inner)) roots.set(inner, flow.fn);
  }
  return roots.get(fn) ?? fn;
}

const rootsIn = new WeakMap<Unit, Map<number, number>>();
