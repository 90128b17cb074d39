import type { CallOp, Value } from '../facts/format.js';
import type { Place } from '../findings.js';
import { lockAction, type Action } from './action.js';
import type { Entities } from './entity.js';
import { accessPath, keyOf, lockRef, type LockRef } from './lock-ref.js';
import { everyOp, type Unit } from './unit.js';
import { walk, type Trace } from './walk.js';

/** What a call of a project function does to locks, as its caller sees it. */
export interface CallEffects {
  of(unit: Unit, fn: number, op: CallOp): readonly Action[];
}

/** A lock that a function takes, directly or through what it calls. */
export interface Acquire {
  readonly ref: LockRef;
  /** The caller waits for it. */
  readonly awaited: boolean;
  /** The acquire itself. */
  readonly place: Place;
  /** The calls that lead there, outermost first. */
  readonly chain: readonly Place[];
}

export interface Target {
  readonly unit: Unit;
  readonly fn: number;
}

const MAX_CHAIN = 6;

/** Functions that are searched for a lock before it is given up: no code that people wrote reaches it. */
const MAX_REACH = 20_000;

/** Traces and summaries of functions, computed when they are first asked for. */
export class Summaries implements CallEffects {
  private readonly entities: Entities;
  private readonly traces = new Map<string, Trace>();
  private readonly acquired = new Map<string, readonly Acquire[]>();
  private readonly walking = new Set<string>();
  private readonly touches = new Map<string, boolean>();

  constructor(entities: Entities) {
    this.entities = entities;
  }

  /** The trace of a function, or undefined while it is being made: a recursive call adds nothing to its own effects. */
  trace(unit: Unit, fn: number): Trace | undefined {
    const key = `${unit.path}\0${fn}`;
    const known = this.traces.get(key);
    if (known) return known;
    if (this.walking.has(key) || this.walking.size > 24) return undefined;
    this.walking.add(key);
    const trace = walk(this.entities, this, unit, fn);
    this.walking.delete(key);
    this.traces.set(key, trace);
    return trace;
  }

  /** The project function that a call runs. */
  target(unit: Unit, fn: number, op: CallOp): Target | undefined {
    let known = this.targets.get(unit);
    if (!known) this.targets.set(unit, (known = new Map()));
    if (!known.has(op.id)) known.set(op.id, calledFunction(this.entities, unit, fn, op));
    return known.get(op.id);
  }

  private readonly targets = new Map<Unit, Map<number, Target | undefined>>();

  of(unit: Unit, fn: number, op: CallOp): readonly Action[] {
    const target = this.target(unit, fn, op);
    if (!target || op.isNew || !this.mayLock(target)) return [];
    const trace = this.trace(target.unit, target.fn);
    if (!trace) return [];
    const actions: Action[] = [];
    const fact = target.unit.fn(target.fn);
    for (const hold of trace.returned) {
      const ref = this.translate(hold.ref, target, unit, fn, op);
      if (ref)
        actions.push({
          do: 'acquire',
          ref,
          gives: 'releaser',
          sync: !fact.async && !returnsPromise(trace),
          attempt: false,
        });
    }
    const released = new Set(trace.releases.map((release) => release.hold));
    for (const hold of trace.kept) {
      if (released.has(hold) || trace.returned.includes(hold) || hold.form !== 'manual') continue;
      const ref = this.translate(hold.ref, target, unit, fn, op);
      if (ref) actions.push({ do: 'acquire', ref, gives: 'nothing', sync: !fact.async, attempt: false });
    }
    for (const { ref } of trace.foreign) {
      const mine = this.translate(ref, target, unit, fn, op);
      if (mine) actions.push({ do: 'release', ref: mine });
    }
    for (const run of trace.runs) {
      const index = fact.params.findIndex((param) => param.binding === run.binding);
      const callback = index < 0 ? undefined : op.args[index];
      if (!callback) continue;
      for (const hold of run.under) {
        const ref = this.translate(hold.ref, target, unit, fn, op);
        if (ref) actions.push({ do: 'section', ref, callback, done: false });
      }
    }
    return actions;
  }

  /**
   * Whether a function, or one that it calls, does anything with a lock. Most functions do not, and are never walked.
   * A search that finds nothing has seen the whole reach, so all of it is known to be free of locks.
   */
  mayLock(target: Target): boolean {
    const seen = new Map<string, boolean>();
    const found = this.search(target, seen);
    if (!found) for (const key of seen.keys()) this.touches.set(key, false);
    return found;
  }

  private search(target: Target, seen: Map<string, boolean>): boolean {
    const key = `${target.unit.path}\0${target.fn}`;
    const known = this.touches.get(key);
    if (known !== undefined) return known;
    if (seen.has(key) || seen.size > MAX_REACH) return false;
    seen.set(key, true);
    const found = this.locksHere(target) || this.callees(target).some((next) => this.search(next, seen));
    if (found) this.touches.set(key, true);
    return found;
  }

  private locksHere({ unit, fn }: Target): boolean {
    return this.bodies(unit, fn).some(
      (id) =>
        unit.fn(id).body.length > 0 &&
        [...everyOp(unit.fn(id).body)].some(
          (op) => op.op === 'call' && lockAction(this.entities, unit, id, op) !== undefined,
        ),
    );
  }

  private callees({ unit, fn }: Target): Target[] {
    return this.bodies(unit, fn).flatMap((id) =>
      [...everyOp(unit.fn(id).body)].flatMap((op) => (op.op === 'call' ? (this.target(unit, id, op) ?? []) : [])),
    );
  }

  /** A function with those written inside it. */
  private bodies(unit: Unit, fn: number): number[] {
    return fn === 0 ? [0] : [fn, ...nested(unit, fn)];
  }

