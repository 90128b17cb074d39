import type { AwaitOp, BranchOp, CallOp, LoopOp, Op, SwitchOp, TryOp, Value } from '../facts/format.js';
import type { Span } from '../findings.js';
import { lockAction, type Action, type ReleaserArgument } from './action.js';
import { bindingsCapturedBelow } from './capture.js';
import { callbackTiming, neverThrows } from './callee.js';
import type { Entities } from './entity.js';
import { givenTruth, type GivenArguments } from './given.js';
import type { LockRef } from './lock-ref.js';
import {
  distinct,
  emptyState,
  stateKey,
  withHandle,
  withHold,
  withoutHold,
  withTransfer,
  withTruth,
  type Hold,
  type State,
} from './state.js';
import type { CallEffects } from './summary.js';
import { everyOp, everyValue, type Unit } from './unit.js';

/** Where an operation runs and under which locks, over all paths that reach it. */
export interface Visit {
  readonly op: Op;
  readonly fn: number;
  /** Held on some path. */
  readonly holds: Hold[];
  /** Held on every path. */
  always: readonly Hold[];
  /** Held on some path by another owner, who may have released since. */
  readonly handedOver: Hold[];
  /** The innermost loop below the start of each hold is told by span. */
  readonly loops: readonly Span[];
  /** Inside a `finally` or `catch`. */
  readonly cleanup: boolean;
  /** On a path that some test chooses. */
  readonly conditional: boolean;
}

/** A path on which a lock stays held when the function is left. */
export interface Leak {
  readonly hold: Hold;
  readonly by: 'throw' | 'return' | 'end';
  /** What throws, or the `return`. */
  readonly at: Span;
}

export interface Release {
  readonly hold: Hold;
  readonly span: Span;
  readonly cleanup: boolean;
}

/** A release that finds nothing held on some path: a second release, or one in a branch that took nothing. */
export interface StrayRelease {
  readonly ref?: LockRef;
  readonly span: Span;
  /** The hold that was released before on this path. */
  readonly before?: Hold;
  readonly fn: number;
}

/** A release that some path reaches without the lock: the request for it has failed, or was never made. */
export interface UnheldRelease {
  readonly hold: Hold;
  readonly span: Span;
  /** The request itself failed on that path. */
  readonly failed: boolean;
  /** Some test chooses whether the release runs, which may be the test that chose the acquire. */
  readonly conditional: boolean;
}

/** A callback parameter, called with locks held. */
export interface ParamRun {
  readonly binding: number;
  readonly under: readonly Hold[];
  readonly span: Span;
  readonly awaited: boolean;
  /** The releasers that it is given. */
  readonly releasers: readonly { readonly hold: Hold; readonly at: ReleaserArgument }[];
}

/** All that one function does with locks, the callbacks that it runs at once included. */
export interface Trace {
  readonly unit: Unit;
  readonly fn: number;
  readonly holds: readonly Hold[];
  readonly visits: readonly Visit[];
  readonly leaks: readonly Leak[];
  readonly releases: readonly Release[];
  readonly strays: readonly StrayRelease[];
  readonly unheld: readonly UnheldRelease[];
  readonly transferred: ReadonlySet<Hold>;
  /** The field that a releaser is kept in. */
  readonly keptIn: ReadonlyMap<Hold, string>;
  /** Holds that still stand at a normal end. */
  readonly kept: readonly Hold[];
  /** Holds whose releaser the function gives to its caller. */
  readonly returned: readonly Hold[];
  /** Acquires whose promise nobody waits for. */
  readonly unawaited: readonly { readonly op: CallOp; readonly ref: LockRef; readonly fn: number }[];
  readonly runs: readonly ParamRun[];
  /** Releases of locks that the function does not hold: it releases for its caller. */
  readonly foreign: readonly { readonly ref: LockRef; readonly span: Span }[];
  /** Functions that are named, not written, where a lock runs them: `mutex.runExclusive(this.#work)`. */
  readonly references: readonly {
    readonly callee: Value;
    readonly hold: Hold;
    readonly fn: number;
    readonly op: CallOp;
  }[];
  /** Functions whose bodies were walked here, for they run at once. */
  readonly entered: ReadonlySet<number>;
}

interface Exit {
  readonly kind: 'return' | 'throw' | 'break' | 'continue';
  readonly label?: string | undefined;
  readonly state: State;
  readonly at: Span;
}

interface Flow {
  next: State[];
  exits: Exit[];
}

interface Context {
  readonly fn: number;
  readonly loops: readonly Span[];
  readonly cleanup: boolean;
  readonly conditional: boolean;
}

/** How a callback is entered: as a section, with the locks that it leaves being its own, and with releasers passed through. */
interface Entering {
  readonly section?: boolean;
  readonly leaves?: boolean;
  /** The one lock that the callback must release itself. */
  readonly own?: Hold;
  readonly releasers?: ParamRun['releasers'];
}

/** A request for a lock that is made and not yet granted. */
interface Pending {
  readonly hold: Hold;
  readonly gives: 'releaser' | 'guard' | 'pair' | 'nothing';
  awaited: boolean;
}

