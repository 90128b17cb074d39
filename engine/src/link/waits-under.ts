import type { Value } from '../facts/format.js';
import { writtenPath } from './callee.js';
import type { Lock, Section } from './section.js';
import type { SuspensionKind } from './suspension.js';
import type { Unit } from './unit.js';
import type { Trace } from './walk/trace.js';

/** Sections, counted by the function that has them. */
class Counted {
  private readonly byTrace = new Map<Trace, number>();
  private all = 0;

  add({ trace }: Section): void {
    this.all++;
    this.byTrace.set(trace, (this.byTrace.get(trace) ?? 0) + 1);
  }

  /** How many stand in other functions. */
  besides(trace: Trace): number {
    return this.all - (this.byTrace.get(trace) ?? 0);
  }
}

/** What the sections of a lock wait for, counted once for all who compare one of them with the others. */
class WaitsUnder {
  readonly sections = new Counted();
  private readonly kinds = new Map<SuspensionKind, Counted>();
  private readonly callees = new Map<string, Counted>();

  constructor({ sections }: Lock) {
    for (const section of sections) {
      this.sections.add(section);
      for (const kind of new Set(section.waits.map(({ suspension }) => suspension.kind)))
        counted(this.kinds, kind).add(section);
      const awaited = section.suspensions.flatMap(({ op }) =>
        op.op === 'await' ? (calleeOf(section.unit, op.of) ?? []) : [],
      );
      for (const callee of new Set(awaited)) counted(this.callees, callee).add(section);
    }
  }

  /** How many sections of other functions wait for something of a kind. */
  ofKind(kind: SuspensionKind, besides: Trace): number {
    return this.kinds.get(kind)?.besides(besides) ?? 0;
  }

  /** How many sections of other functions await a call that is written so. */
  of(callee: string, besides: Trace): number {
    return this.callees.get(callee)?.besides(besides) ?? 0;
  }
}

function counted<Key>(counts: Map<Key, Counted>, key: Key): Counted {
  let known = counts.get(key);
  if (!known) counts.set(key, (known = new Counted()));
  return known;
}

const known = new WeakMap<Lock, WaitsUnder>();

export function waitsUnder(lock: Lock): WaitsUnder {
  let waits = known.get(lock);
  if (!waits) known.set(lock, (waits = new WaitsUnder(lock)));
  return waits;
}

/** The callee of a call, as written. */
export function calleeOf(unit: Unit, value: Value | undefined): string | undefined {
  const call = value?.v === 'call' ? unit.call(value.id)?.op : undefined;
  return call && writtenPath(unit, call.callee);
}
