import type { Span } from '../findings.js';
import { ByUnit } from './by-unit.js';
import { cellAccesses, inheritedState } from './cell.js';
import type { Entities } from './entity.js';
import { calledFunction, type Target } from './called-function.js';
import { nested } from './nested.js';
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
  private readonly own = new ByUnit<number, Direct>();
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

  /** What a function has touched when it comes to a place in it. */
  before({ unit, fn }: Target, [start]: Span): readonly ReachedCell[] {
    const { cells, calls } = this.direct({ unit, fn }, start);
    return [...cells, ...calls.flatMap((call) => this.of(call))];
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

  /** What a function itself touches and calls: all of it, or what ends before an offset. */
  private direct(target: Target, end = Infinity): Direct {
    const { unit, fn } = target;
    const known = end === Infinity ? this.own.get(unit, fn) : undefined;
    if (known) return known;
    const cells: ReachedCell[] = [];
    const calls: Target[] = [];
    for (const id of [fn, ...nested(unit, fn)]) {
      for (const op of everyOp(unit.fn(id).body)) {
        if (op.span[1] > end) continue;
        const touched = [...cellAccesses(this.entities, unit, id, op), ...inheritedState(this.entities, unit, id, op)];
        for (const { id: cell, name, receiver, how, updates } of touched) {
          // What a constructor does to its own object nobody else sees.
          if (unit.fn(id).kind === 'constructor' && /^this(?:\.|$)/.test(receiver)) continue;
          cells.push({ id: cell, name, receiver, how, updates });
        }
        const call = op.op === 'call' ? calledFunction(this.entities, unit, id, op) : undefined;
        if (call) calls.push(call);
      }
    }
    const result = { cells, calls };
    if (end === Infinity) this.own.set(unit, fn, result);
    return result;
  }
}

interface Direct {
  readonly cells: readonly ReachedCell[];
  readonly calls: readonly Target[];
}

function keyOf({ unit, fn }: Target): string {
  return `${unit.path}\0${fn}`;
}
