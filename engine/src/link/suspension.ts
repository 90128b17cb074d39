import type { AwaitOp, CallOp, Op, Value } from '../facts/format.js';
import type { Place } from '../findings.js';
import { lockAction } from './action.js';
import { ByUnit } from './by-unit.js';
import { calleeNames, callbackTiming, likelyWaitKind, waitKind } from './callee.js';
import { dispatchesToNetwork } from '../models/waits.js';
import { isOptional } from './enclosing.js';
import { executorKind } from './executor.js';
import type { Entities } from './entity.js';
import { accessPath } from './lock-ref.js';
import { calledFunction, type Target } from './called-function.js';
import type { Summaries } from './summary.js';
import { everyOp, type Unit } from './unit.js';

/** What a suspension waits for. `callback`: code of the caller; `microtask`: nothing that takes time. */
export type SuspensionKind =
  'network' | 'process' | 'user' | 'event' | 'timer' | 'lock' | 'storage' | 'callback' | 'unknown' | 'microtask';

export interface Suspension {
  readonly kind: SuspensionKind;
  /** Calls that lead from the `await` to what is waited for, outermost first. */
  readonly chain: readonly Place[];
  /** What is waited for, as written. */
  readonly what: string;
  /** The call that is waited for in the end, where the wait comes down to one. */
  readonly last?: Place;
  /** The path of the object that this call is made on: `src/room.ts#Room.client`. */
  readonly asked?: string;
  /** A function on the way to it waits in a branch alone, beside which nothing is waited for: a call of it may have nothing to wait for. */
  readonly inBranch?: true;
}

/** From the longest and least bounded to nothing: the kind of several waits is the first that occurs. */
const ORDER: readonly SuspensionKind[] = [
  'user',
  'event',
  'network',
  'process',
  'timer',
  'callback',
  'lock',
  'storage',
  'unknown',
  'microtask',
];

const MAX_CALLS = 6;
const MAX_FUNCTIONS = 200;

/** What a value waits for: something that is known or cannot be told, or what a function of the project waits for. */
type Wait =
  | Suspension
  | {
      readonly through: Target;
      /** The call, unless the function is one of the caller's own, which the call runs. */
      readonly call?: Place;
      /** Where nothing is seen to be waited for in the function. */
      readonly otherwise: Suspension;
      readonly inBranch?: true;
    };

/** Tells what awaits wait for, through calls of project functions. */
export class Suspensions {
  private readonly entities: Entities;
  private readonly summaries: Summaries;
  private readonly own = new ByUnit<number, readonly Wait[]>();
  private readonly known = new ByUnit<number, Suspension | undefined>();

  constructor(entities: Entities, summaries: Summaries) {
    this.entities = entities;
    this.summaries = summaries;
  }

  of(unit: Unit, fn: number, op: AwaitOp): Suspension {
    const what = shorten(unit.slice(op.of?.span ?? op.span));
    if (op.how === 'yield') return { kind: 'callback', chain: [], what };
    const found = op.of && this.ofValue(unit, fn, op.of);
    // What is awaited here is what the reader sees; what it comes down to stands at the end of the chain.
    return found ? { ...found, what } : { kind: 'unknown', chain: [], what };
  }

