import type { AwaitOp, CallOp, Value } from '../facts/format.js';
import type { Place } from '../findings.js';
import { lockAction } from './action.js';
import { ByUnit } from './by-unit.js';
import { calleeNames, waitKind } from './callee.js';
import type { Entities } from './entity.js';
import { calledFunction, nested, type Summaries, type Target } from './summary.js';
import { everyOp, type Unit } from './unit.js';

/** What a suspension waits for. `callback`: code of the caller; `microtask`: nothing that takes time. */
export type SuspensionKind =
  'network' | 'user' | 'event' | 'timer' | 'lock' | 'storage' | 'callback' | 'unknown' | 'microtask';

export interface Suspension {
  readonly kind: SuspensionKind;
  /** Calls that lead from the `await` to what is waited for, outermost first. */
  readonly chain: readonly Place[];
  /** What is waited for, as written. */
  readonly what: string;
}

/** From the longest and least bounded to nothing: the kind of several waits is the first that occurs. */
const ORDER: readonly SuspensionKind[] = [
  'user',
  'event',
  'network',
  'timer',
  'callback',
  'lock',
  'storage',
  'unknown',
  'microtask',
];

const MAX_CALLS = 3;

/** Tells what awaits wait for, through calls of project functions. */
export class Suspensions {
  private readonly entities: Entities;
  private readonly summaries: Summaries;
  private readonly known = new ByUnit<number, Suspension | undefined>();

  constructor(entities: Entities, summaries: Summaries) {
    this.entities = entities;
    this.summaries = summaries;
  }

  of(unit: Unit, fn: number, op: AwaitOp, depth = 0): Suspension {
    const what = shorten(unit.slice(op.of?.span ?? op.span));
    if (op.how === 'yield') return { kind: 'callback', chain: [], what };
    const found = this.ofValue(unit, fn, op.of, depth);
    // What is awaited here is what the reader sees; what it comes down to stands at the end of the chain.
    return found ? { ...found, what } : { kind: 'unknown', chain: [], what };
  }

  /** The project function that a call runs, wherever it stands. */
  called(unit: Unit, fn: number, op: CallOp): Target | undefined {
    return calledFunction(this.entities, unit, fn, op);
  }

  /** What awaiting a call of a well-known function waits for; undefined for any other. */
  waitKindOf(unit: Unit, fn: number, op: CallOp): SuspensionKind | undefined {
    return waitKind(this.entities, unit, fn, op);
  }

  /** What a function waits for on any path, the most serious kind first; undefined when it never suspends. */
  ofFunction(target: Target, depth = 0): Suspension | undefined {
    const { unit, fn } = target;
    if (this.known.has(unit, fn)) return this.known.get(unit, fn);
    this.known.set(unit, fn, undefined);
    let worst: Suspension | undefined;
    const fact = unit.fn(fn);
    for (const op of everyOp(fact.body)) {
      if (op.op === 'await') worst = worse(worst, this.of(unit, fn, op, depth + 1));
      // A promise that is returned is waited for by the caller.
      else if (op.op === 'return' && op.value) worst = worse(worst, this.ofValue(unit, fn, op.value, depth + 1));
    }
    if (depth === 0 || worst === undefined) this.known.set(unit, fn, worst);
    else this.known.delete(unit, fn);
    return worst;
  }

  private ofValue(unit: Unit, fn: number, value: Value | undefined, depth: number): Suspension | undefined {
    if (value === undefined) return undefined;
    switch (value.v) {
      case 'call':
        return this.ofCall(unit, value.id, depth);
      case 'await':
        return this.ofValue(unit, fn, value.of, depth);
      case 'choice':
        return value.of.reduce<Suspension | undefined>(
          (worst, part) => worse(worst, this.ofValue(unit, fn, part, depth)),
          undefined,
        );
      case 'array':
        return value.items.reduce<Suspension | undefined>(
          (worst, part) => worse(worst, this.ofValue(unit, fn, part, depth)),
          undefined,
        );
      case 'bind': {
        const binding = unit.facts.bindings[value.id]!;
        return binding.init && binding.writes === 0 && binding.kind === 'const'
          ? this.ofValue(unit, binding.owner, binding.init, depth)
          : undefined;
      }
      case 'lit':
        return { kind: 'microtask', chain: [], what: unit.slice(value.span) };
      default:
        return undefined;
    }
  }

