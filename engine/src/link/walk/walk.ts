import type { CallOp, Op } from '../../facts/format.js';
import type { Span } from '../../findings.js';
import { lockAction, type Action } from '../action.js';
import { requiredHolds } from '../contracts.js';
import { cutShort } from '../cut-short.js';
import type { Entities } from '../entity.js';
import type { GivenArguments } from '../given.js';
import { distinct, emptyState, withHold, type Hold, type State } from '../state.js';
import type { CallEffects } from '../summary.js';
import type { Unit } from '../unit.js';
import { assign, awaitOp, returnOp, using } from './assignments.js';
import { call } from './calls.js';
import { Conditions } from './conditions.js';
import { block, branch, loop, switchOp } from './control-flow.js';
import { compact, thrown, type Context, type Exit, type Flow } from './flow.js';
import { Handles } from './handles.js';
import { Ownership } from './ownership.js';
import { Recording } from './recording.js';
import { Requests } from './requests.js';
import type { Leak, Trace } from './trace.js';
import { tryOp } from './try.js';

/** Walks a function over all its paths, `throw` included, with the set of locks held at each point. */
export function walk(
  entities: Entities,
  effects: CallEffects,
  unit: Unit,
  fn: number,
  given: GivenArguments = [],
): Trace {
  return new Walk(entities, effects, unit, fn, given).run();
}

/** No function that people wrote takes a hundredth of it. Beyond, paths are given up: what was not seen is not reported. */
const MOST_STEPS = 100_000;
/** Nobody holds as many locks at once: such a path is given up. */
const MOST_HELD = 16;

/** What the parts of one walk share: what it has learnt so far, and how it goes on. */
export class Walk {
  readonly recording = new Recording();
  readonly handles: Handles;
  readonly requests: Requests;
  readonly ownership: Ownership;
  readonly conditions: Conditions;
  private readonly actions = new Map<CallOp, readonly Action[]>();
  private steps = 0;
  /** Callbacks that the walk is inside. */
  depth = 0;
  readonly entities: Entities;
  readonly effects: CallEffects;
  readonly unit: Unit;
  readonly root: number;
  readonly given: GivenArguments;

  constructor(entities: Entities, effects: CallEffects, unit: Unit, fn: number, given: GivenArguments) {
    this.entities = entities;
    this.effects = effects;
    this.unit = unit;
    this.root = fn;
    this.given = given;
    this.handles = new Handles(unit);
    this.requests = new Requests(unit);
    this.ownership = new Ownership(this);
    this.conditions = new Conditions(this);
  }

  run(): Trace {
    const fact = this.unit.fn(this.root);
    const start = requiredHolds(this.entities, this.unit, this.root).reduce<State>(
      (state, hold) => withHold(state, hold),
      emptyState,
    );
    const flow = this.exec(fact.body, [start], { fn: this.root, loops: [], cleanup: false, conditional: false });
    const end: Span = [fact.bodySpan[1] - 1, fact.bodySpan[1]];
    for (const state of flow.next) this.leave(state, 'end', end);
    for (const exit of flow.exits) {
      if (exit.kind === 'return' || exit.kind === 'throw') this.leave(exit.state, exit.kind, exit.at);
    }
    return this.recording.trace(this.unit, this.root, this.requests.unawaited());
  }

  /** What a call does to locks, itself or through the project function that it runs. */
  actionsOf(op: CallOp, fn: number): readonly Action[] {
    let actions = this.actions.get(op);
    if (!actions) {
      const own = lockAction(this.entities, this.unit, fn, op);
      actions = own ? [own] : this.effects.of(this.unit, fn, op);
      this.actions.set(op, actions);
    }
    return actions;
  }

  /** Runs operations one after the other from each of the states. */
  exec(ops: readonly Op[], from: readonly State[], context: Context): Flow {
    let states = this.followed(from);
    const exits: Exit[] = [];
    for (const op of ops) {
      if (states.length === 0) break;
      const flow = this.step(op, states, context);
      states = this.followed(flow.next);
      exits.push(...flow.exits);
    }
    return { next: states, exits: compact(exits) };
  }

  private followed(states: readonly State[]): State[] {
    const kept = states.filter(({ holds }) => holds.length <= MOST_HELD);
    if (kept.length < states.length) cutShort(this.unit, this.root);
    return distinct(kept);
  }

  private step(op: Op, states: State[], context: Context): Flow {
    if (++this.steps > MOST_STEPS) {
      cutShort(this.unit, this.root);
      return { next: [], exits: [] };
    }
    for (const state of states) this.recording.visit(op, state, context);
    switch (op.op) {
      case 'call':
        return call(this, op, states, context);
      case 'await':
        return awaitOp(this, op, states, context);
      case 'assign':
        return { next: states.map((state) => assign(this, op.target, op.value, state)), exits: [] };
      case 'using':
        return { next: states.map((state) => using(this, op.binding, op.value, state)), exits: [] };
      case 'branch':
        return branch(this, op, states, context);
      case 'loop':
        return loop(this, op, states, context);
      case 'switch':
        return switchOp(this, op, states, context);
      case 'try':
        return tryOp(this, op, states, context);
      case 'block':
        return block(this, op, states, context);
      case 'return':
        return returnOp(this, op, states, context);
      case 'throw':
        return { next: [], exits: thrown(states, op.span, 'shown') };
      case 'break':
      case 'continue':
        return { next: [], exits: states.map((state) => ({ kind: op.op, label: op.label, state, at: op.span })) };
      default:
        return { next: states, exits: [] };
    }
  }

  /** The end of a path through a function that the walk is in: what is still held is handed over, kept or leaked. */
  leave(state: State, by: Leak['by'], at: Span): void {
    for (const hold of state.holds) {
      if (/^(?:callback|using|decorator|required)$/.test(hold.form)) continue;
      // A lock that waits for `done` sees what its callback throws, but not what the promise of an async one rejects with.
      if (hold.form === 'done' && by === 'throw' && !this.rejects(hold)) continue;
      this.recording.left(hold, state, by, at);
    }
  }

  private rejects(hold: Hold): boolean {
    const callback = this.unit.call(hold.call)?.op.args.find((argument) => argument.v === 'fn');
    return callback?.v === 'fn' && this.unit.fn(callback.id).async;
  }
}
