import type { Op, Value } from '../../facts/format.js';
import type { Span } from '../../findings.js';
import { cellAccesses } from '../cell.js';
import { isWrittenUnder } from '../guarded.js';
import type { Linked } from '../linked.js';
import type { LockRef } from '../lock-ref.js';
import { everyOp, everyValue, type Unit } from '../unit.js';

/**
 * Where a function waits between what it reads of the state that a lock guards and a later reading, if it puts both into one call: the record
 * that it makes is of two moments. None where it does not.
 *
 * @param reading The later reading.
 */
export function momentsOfRecord(
  project: Linked,
  unit: Unit,
  fn: number,
  lock: LockRef,
  reading: Span,
): readonly Span[] {
  const ops = [...everyOp(unit.fn(fn).body)];
  const record = new Record(project, unit, fn, lock, reading);
  const since = Math.min(...ops.map((op) => record.follow(op)));
  return ops.flatMap((op) => (op.op === 'await' && since <= op.span[0] && op.span[1] <= reading[0] ? [op.span] : []));
}

class Record {
  private readonly project: Linked;
  private readonly unit: Unit;
  private readonly fn: number;
  private readonly lock: LockRef;
  private readonly reading: Span;
  /** When the values of variables, of calls and of readings were read, the earliest part of each. */
  private readonly read = new Map<string, number>();

  constructor(project: Linked, unit: Unit, fn: number, lock: LockRef, reading: Span) {
    this.project = project;
    this.unit = unit;
    this.fn = fn;
    this.lock = lock;
    this.reading = reading;
  }

  /** Goes on by one operation, in the order of evaluation; gives when the oldest part of a record with the reading was read. */
  follow(op: Op): number {
    const own = this.isGuarded(op) ? op.span[1] : Infinity;
    if (op.op === 'read') this.read.set(keyOf(op.span), own);
    else if (op.op === 'assign' && op.target.v === 'bind') this.read.set(`b${op.target.id}`, this.since(op.value));
    else if (op.op === 'call') {
      const parts = op.callee.v === 'member' ? [op.callee.of, ...op.args] : op.args;
      const since = Math.min(own, ...parts.map((part) => this.since(part)));
      this.read.set(`c${op.id}`, since);
      if (op.args.some((argument) => [...everyValue(argument)].some((part) => this.isReading(part)))) return since;
    }
    return Infinity;
  }

  private isGuarded(op: Op): boolean {
    const isPart = op.op === 'read' || op.op === 'call';
    return (
      isPart &&
      op.span[0] !== this.reading[0] &&
      cellAccesses(this.project.entities, this.unit, this.fn, op).some((cell) =>
        isWrittenUnder(this.project, this.lock, cell),
      )
    );
  }

  private since(value: Value): number {
    return Math.min(
      ...[...everyValue(value)].map((part) => {
        const name = part.v === 'bind' ? `b${part.id}` : part.v === 'call' ? `c${part.id}` : '';
        return Math.min(this.read.get(name) ?? Infinity, this.read.get(keyOf(part.span)) ?? Infinity);
      }),
    );
  }

  private isReading({ span }: Value): boolean {
    return span[0] === this.reading[0] && span[1] === this.reading[1];
  }
}

function keyOf(span: Span): string {
  return `${span[0]}-${span[1]}`;
}