  private ofCall(unit: Unit, callId: number, depth: number): Suspension | undefined {
    const found = unit.call(callId);
    if (!found) return undefined;
    const { op, fn } = found;
    const what = shorten(unit.slice(op.span));
    const plain = (kind: SuspensionKind): Suspension => ({ kind, chain: [], what });
    const action = lockAction(this.entities, unit, fn, op);
    if (action) return plain(action.do === 'query' || action.do === 'release' ? 'microtask' : 'lock');
    const names = calleeNames(this.entities, unit, fn, op);
    if (op.isNew) return names.includes('Promise') ? plain(this.ofExecutor(unit, op)) : undefined;
    if (names.includes('Promise.resolve')) return plain('microtask');
    if (names.some((name) => /^Promise\.(all|allSettled|race|any)$/.test(name))) return this.ofAll(unit, fn, op, depth);
    if (op.callee.v === 'member' && /^(then|catch|finally)$/.test(op.callee.name))
      return this.ofValue(unit, fn, op.callee.of, depth);
    const kind = waitKind(this.entities, unit, fn, op);
    if (kind) return plain(kind);
    const target = calledFunction(this.entities, unit, fn, op);
    if (target && depth < MAX_CALLS) {
      const inner = this.ofFunction(target, depth + 1);
      if (inner) return { ...inner, chain: [{ path: unit.path, span: op.span }, ...inner.chain] };
      return target.unit.fn(target.fn).async ? plain('microtask') : plain('unknown');
    }
    if (op.callee.v === 'bind' && unit.facts.bindings[op.callee.id]!.kind === 'param') return plain('callback');
    return plain('unknown');
  }

  private ofAll(unit: Unit, fn: number, op: CallOp, depth: number): Suspension | undefined {
    const [list] = op.args;
    const mapped = list?.v === 'call' ? unit.call(list.id)?.op.args[0] : undefined;
    if (mapped?.v === 'fn') return this.ofFunction({ unit, fn: mapped.id }, depth + 1);
    return this.ofValue(unit, fn, list, depth);
  }

  /** `new Promise((resolve) => …)`: a timer or an event, by what resolves it. A timer that can only reject is a limit, and no wait. */
  private ofExecutor(unit: Unit, op: CallOp): SuspensionKind {
    const [executor] = op.args;
    if (executor?.v !== 'fn') return 'unknown';
    let kind: SuspensionKind = 'unknown';
    const resolve = unit.fn(executor.id).params[0]?.binding;
    const canFulfil = resolve === undefined || unit.facts.bindings[resolve]!.refs.length > 0;
    for (const fn of [executor.id, ...nested(unit, executor.id)]) {
      for (const inner of everyOp(unit.fn(fn).body)) {
        if (inner.op !== 'call') continue;
        const names = calleeNames(this.entities, unit, fn, inner);
        if (names.some((name) => /(^|#)(setTimeout|setImmediate)$/.test(name)))
          kind = kind === 'event' || !canFulfil ? kind : 'timer';
        else if (names.some((name) => /^\.(on|once|addEventListener|addListener|subscribe)$/.test(name)))
          kind = 'event';
      }
    }
    return kind;
  }
}

function worse(one: Suspension | undefined, other: Suspension | undefined): Suspension | undefined {
  if (!one || !other) return one ?? other;
  return ORDER.indexOf(other.kind) < ORDER.indexOf(one.kind) ? other : one;
}

/** The first line of an expression, short enough for a message. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
