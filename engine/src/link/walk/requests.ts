import type { CallOp, Value } from '../../facts/format.js';
import type { LockRef } from '../lock-ref.js';
import type { Hold } from '../state.js';
import { everyOp, type Unit } from '../unit.js';
import type { Trace } from './trace.js';

/** A request for a lock that is made and may be granted. */
export interface Request {
  readonly hold: Hold;
  readonly gives: 'releaser' | 'guard' | 'pair' | 'nothing';
  /** The variable that releases it, where that is told by the request itself. */
  readonly handle?: string;
  /** The answer tells whether the lock was taken. */
  readonly attempt: boolean;
  awaited: boolean;
}

/** The requests that the walk has met, by the call that makes them. */
export class Requests {
  private readonly unit: Unit;
  private readonly made = new Map<number, Request>();
  private readonly afterTail = new Map<number, Request>();
  private readonly granted = new Set<Hold>();

  constructor(unit: Unit) {
    this.unit = unit;
  }

  /** Keeps a request; its promise may be that of a variable which had the tail of a queue before. */
  add(request: Request, before?: number): void {
    this.made.set(request.hold.call, request);
    if (before !== undefined) this.afterTail.set(before, request);
  }

  by(call: number): Request | undefined {
    return this.made.get(call);
  }

  grant(hold: Hold): void {
    this.granted.add(hold);
  }

  /** A request for the lock that was granted on some path and stands before a place. */
  grantedBefore(ref: LockRef, op: CallOp): Hold | undefined {
    return [...this.granted].find(
      (hold) => hold.ref.id === ref.id && hold.span[0] < op.span[0] && hold.form === 'manual' && !hold.resumes,
    );
  }

  /** The request whose promise a value is. */
  of(value: Value, hops = 0): Request | undefined {
    if (hops > 4) return undefined;
    switch (value.v) {
      case 'call': {
        const direct = this.made.get(value.id);
        if (direct) return direct;
        // `m.acquire().catch(…)`, `.finally(…)`: the same grant.
        const op = this.unit.call(value.id)?.op;
        return op?.callee.v === 'member' && /^(catch|finally)$/.test(op.callee.name)
          ? this.of(op.callee.of, hops + 1)
          : undefined;
      }
      case 'choice':
        for (const part of value.of) {
          const found = this.of(part, hops + 1);
          if (found) return found;
        }
        return undefined;
      case 'await':
        return this.of(value.of, hops + 1);
      case 'bind': {
        const tail = this.afterTail.get(value.id);
        if (tail) return tail;
        const binding = this.unit.facts.bindings[value.id]!;
        return binding.init && binding.writes === 0 ? this.of(binding.init, hops + 1) : undefined;
      }
      default:
        return undefined;
    }
  }

  /** Requests whose promise nobody waits for. */
  unawaited(): Trace['unawaited'] {
    return [...this.made].flatMap(([id, request]) => {
      const { op, fn } = this.unit.call(id)!;
      const dropped = op.result === 'discard' || op.result === 'void' || op.result === 'test' || this.isLost(op);
      return !request.awaited && dropped ? [{ op, ref: request.hold.ref, fn }] : [];
    });
  }

  /** The promise is stored, and all that is ever done with it is to call it, as if it were the releaser. */
  private isLost(op: CallOp): boolean {
    if (op.result !== 'store') return false;
    const id = this.unit.facts.bindings.findIndex((binding) => binding.init?.v === 'call' && binding.init.id === op.id);
    const binding = this.unit.facts.bindings[id];
    if (!binding || binding.writes > 0 || binding.kind === 'param') return false;
    const called = new Set<number>();
    for (const fact of this.unit.facts.functions)
      for (const other of everyOp(fact.body))
        if (other.op === 'call' && other.callee.v === 'bind' && other.callee.id === id)
          called.add(other.callee.span[0]);
    return binding.refs.every((ref) => ref.span[0] === binding.span[0] || called.has(ref.span[0]));
  }
}