/** Walks a function over all its paths, `throw` included, with the set of locks held at each point. */
export function walk(
  entities: Entities,
  effects: CallEffects,
  unit: Unit,
  fn: number,
  given: GivenArguments = [],
): Trace {
  return new Walker(entities, effects, unit, fn, given).run();
}

class Walker {
  private readonly visits = new Map<Op, Visit>();
  private readonly holds = new Map<number, Hold>();
  private readonly pending = new Map<number, Pending>();
  private readonly leaks = new Map<string, Leak>();
  private readonly releases = new Map<string, Release>();
  private readonly strays = new Map<string, StrayRelease>();
  private readonly unheld = new Map<string, UnheldRelease>();
  private readonly transferred = new Set<Hold>();
  private readonly kept = new Set<Hold>();
  private readonly returned = new Set<Hold>();
  private readonly runs = new Map<string, ParamRun>();
  private readonly foreign = new Map<string, { ref: LockRef; span: Span }>();
  private readonly entered = new Set<number>();
  private readonly actions = new Map<CallOp, readonly Action[]>();
  private readonly entities: Entities;
  private readonly effects: CallEffects;
  private readonly unit: Unit;
  private readonly root: number;
  private readonly given: GivenArguments;
  private readonly references = new Map<number, Trace['references'][number]>();

  constructor(entities: Entities, effects: CallEffects, unit: Unit, fn: number, given: GivenArguments) {
    this.given = given;
    this.entities = entities;
    this.effects = effects;
    this.unit = unit;
    this.root = fn;
  }

  run(): Trace {
    const fact = this.unit.fn(this.root);
    const flow = this.exec(fact.body, [emptyState], { fn: this.root, loops: [], cleanup: false, conditional: false });
    const end: Span = [fact.bodySpan[1] - 1, fact.bodySpan[1]];
    for (const state of flow.next) this.leave(state, 'end', end);
    for (const exit of flow.exits) {
      if (exit.kind === 'return' || exit.kind === 'throw') this.leave(exit.state, exit.kind, exit.at);
    }
    return {
      unit: this.unit,
      fn: this.root,
      holds: [...this.holds.values()],
      visits: [...this.visits.values()],
      leaks: [...this.leaks.values()],
      releases: [...this.releases.values()],
      strays: [...this.strays.values()],
      unheld: [...this.unheld.values()],
      transferred: this.transferred,
      keptIn: this.keptIn,
      kept: [...this.kept],
      returned: [...this.returned],
      unawaited: this.unawaited(),
      runs: [...this.runs.values()],
      foreign: [...this.foreign.values()],
      references: [...this.references.values()],
      entered: this.entered,
    };
  }

