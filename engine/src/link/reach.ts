import { ByUnit } from './by-unit.js';
import { cellAccesses } from './cell.js';
import type { Entities } from './entity.js';
import { calledFunction, nested, type Target } from './summary.js';
import { everyOp } from './unit.js';

/** A cell that a function touches, itself or through what it calls. */
export interface ReachedCell {
  readonly id: string;
  readonly name: string;
  readonly receiver: string;
  readonly how: 'read' | 'write';
  readonly updates: boolean;
}

const MAX_CALLS = 4;
const MAX_FUNCTIONS = 200;

/** What shared state functions touch, through calls: a section that calls a method touches what the method touches. */
export class Reach {
  private readonly entities: Entities;
  private readonly own = new ByUnit<number, { cells: readonly ReachedCell[]; calls: readonly Target[] }>();
  private readonly known = new ByUnit<number, readonly ReachedCell[]>();

  constructor(entities: Entities) {
    this.entities = entities;
  }

  of(target: Target): readonly ReachedCell[] {
    const { unit, fn } = target;
    let cells = this.known.get(unit, fn);
    if (!cells) this.known.set(unit, fn, (cells = this.collect(target)));
    return cells;
  }

  /** Breadth first, so that what is found never depends on which function was asked for before. */
  private collect(target: Target): readonly ReachedCell[] {
    const found = new Map<string, ReachedCell>();
    const seen = new Set([keyOf(target)]);
    let front: readonly Target[] = [target];
    for (let depth = 0; depth <= MAX_CALLS && front.length > 0; depth++) {
      const next: Target[] = [];
      for (const { cells, calls } of front.map((one) => this.direct(one))) {
        for (const cell of cells) if (!found.has(`${cell.id} ${cell.how}`)) found.set(`${cell.id} ${cell.how}`, cell);
        for (const call of calls) {
          if (seen.has(keyOf(call)) || seen.size >= MAX_FUNCTIONS) continue;
          seen.add(keyOf(call));
          next.push(call);
        }
      }
      front = next;
    }
    return [...found.values()];
  }

  private direct(target: Target): { cells: readonly ReachedCell[]; calls: readonly Target[] } {
    const { unit, fn } = target;
    const known = this.own.get(unit, fn);
    if (known) return known;
    const cells: ReachedCell[] = [];
    const calls: Target[] = [];
    for (const id of [fn, ...nested(unit, fn)]) {
      for (const op of everyOp(unit.fn(id).body)) {
        for (const { id: cell, name, receiver, how, updates } of cellAccesses(this.entities, unit, id, op))
          cells.push({ id: cell, name, receiver, how, updates });
        const call = op.op === 'call' ? calledFunction(this.entities, unit, id, op) : undefined;
        if (call) calls.push(call);
      }
    }
    const result = { cells, calls };
    this.own.set(unit, fn, result);
    return result;
  }
}

function keyOf({ unit, fn }: Target): string {
  return `${unit.path}\0${fn}`;
}