  /** What whoever is given a value has to wait for; undefined where nothing tells that it is a promise. */
  ofValue(unit: Unit, fn: number, value: Value): Suspension | undefined {
    return this.worst(this.waits(unit, fn, value));
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
  ofFunction(target: Target): Suspension | undefined {
    const { unit, fn } = target;
    if (!this.known.has(unit, fn)) this.known.set(unit, fn, this.worst(this.ownWaits(target), [target]));
    return this.known.get(unit, fn);
  }

  /** Breadth first, so that what is found is the nearest of its kind, whichever function was asked for before. */
  private worst(waits: readonly Wait[], entered: readonly Target[] = []): Suspension | undefined {
    let worst: Suspension | undefined;
    const seen = new Set(entered.map(keyOf));
    let front: readonly OnTheWay[] = waits.map((wait) => ({ wait, chain: [], branch: wait.inBranch ? IN_BRANCH : {} }));
    for (let depth = 0; front.length > 0; depth++) {
      const next: OnTheWay[] = [];
      for (const { wait, chain, branch } of front) {
        if (!('through' in wait)) {
          worst = worse(worst, { ...wait, ...branch, chain });
          continue;
        }
        const key = keyOf(wait.through);
        if (seen.has(key)) continue;
        seen.add(key);
        const isTooFar = depth >= MAX_CALLS || seen.size > MAX_FUNCTIONS;
        const inner = isTooFar ? [] : this.ownWaits(wait.through);
        const longer = wait.call ? [...chain, wait.call] : chain;
        if (isTooFar) worst = worse(worst, { ...wait.otherwise, ...branch, kind: 'unknown', chain });
        else if (inner.length === 0) worst = worse(worst, { ...wait.otherwise, ...branch, chain });
        else
          next.push(...inner.map((one) => ({ wait: one, chain: longer, branch: one.inBranch ? IN_BRANCH : branch })));
      }
      front = next;
    }
    return worst;
  }

  private ownWaits({ unit, fn }: Target): readonly Wait[] {
    let waits = this.own.get(unit, fn);
    if (!waits) {
      waits = [...everyOp(unit.fn(fn).body)].flatMap((op) => {
        const own = this.ofOp(unit, fn, op);
        return own.length > 0 && isOptional(unit, fn, op.span) ? own.map((wait) => ({ ...wait, ...IN_BRANCH })) : own;
      });
      this.own.set(unit, fn, waits);
    }
    return waits;
  }

  private ofOp(unit: Unit, fn: number, op: Op): readonly Wait[] {
    // A promise that is returned is waited for by the caller.
    if (op.op === 'return' && op.value) return this.waits(unit, fn, op.value);
    if (op.op !== 'await') return [];
    const what = shorten(unit.slice(op.of?.span ?? op.span));
    if (op.how === 'yield') return [{ kind: 'callback', chain: [], what }];
    const waits = op.of ? this.waits(unit, fn, op.of) : [];
    return waits.length > 0 ? waits : [{ kind: 'unknown', chain: [], what }];
  }

  private waits(unit: Unit, fn: number, value: Value): readonly Wait[] {
    switch (value.v) {
      case 'call':
        return this.ofCall(unit, value.id);
      case 'choice':
        return value.of.flatMap((part) => this.waits(unit, fn, part));
      case 'array':
        return value.items.flatMap((part) => this.waits(unit, fn, part));
      case 'bind': {
        const binding = unit.facts.bindings[value.id]!;
        return binding.init && binding.writes === 0 && /^(?:const|let|var)$/.test(binding.kind)
          ? this.waits(unit, binding.owner, binding.init)
          : [];
      }
      case 'lit':
        return [{ kind: 'microtask', chain: [], what: unit.slice(value.span) }];
      default:
        return [];
    }
  }

  private ofCall(unit: Unit, callId: number): readonly Wait[] {
    const found = unit.call(callId);
    if (!found) return [];
    const { op, fn } = found;
    const what = shorten(unit.slice(op.span));
    const last: Place = { path: unit.path, span: op.span };
    const plain = (kind: SuspensionKind): Suspension => ({ kind, chain: [], what, last, ...this.asked(unit, fn, op) });
    const action = lockAction(this.entities, unit, fn, op);
    if (action) return [plain(action.do === 'query' || action.do === 'release' ? 'microtask' : 'lock')];
    const names = calleeNames(this.entities, unit, fn, op);
    if (op.isNew) return names.includes('Promise') ? [plain(executorKind(this.entities, unit, fn, op))] : [];
    if (names.includes('Promise.resolve')) return [plain('microtask')];
    if (names.some((name) => /^Promise\.(all|allSettled)$/.test(name))) return this.ofAll(unit, fn, op);
    if (names.some((name) => /^Promise\.(race|any)$/.test(name))) return this.ofFirst(unit, fn, op);
    if (op.callee.v === 'member' && /^(then|catch|finally)$/.test(op.callee.name))
      return [...this.waits(unit, fn, op.callee.of), ...this.ofArguments(unit, op)];
    const kind = waitKind(this.entities, unit, fn, op);
    if (kind) return [plain(kind)];
    const target = calledFunction(this.entities, unit, fn, op);
    if (target) {
      const otherwise = plain(target.unit.fn(target.fn).async ? 'microtask' : 'unknown');
      return [{ through: target, call: last, otherwise }, ...this.ofArguments(unit, op)];
    }
    if (op.callee.v === 'bind' && unit.facts.bindings[op.callee.id]!.kind === 'param') return [plain('callback')];
    const likely = likelyWaitKind(this.entities, unit, fn, op);
    if (likely) return [plain(likely)];
    const runs = callbackTiming(this.entities, unit, fn, op) === 'now' ? this.ofArguments(unit, op) : [];
    return [plain('unknown'), ...runs];
  }

  /** What the functions wait for that a call is given, and runs before its result is there. */
  private ofArguments(unit: Unit, op: CallOp): readonly Wait[] {
    return op.args.flatMap((argument): Wait[] => {
      const { fn } = unit.call(op.id)!;
      const given = argument.v === 'fn' || argument.v === 'bind' || argument.v === 'member';
      const entity = given ? this.entities.of(unit, fn, argument) : undefined;
      if (entity?.k !== 'function') return [];
      const otherwise: Suspension = { kind: 'microtask', chain: [], what: shorten(unit.slice(argument.span)) };
      return [{ through: { unit: entity.unit, fn: entity.fn }, otherwise }];
    });
  }

  private ofAll(unit: Unit, fn: number, op: CallOp): readonly Wait[] {
    const [list] = op.args;
    const mapped = list?.v === 'call' ? unit.call(list.id)?.op : undefined;
    if (mapped && this.ofArguments(unit, mapped).length > 0) return this.ofArguments(unit, mapped);
    return list ? this.waits(unit, fn, list) : [];
  }

  /** Of several promises the first is waited for: a timer among them is the limit, and no wait. */
  private ofFirst(unit: Unit, fn: number, op: CallOp): readonly Wait[] {
    const [list] = op.args;
    if (list?.v !== 'array') return this.ofAll(unit, fn, op);
    const parts = list.items.map((item) => this.waits(unit, fn, item));
    const untimed = parts.filter((waits) => this.worst(waits)?.kind !== 'timer');
    return (untimed.length > 0 ? untimed : parts).flat();
  }

  /** The object that a method asks, where it is more than `this`, no computed one, and no bus that hands a call on. */
  private asked(unit: Unit, fn: number, { callee, args }: CallOp): Pick<Suspension, 'asked'> {
    if (callee.v !== 'member' || callee.of.v === 'this') return {};
    if (args[0] && dispatchesToNetwork(callee.name, unit.slice(args[0].span))) return {};
    const path = accessPath(this.entities, unit, fn, callee.of);
    return path ? { asked: path.id } : {};
  }
}

/** A wait that the search comes to, with the calls that led there. */
interface OnTheWay {
  readonly wait: Wait;
  readonly chain: readonly Place[];
  readonly branch: Pick<Suspension, 'inBranch'>;
}

const IN_BRANCH = { inBranch: true } as const;

function worse(one: Suspension | undefined, other: Suspension): Suspension {
  return !one || ORDER.indexOf(other.kind) < ORDER.indexOf(one.kind) ? other : one;
}

function keyOf({ unit, fn }: Target): string {
  return `${unit.path}\0${fn}`;
}

/** The first line of an expression, short enough for a message. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