  private unawaited(): Trace['unawaited'] {
    const found: { op: CallOp; ref: LockRef; fn: number }[] = [];
    for (const [id, pending] of this.pending) {
      const call = this.unit.call(id)!;
      const { result } = call.op;
      if (!pending.awaited && (result === 'discard' || result === 'void' || result === 'test' || this.isLost(call.op)))
        found.push({ op: call.op, ref: pending.hold.ref, fn: call.fn });
    }
    return found;
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

  private leave(state: State, by: Leak['by'], at: Span): void {
    for (const hold of state.holds) {
      if (hold.form === 'callback' || hold.form === 'using') continue;
      // A lock that waits for `done` sees what its callback throws, but not what the promise of an async one rejects with.
      if (hold.form === 'done' && by === 'throw' && !this.rejects(hold)) continue;
      if (state.transferred.has(hold)) {
        this.transferred.add(hold);
        continue;
      }
      if (by !== 'throw') this.kept.add(hold);
      const key = `${hold.call} ${by} ${at[0]}`;
      if (!this.leaks.has(key)) this.leaks.set(key, { hold, by, at });
    }
  }

  private rejects(hold: Hold): boolean {
    const callback = this.unit.call(hold.call)?.op.args.find((argument) => argument.v === 'fn');
    return callback?.v === 'fn' && this.unit.fn(callback.id).async;
  }

  private exec(ops: readonly Op[], from: readonly State[], context: Context): Flow {
    let states = distinct(from);
    const exits: Exit[] = [];
    for (const op of ops) {
      if (states.length === 0) break;
      const flow = this.step(op, states, context);
      states = distinct(flow.next);
      exits.push(...flow.exits);
    }
    return { next: states, exits: compact(exits) };
  }

  private step(op: Op, states: State[], context: Context): Flow {
    for (const state of states) this.visit(op, state, context);
    switch (op.op) {
      case 'call':
        return this.call(op, states, context);
      case 'await':
        return this.await(op, states);
      case 'assign':
        return { next: states.map((state) => this.assign(op.target, op.value, state)), exits: [] };
      case 'using':
        return { next: states.map((state) => this.using(op.binding, op.value, state)), exits: [] };
      case 'branch':
        return this.branch(op, states, context);
      case 'loop':
        return this.loop(op, states, context);
      case 'switch':
        return this.switch(op, states, context);
      case 'try':
        return this.try(op, states, context);
      case 'block':
        return this.block(op, states, context);
      case 'return':
        return {
          next: [],
          exits: states.map((state) => ({ kind: 'return', state: this.give(op.value, state), at: op.span })),
        };
      case 'throw':
        return { next: [], exits: states.map((state) => ({ kind: 'throw', state, at: op.span })) };
      case 'break':
      case 'continue':
        return { next: [], exits: states.map((state) => ({ kind: op.op, label: op.label, state, at: op.span })) };
      default:
        return { next: states, exits: [] };
    }
  }

  private visit(op: Op, state: State, context: Context): void {
    const known = this.visits.get(op);
    if (!known) {
      const { fn, loops, cleanup, conditional } = context;
      const handedOver = state.holds.filter((hold) => state.transferred.has(hold));
      const { holds } = state;
      this.visits.set(op, { op, fn, holds: [...holds], always: holds, handedOver, loops, cleanup, conditional });
      return;
    }
    for (const hold of state.holds)
      if (state.transferred.has(hold) && !known.handedOver.includes(hold)) known.handedOver.push(hold);
    for (const hold of state.holds) if (!known.holds.includes(hold)) known.holds.push(hold);
    known.always = known.always.filter((hold) => state.holds.includes(hold));
  }

  // ---- calls ----------------------------------------------------------------------------------------------------

  private call(op: CallOp, states: State[], context: Context): Flow {
    const exits: Exit[] = [];
    let next = states;
    const released = this.releasedHandle(op);
    if (released) return { next: states.map((state) => this.release(state, released, op, context)), exits };
    const barrier = this.releasedAtOnce(op);
    if (barrier) return { next: states.map((state) => this.releaseGiven(state, barrier, op, context)), exits };
    const actions = this.actionsOf(op, context.fn);
    if (actions.length === 0 && !neverThrows(this.entities, this.unit, context.fn, op)) {
      // What is handed over in the call is the callee's to release, also when it throws.
      exits.push(...states.map((state): Exit => ({ kind: 'throw', state: this.passOn(op, state), at: op.span })));
    }
    for (const action of actions) {
      if (action.do === 'acquire') next = next.flatMap((state) => this.acquire(op, action, state, context));
      else if (action.do === 'release') next = next.map((state) => this.releaseLock(state, action.ref, op, context));
      else if (action.do === 'section') {
        for (const state of next) this.section(op, action, state, context);
        exits.push(...next.map((state): Exit => ({ kind: 'throw', state, at: op.span })));
      }
    }
    this.enterCallbacks(op, actions, next, context);
    return { next: next.map((state) => this.passOn(op, state)), exits: compact(exits) };
  }

  private actionsOf(op: CallOp, fn: number): readonly Action[] {
    let actions = this.actions.get(op);
    if (!actions) {
      const own = lockAction(this.entities, this.unit, fn, op);
      actions = own ? [own] : this.effects.of(this.unit, fn, op);
      this.actions.set(op, actions);
    }
    return actions;
  }

  private acquire(op: CallOp, action: Extract<Action, { do: 'acquire' }>, state: State, context: Context): State[] {
    let hold = this.holds.get(op.id);
    if (!hold) {
      const waits = !action.sync && !action.attempt;
      hold = {
        call: op.id,
        unit: this.unit,
        fn: context.fn,
        ref: action.ref,
        form: 'manual',
        span: op.span,
        waits,
        onlyIfFree: true,
      };
      this.holds.set(op.id, hold);
      this.pending.set(op.id, { hold, gives: action.gives, awaited: action.sync });
    }
    hold.onlyIfFree &&= this.isSeenFree(state, action.ref);
    if (!action.sync) {
      // `return m.acquire()` gives the releaser away before it is there.
      if (op.result === 'return') {
        this.returned.add(hold);
        this.pending.get(op.id)!.awaited = true;
      }
      return [state];
    }
    this.granted.add(hold);
    const granted = withHold(withoutHold(state, hold), hold);
    return action.attempt ? [withTruth(granted, `c${op.id}`, true), withTruth(state, `c${op.id}`, false)] : [granted];
  }

  /** A callback that runs with a lock held: its body is walked here, as part of the section. */
  private section(op: CallOp, action: Extract<Action, { do: 'section' }>, state: State, context: Context): void {
    const { ref, callback, tries } = action;
    const done = action.done && callback?.v === 'fn' ? this.parameterHandle(callback.id, action.done) : undefined;
    let hold = [...this.holds.values()].find((candidate) => candidate.call === op.id && candidate.ref.id === ref.id);
    if (!hold) {
      hold = {
        call: op.id,
        unit: this.unit,
        fn: context.fn,
        ref,
        form: done === undefined ? 'callback' : 'done',
        span: op.span,
        waits: !tries,
        onlyIfFree: true,
      };
      this.holds.set(this.holds.has(op.id) ? -1 - this.holds.size : op.id, hold);
    }
    hold.onlyIfFree &&= this.isSeenFree(state, ref);
    if (callback && callback.v !== 'fn') this.references.set(op.id, { callee: callback, hold, fn: context.fn, op });
    if (!callback) return;
    if (done !== undefined) {
      this.knownHandles.add(done);
      this.enter(callback, withHold(state, hold, done), op.span, context, { section: true, own: hold });
      return;
    }
    const handle =
      callback.v === 'fn' && action.releaser ? this.parameterHandle(callback.id, action.releaser) : undefined;
    if (handle) this.knownHandles.add(handle);
    const forwarded = action.releaser ? [{ hold, at: action.releaser }] : [];
    this.enter(callback, withHold(state, hold, handle), op.span, context, { section: true, releasers: forwarded });
  }

  /** Callbacks that a call runs before it returns or before the promise that is awaited settles. */
  private enterCallbacks(op: CallOp, actions: readonly Action[], states: readonly State[], context: Context): void {
    op.args.forEach((argument, index) => {
      if (argument.v !== 'fn') return;
      if (actions.some((action) => action.do === 'section' && action.callback === argument)) return;
      const then = this.thenOfAcquire(op);
      if (then && index === 0) {
        for (const state of states) this.enterThen(then, argument, state, context);
        return;
      }
      const timing = callbackTiming(this.entities, this.unit, context.fn, op);
      if (timing === 'now') for (const state of states) this.enter(argument, state, op.span, context);
    });
  }

  /** `m.acquire().then((release) => …)`. */
  private thenOfAcquire(op: CallOp): Pending | undefined {
    if (op.callee.v !== 'member' || op.callee.name !== 'then') return undefined;
    return this.pendingIn(op.callee.of);
  }

  private enterThen(pending: Pending, callback: Extract<Value, { v: 'fn' }>, state: State, context: Context): void {
    pending.awaited = true;
    const hold = { ...pending.hold, form: 'then' as const };
    const known =
      [...this.holds.values()].find((candidate) => candidate.call === hold.call && candidate.form === 'then') ?? hold;
    this.holds.set(hold.call, known);
    const parameter = this.unit.fn(callback.id).params[0]?.binding;
    const granted = withHold(state, known, parameter === undefined ? undefined : `b${parameter}`);
    this.enter(callback, granted, callback.span, context, { leaves: true });
  }

  /** Walks a function that runs here; what it leaves held is its own matter only where it takes the lock itself. */
  private enter(callback: Value, state: State, at: Span, context: Context, how: Entering = {}): void {
    if (callback.v === 'fn') {
      if (this.depth > 6) return;
      this.entered.add(callback.id);
      this.depth++;
      const fact = this.unit.fn(callback.id);
      const flow = this.exec(fact.body, [state], {
        fn: callback.id,
        loops: how.section ? [] : context.loops,
        cleanup: false,
        conditional: false,
      });
      this.depth--;
      const end: Span = [fact.bodySpan[1] - 1, fact.bodySpan[1]];
      const ends = [...flow.next.map((last) => ({ kind: 'end' as const, state: last, at: end })), ...flow.exits];
      for (const last of ends) {
        if (last.kind === 'break' || last.kind === 'continue') continue;
        // Locks that the callback took and kept are leaks of its own; those it was entered with are the caller's.
        const own = last.state.holds.filter(
          (hold) => how.leaves === true || hold === how.own || !state.holds.includes(hold),
        );
        this.leave({ ...last.state, holds: own }, last.kind, last.at);
      }
      return;
    }
    if (callback.v === 'bind') {
      const key = `${callback.id} ${at[0]}`;
      if (!this.runs.has(key))
        this.runs.set(key, {
          binding: callback.id,
          under: state.holds,
          span: at,
          awaited: true,
          releasers: how.releasers ?? [],
        });
    }
  }
  private depth = 0;

  /** A handle that is passed on has a new owner. So has one that a function captures which runs later. */
  private passOn(op: CallOp, state: State): State {
    if (state.holds.length === 0) return this.recordRun(op, state);
    let after = state;
    for (const argument of op.args) {
      for (const value of handedOver(argument)) {
        const hold = this.holdOf(value, state);
        if (hold && value.v !== 'call') after = withTransfer(after, hold);
        // What an executor or a constructor's callback captures may be called after it has returned.
        if (value.v === 'fn' && (op.isNew || !this.entered.has(value.id))) after = this.captured(value.id, after);
      }
    }
    return this.recordRun(op, after);
  }

  private captured(fn: number, state: State): State {
    let after = state;
    const captured = bindingsCapturedBelow(this.unit, fn);
    for (const hold of state.holds) {
      const handles = state.handles.get(hold) ?? [];
      if (handles.some((handle) => handle.startsWith('b') && captured.has(Number(handle.slice(1)))))
        after = withTransfer(after, hold);
    }
    return after;
  }

  private recordRun(op: CallOp, state: State): State {
    if (op.callee.v === 'bind' && this.unit.facts.bindings[op.callee.id]!.kind === 'param') {
      const key = `${op.callee.id} ${op.span[0]}`;
      const known = this.runs.get(key);
      if (!known)
        this.runs.set(key, {
          binding: op.callee.id,
          under: state.holds,
          span: op.span,
          awaited: op.result === 'await' || op.result === 'return',
          releasers: this.releasersGiven(op, state),
        });
    }
    return state;
  }

  /** Releasers among the arguments of a call, bare or as a member of an object. */
  private releasersGiven(op: CallOp, state: State): { hold: Hold; at: ReleaserArgument }[] {
    return op.args.flatMap((argument, index) => {
      const own = this.holdOf(argument, state);
      if (own) return [{ hold: own, at: { argument: index, names: [] } }];
      if (argument.v !== 'object') return [];
      return argument.props.flatMap(({ name, value }) => {
        const hold = name === undefined ? undefined : this.holdOf(value, state);
        return hold ? [{ hold, at: { argument: index, names: [name!] } }] : [];
      });
    });
  }

  /** The name of the handle that a callback's parameter, or a part of it, is. */
  private parameterHandle(fn: number, { argument, names }: ReleaserArgument): string | undefined {
    const param = this.unit.fn(fn).params[argument];
    if (!param) return undefined;
    const root = param.binding === undefined ? `p${param.span[0]}` : `b${param.binding}`;
    return [root, ...names].join('.');
  }

  // ---- releases -------------------------------------------------------------------------------------------------

  /** The name of the handle that a call releases: `release()`, `guard.release()`, `result[1]()`. */
  private releasedHandle(op: CallOp): string | undefined {
    const direct = this.handleName(op.callee);
    if (direct && this.handleKnown(direct)) return direct;
    if (op.callee.v !== 'member' || !RELEASING.test(op.callee.name)) return undefined;
    const guard = this.handleName(op.callee.of);
    return guard && this.handleKnown(guard) ? guard : undefined;
  }

  private readonly granted = new Set<Hold>();
  /** What gives the lock back in the breath that took it: `(await m.acquire())()`, `(await m.acquire()).release()`. */
  private releasedAtOnce(op: CallOp): Value | undefined {
    const { callee } = op;
    const given = callee.v === 'member' && RELEASING.test(callee.name) ? callee.of : callee;
    return given.v === 'await' && this.pendingIn(given.of) ? given : undefined;
  }

  private releaseGiven(state: State, value: Value, op: CallOp, context: Context): State {
    const hold = this.holdOf(value, state);
    return hold ? this.released(state, hold, op.span, context) : state;
  }

  private readonly knownHandles = new Set<string>();
  private readonly keptIn = new Map<Hold, string>();
  private readonly handleOwners = new Map<string, Hold>();

  private handleKnown(name: string): boolean {
    return this.knownHandles.has(name);
  }

  /** The name under which a variable or a field may hold a releaser. */
  private handleName(value: Value): string | undefined {
    if (value.v === 'bind') return `b${value.id}`;
    if (value.v === 'member' && value.of.v === 'this') return `this.${value.name}`;
    if (value.v === 'member' && value.of.v === 'bind') return `b${value.of.id}.${value.name}`;
    // A part of a parameter that is a pattern.
    if (value.v === 'member' && value.of.v === 'mix' && value.of.op === 'parameter')
      return `p${value.of.span[0]}.${value.name}`;
    return undefined;
  }

  private release(state: State, handle: string, op: CallOp, context: Context): State {
    const hold = state.holds.find((candidate) => state.handles.get(candidate)?.includes(handle));
    if (!hold) {
      const before = [...this.holds.values()].find((candidate) => state.handles.get(candidate)?.includes(handle));
      if (before) this.stray(op, context, before.ref, before);
      else if (state.truth.get(handle) !== true) this.releaseUnheld(this.handleOwners.get(handle), op, state, context);
      return state;
    }
    return this.released(state, hold, op.span, context);
  }

  private releaseLock(state: State, ref: LockRef, op: CallOp, context: Context): State {
    const hold = state.holds.findLast(
      (candidate) => candidate.ref.id === ref.id && (!ref.key || candidate.ref.key?.text === ref.key.text),
    );
    if (!hold) {
      const before = [...this.holds.values()].find(
        (candidate) => candidate.ref.id === ref.id && this.releasedOn(state, candidate),
      );
      const requested = [...this.granted].find(
        (candidate) => candidate.ref.id === ref.id && candidate.span[0] < op.span[0] && candidate.form === 'manual',
      );
      if (before) this.stray(op, context, ref, before);
      else if (requested) this.releaseUnheld(requested, op, state, context);
      else this.foreign.set(`${ref.id} ${op.span[0]}`, { ref, span: op.span });
      return state;
    }
    return this.released(state, hold, op.span, context);
  }

  private releaseUnheld(hold: Hold | undefined, op: CallOp, state: State, context: Context): void {
    if (!hold) return;
    const failed = state.truth.get(`failed ${hold.call}`) === true;
    const { conditional } = context;
    this.unheld.set(`${op.span[0]} ${failed}`, { hold, span: op.span, failed, conditional });
  }

  /** A hold that was granted on this path and is held no more. */
  private releasedOn(state: State, hold: Hold): boolean {
    return state.handles.has(hold);
  }

  private stray(op: CallOp, context: Context, ref: LockRef, before: Hold): void {
    this.strays.set(`${op.span[0]}`, { ref, span: op.span, before, fn: context.fn });
  }

  private released(state: State, hold: Hold, span: Span, context: Context): State {
    this.releases.set(`${hold.call} ${span[0]}`, { hold, span, cleanup: context.cleanup });
    return withoutHold(state, hold);
  }

  // ---- awaits and assignments -----------------------------------------------------------------------------------

  private await(op: AwaitOp, states: State[]): Flow {
    const pending = op.of && this.pendingIn(op.of);
    const exits = states.map((state): Exit => ({ kind: 'throw', state, at: op.span }));
    if (!pending) return { next: states, exits: compact(exits) };
    pending.awaited = true;
    this.granted.add(pending.hold);
    // A request that fails gives nothing: only what was held before stays held.
    const failed = exits.map((exit) => ({
      ...exit,
      state: withTruth(exit.state, `failed ${pending.hold.call}`, true),
    }));
    return {
      next: states.map((state) => withHold(withoutHold(state, pending.hold), pending.hold)),
      exits: compact(failed),
    };
  }

  /** The request whose promise a value is. */
  private pendingIn(value: Value, hops = 0): Pending | undefined {
    if (hops > 4) return undefined;
    switch (value.v) {
      case 'call': {
        const direct = this.pending.get(value.id);
        if (direct) return direct;
        // `m.acquire().catch(…)`, `.finally(…)`: the same grant.
        const op = this.unit.call(value.id)?.op;
        return op?.callee.v === 'member' && /^(catch|finally)$/.test(op.callee.name)
          ? this.pendingIn(op.callee.of, hops + 1)
          : undefined;
      }
      case 'choice':
        for (const part of value.of) {
          const found = this.pendingIn(part, hops + 1);
          if (found) return found;
        }
        return undefined;
      case 'await':
        return this.pendingIn(value.of, hops + 1);
      case 'bind': {
        const binding = this.unit.facts.bindings[value.id]!;
        return binding.init && binding.writes === 0 ? this.pendingIn(binding.init, hops + 1) : undefined;
      }
      default:
        return undefined;
    }
  }

  /** The hold that a value releases: the awaited acquire itself, a part of what it gave, or a variable that has it. */
  private holdOf(value: Value, state: State): Hold | undefined {
    const name = this.handleName(value);
    const named = name && state.holds.find((hold) => state.handles.get(hold)?.includes(name));
    if (named) return named;
    if (value.v === 'await' || value.v === 'call') {
      const pending = value.v === 'await' ? this.pendingIn(value.of) : this.pending.get(value.id);
      return pending && state.holds.includes(pending.hold) ? pending.hold : undefined;
    }
    if (value.v === 'choice') {
      for (const part of value.of) {
        const found = this.holdOf(part, state);
        if (found) return found;
      }
      return undefined;
    }
    if (value.v === 'member' && (RELEASING.test(value.name) || value.name === '1')) return this.holdOf(value.of, state);
    return undefined;
  }

  private assign(target: Value, value: Value, state: State): State {
    const hold = this.holdOf(value, state);
    const name = this.handleName(target);
    let after = state;
    if (hold && name) {
      this.knownHandles.add(name);
      this.handleOwners.set(name, hold);
      if (name.startsWith('this.')) this.keptIn.set(hold, name);
      after = withHandle(after, hold, name);
      // A field or an object outlives the function: whoever has it can release.
      if (!name.startsWith('b') || name.includes('.')) after = withTransfer(after, hold);
      else if (this.escapes(Number(name.slice(1)))) after = withTransfer(after, hold);
      return after;
    }
    if (hold) return withTransfer(after, hold);
    if (name)
      after = withTruth(after, name, constantTruth(value) ?? givenTruth(this.unit, this.root, this.given, value));
    for (const part of handedOver(value)) {
      if (part.v === 'fn') after = this.captured(part.id, after);
      const inner = part !== value && (part.v === 'bind' || part.v === 'await') ? this.holdOf(part, after) : undefined;
      if (inner) after = withTransfer(after, inner);
    }
    return after;
  }

  /** A releaser that a declared function captures may be called by whoever is given that function, which may happen anywhere. */
  private escapes(binding: number): boolean {
    const owner = this.unit.facts.bindings[binding]!.owner;
    return this.unit.facts.functions.some(
      (fact, id) =>
        id !== owner &&
        fact.parent >= 0 &&
        this.isDeclared(id) &&
        !this.entered.has(id) &&
        id !== this.root &&
        bindingsCapturedBelow(this.unit, id).has(binding) &&
        this.isBelow(id, owner),
    );
  }

  private isDeclared(fn: number): boolean {
    return this.unit.facts.bindings.some(({ kind, init }) => kind === 'function' && init?.v === 'fn' && init.id === fn);
  }

  private isBelow(fn: number, ancestor: number): boolean {
    for (let id = fn; id >= 0; id = this.unit.fn(id).parent) if (id === ancestor) return true;
    return false;
  }

  private using(binding: number, value: Value, state: State): State {
    const hold = this.holdOf(value, state);
    if (!hold) return state;
    this.knownHandles.add(`b${binding}`);
    const held = { ...hold, form: 'using' as const };
    const known =
      [...this.holds.values()].find((candidate) => candidate.call === held.call && candidate.form === 'using') ?? held;
    this.holds.set(held.call, known);
    return withHold(withoutHold(state, hold), known, `b${binding}`);
  }

  /** What is returned is the caller's to release. */
  private give(value: Value | undefined, state: State): State {
    if (!value) return state;
    let after = state;
    for (const part of handedOver(value)) {
      const hold = this.holdOf(part, after);
      if (hold) {
        this.returned.add(hold);
        after = withTransfer(after, hold);
      }
      if (part.v === 'fn') {
        const before = after;
        after = this.captured(part.id, after);
        for (const given of after.transferred) if (!before.transferred.has(given)) this.returned.add(given);
      }
    }
    return after;
  }

  // ---- control flow ---------------------------------------------------------------------------------------------

  private branch(op: BranchOp, states: State[], context: Context): Flow {
    const inside = { ...context, conditional: true };
    const truthy = op.form === '||' ? false : true;
    const decide = (state: State, taken: boolean) =>
      op.form === '??' || op.form === '?.'
        ? this.refine(op.test, state, op.form === '?.' ? taken : !taken)
        : this.refine(op.test, state, taken === truthy);
    const then = this.exec(
      op.then,
      states.flatMap((state) => decide(state, true)),
      inside,
    );
    const otherwise = this.exec(
      op.else,
      states.flatMap((state) => decide(state, false)),
      inside,
    );
    return { next: [...then.next, ...otherwise.next], exits: [...then.exits, ...otherwise.exits] };
  }

  /** The states in which a test comes out as told; none when that is known to be impossible. */
  private refine(test: Value, state: State, outcome: boolean): State[] {
    if (test.v === 'mix' && test.op === '!') return this.refine(test.of[0]!, state, !outcome);
    if (test.v === 'choice' && test.op === '&&' && outcome)
      return test.of.reduce<State[]>((all, part) => all.flatMap((one) => this.refine(part, one, true)), [state]);
    if (test.v === 'choice' && test.op === '||' && !outcome)
      return test.of.reduce<State[]>((all, part) => all.flatMap((one) => this.refine(part, one, false)), [state]);
    const compared = nullComparison(test);
    if (compared) return this.refine(compared.subject, state, compared.present === outcome);
    const name = this.testName(test);
    if (name === undefined) {
      const constant = constantTruth(test);
      return constant === undefined || constant === outcome ? [state] : [];
    }
    const known = state.truth.get(name) ?? givenTruth(this.unit, this.root, this.given, test);
    if (known !== undefined) return known === outcome ? [state] : [];
    const asked = this.askedLock(test);
    if (asked) return [withTruth(state, `free ${asked.id}`, !outcome)];
    return [this.isStable(test) ? withTruth(state, name, outcome) : state];
  }

  /** The lock of `m.isLocked()`. */
  private askedLock(test: Value): LockRef | undefined {
    const found = test.v === 'call' ? this.unit.call(test.id) : undefined;
    if (found?.op.callee.v !== 'member' || !/locked|busy/i.test(found.op.callee.name)) return undefined;
    const action = lockAction(this.entities, this.unit, found.fn, found.op);
    return action?.do === 'query' ? action.ref : undefined;
  }

  private isSeenFree(state: State, ref: LockRef): boolean {
    return state.truth.get(`free ${ref.id}`) === true;
  }

  private testName(test: Value): string | undefined {
    if (test.v === 'call') return `c${test.id}`;
    if (test.v === 'await') return test.of.v === 'call' ? `c${test.of.id}` : undefined;
    return this.handleName(test);
  }

  /** A test whose outcome is the same when it is asked again. */
  private isStable(test: Value): boolean {
    if (test.v !== 'bind') return false;
    const binding = this.unit.facts.bindings[test.id]!;
    return binding.writes === 0 || binding.kind === 'let' || binding.kind === 'const';
  }

  private loop(op: LoopOp, states: State[], context: Context): Flow {
    const inside = { ...context, loops: [...context.loops, op.span], conditional: op.form !== 'do' };
    const exits: Exit[] = [];
    let current = states;
    let after: State[] = [];
    // Twice is enough to see what one round leaves for the next.
    for (let round = 0; round < 2; round++) {
      const head = this.exec(op.head, current, inside);
      exits.push(...head.exits);
      if (!op.forever && (op.form !== 'do' || round > 0)) after.push(...head.next);
      const body = this.exec(op.body, head.next, inside);
      const leaving = body.exits.filter(
        (exit) =>
          (exit.kind === 'break' || exit.kind === 'continue') && (exit.label === undefined || exit.label === op.label),
      );
      exits.push(...body.exits.filter((exit) => !leaving.includes(exit)));
      after.push(...leaving.filter((exit) => exit.kind === 'break').map((exit) => exit.state));
      const again = [...body.next, ...leaving.filter((exit) => exit.kind === 'continue').map((exit) => exit.state)];
      const update = this.exec(op.update, again, inside);
      exits.push(...update.exits);
      current = distinct(update.next);
      if (current.length === 0) break;
    }
    if (!op.forever) after.push(...current);
    after = distinct(after);
    return { next: after, exits: compact(exits) };
  }

  private switch(op: SwitchOp, states: State[], context: Context): Flow {
    const inside = { ...context, conditional: true };
    const exits: Exit[] = [];
    const after: State[] = [];
    let falling: State[] = [];
    for (const part of op.cases) {
      const test = this.exec(part.test, states, inside);
      const body = this.exec(part.body, [...falling, ...test.next], inside);
      for (const exit of body.exits) {
        if (exit.kind === 'break' && (exit.label === undefined || exit.label === op.label)) after.push(exit.state);
        else exits.push(exit);
      }
      falling = body.next;
    }
    after.push(...falling);
    if (!op.cases.some((part) => part.isDefault)) after.push(...states);
    return { next: after, exits };
  }

  private try(op: TryOp, states: State[], context: Context): Flow {
    const body = this.exec(op.body, states, context);
    let next = body.next;
    let exits = body.exits;
    const cleanup = { ...context, cleanup: true, conditional: true };
    if (op.handler) {
      const thrown = exits.filter((exit) => exit.kind === 'throw');
      const handled = this.exec(
        op.handler.body,
        thrown.map((exit) => exit.state),
        cleanup,
      );
      next = [...next, ...handled.next];
      exits = [...exits.filter((exit) => exit.kind !== 'throw'), ...handled.exits];
    }
    if (!op.finalizer) return { next, exits };
    const last = { ...context, cleanup: true };
    const { body: finalizer } = op.finalizer;
    const normal = this.exec(finalizer, next, last);
    const all: Exit[] = [...normal.exits];
    for (const exit of exits) {
      const through = this.exec(finalizer, [exit.state], last);
      all.push(...through.exits, ...through.next.map((state) => ({ ...exit, state })));
    }
    return { next: normal.next, exits: compact(all) };
  }

  private block(op: Extract<Op, { op: 'block' }>, states: State[], context: Context): Flow {
    const flow = this.exec(op.body, states, context);
    const next = [...flow.next];
    const exits: Exit[] = [];
    for (const exit of flow.exits) {
      if (exit.kind === 'break' && op.label !== undefined && exit.label === op.label) next.push(exit.state);
      else exits.push(exit);
    }
    // `using` releases at the end of its block, whichever way it is left.
    const inside = (state: State) =>
      state.holds.filter((hold) => hold.form === 'using' && op.span[0] <= hold.span[0] && hold.span[1] <= op.span[1]);
    const close = (state: State) => inside(state).reduce(withoutHold, state);
    return { next: next.map(close), exits: exits.map((exit) => ({ ...exit, state: close(exit.state) })) };
  }
}

const RELEASING = /^(release|unlock|dispose|free|\[?Symbol\.(asyncD|d)ispose\]?|1)$/;

/** The parts of a value that it carries along: of `guard.value` the data goes, the guard stays. */
function* handedOver(value: Value): Generator<Value> {
  if (value.v === 'member' && !RELEASING.test(value.name)) {
    yield value;
    return;
  }
  if (value.v === 'choice' || value.v === 'mix' || value.v === 'array' || value.v === 'object') {
    yield value;
    const parts =
      value.v === 'array' ? value.items : value.v === 'object' ? value.props.map((part) => part.value) : value.of;
    for (const part of parts) yield* handedOver(part);
    return;
  }
  if (value.v === 'await') {
    yield value;
    yield* handedOver(value.of);
    return;
  }
  yield* everyValue(value);
}

function constantTruth(value: Value): boolean | undefined {
  if (value.v === 'lit') return Boolean(value.value);
  if (value.v === 'global' && value.name === 'undefined') return false;
  if (value.v === 'fn' || value.v === 'object' || value.v === 'array') return true;
  return undefined;
}

/** `x != null`, `x !== undefined`: whether the outcome `true` means that `x` is there. */
function nullComparison(test: Value): { subject: Value; present: boolean } | undefined {
  if (test.v !== 'mix' || !/^[!=]==?$/.test(test.op) || test.of.length !== 2) return undefined;
  const [left, right] = test.of as [Value, Value];
  const nothing = (value: Value) =>
    (value.v === 'lit' && value.value === null) || (value.v === 'global' && value.name === 'undefined');
  if (nothing(right)) return { subject: left, present: test.op.startsWith('!') };
  if (nothing(left)) return { subject: right, present: test.op.startsWith('!') };
  return undefined;
}

/** One exit for each way of leaving in each state: the first place tells the story. */
function compact(exits: readonly Exit[]): Exit[] {
  const found = new Map<string, Exit>();
  for (const exit of exits) {
    const key = `${exit.kind} ${exit.label ?? ''} ${exit.kind === 'return' ? exit.at[0] : ''} ${stateKey(exit.state)}`;
    if (!found.has(key)) found.set(key, exit);
  }
  return [...found.values()];
}