  /** A lock of the called function in the caller's terms; undefined when the caller cannot name it. */
  translate(ref: LockRef, target: Target, unit: Unit, fn: number, op: CallOp): LockRef | undefined {
    const key = this.translateKey(ref, target, unit, op);
    const keyed = key ? { key } : {};
    if (ref.param) {
      const index = target.unit.fn(target.fn).params.findIndex((param) => param.binding === ref.param!.binding);
      const argument = index < 0 ? undefined : op.args[index];
      if (!argument) return undefined;
      const value = ref.param.names.reduce<Value>(
        (of, name) => ({ v: 'member', of, name, span: argument.span }),
        argument,
      );
      const own = lockRef(this.entities, unit, fn, value, ref.side);
      return own ? { ...own, ...keyed } : undefined;
    }
    if (ref.receiver === 'this' || ref.receiver.startsWith('this.')) {
      const receiver = op.callee.v === 'member' ? accessPath(this.entities, unit, fn, op.callee.of)?.name : undefined;
      if (receiver === undefined) return { ...ref, ...keyed, receiver: '?' };
      const rest = ref.receiver.slice('this'.length);
      return {
        ...ref,
        ...keyed,
        receiver: `${receiver === 'super' ? 'this' : receiver}${rest}`,
        name: ref.name.replace(/^this/, receiver),
      };
    }
    // A lock that the function makes for itself is another one at each call.
    if (ref.owner === 'variable' && this.isLocal(ref, target)) return undefined;
    return { ...ref, ...keyed };
  }

  private isLocal(ref: LockRef, target: Target): boolean {
    const { declaration } = ref;
    if (!declaration || declaration.path !== target.unit.path) return false;
    const { span, parent } = target.unit.fn(target.fn);
    return parent >= 0 && span[0] <= declaration.span[0] && declaration.span[1] <= span[1];
  }

  private translateKey(ref: LockRef, target: Target, unit: Unit, op: CallOp): LockRef['key'] {
    if (!ref.key || ref.key.param === undefined) return ref.key;
    const index = target.unit.fn(target.fn).params.findIndex((param) => param.binding === ref.key!.param);
    const argument = index < 0 ? undefined : op.args[index];
    return argument ? keyOf(unit, argument) : ref.key;
  }

  /** Every lock that a function takes and its caller may wait for, through calls, each with the chain that leads to it. */
  acquires(target: Target, depth = 0): readonly Acquire[] {
    const key = `${target.unit.path}\0${target.fn}`;
    const known = this.acquired.get(key);
    if (known) return known;
    if (depth > MAX_CHAIN || !this.mayLock(target)) return [];
    const trace = this.trace(target.unit, target.fn);
    if (!trace) return [];
    this.acquired.set(key, []);
    const found = new Map<string, Acquire>();
    const add = (acquire: Acquire) => {
      const name = `${acquire.ref.id} ${acquire.ref.receiver} ${acquire.ref.key?.text ?? ''} ${acquire.ref.side ?? ''}`;
      const before = found.get(name);
      if (!before || (acquire.awaited && !before.awaited)) found.set(name, acquire);
    };
    const { unit } = target;
    for (const hold of trace.holds) {
      const op = unit.call(hold.call < 0 ? -1 : hold.call)?.op;
      add({
        ref: hold.ref,
        awaited: op === undefined || isAwaited(unit, op),
        place: { path: unit.path, span: hold.span },
        chain: [],
      });
    }
    for (const visit of trace.visits) {
      if (visit.op.op !== 'call') continue;
      const next = this.target(unit, visit.fn, visit.op);
      if (!next) continue;
      for (const acquire of this.acquires(next, depth + 1)) {
        const ref = this.translate(acquire.ref, next, unit, visit.fn, visit.op);
        const place: Place = { path: unit.path, span: visit.op.span };
        if (ref)
          add({
            ...acquire,
            ref,
            awaited: acquire.awaited && isAwaited(unit, visit.op),
            chain: [place, ...acquire.chain],
          });
      }
    }
    const list = [...found.values()];
    if (depth === 0) this.acquired.set(key, list);
    else this.acquired.delete(key);
    return list;
  }
}

/** The project function that a call runs, a constructor included. */
export function calledFunction(entities: Entities, unit: Unit, fn: number, op: CallOp): Target | undefined {
  const entity = entities.of(unit, fn, op.callee);
  if (entity?.k === 'function') return { unit: entity.unit, fn: entity.fn };
  if (op.isNew && entity?.k === 'class') {
    const constructor = entity.unit.member(entity.cls, 'constructor', ['constructor']);
    return constructor?.function === undefined ? undefined : { unit: entity.unit, fn: constructor.function };
  }
  return undefined;
}

const nestedFunctions = new WeakMap<Unit, Map<number, number[]>>();

/** The functions written inside a function, methods of classes in it apart. */
export function nested(unit: Unit, fn: number): readonly number[] {
  let known = nestedFunctions.get(unit);
  if (!known) {
    nestedFunctions.set(unit, (known = new Map()));
    for (const [id, fact] of unit.facts.functions.entries()) {
      if (fact.kind === 'method') continue;
      for (let up = fact.parent; up >= 0; up = unit.fn(up).parent) {
        const list = known.get(up);
        if (list) list.push(id);
        else known.set(up, [id]);
      }
    }
  }
  return known.get(fn) ?? [];
}

/** Whether what a call gives is waited for where it is made, or handed to who called. */
export function isAwaited(_unit: Unit, op: CallOp): boolean {
  return op.result === 'await' || op.result === 'return' || op.result === 'argument' || op.result === 'receiver';
}

function returnsPromise(trace: Trace): boolean {
  return trace.returned.length > 0;
}
