import type { CallOp } from '../../facts/format.js';
import type { Action } from '../action.js';
import type { LockRef } from '../lock-ref.js';
import { callFailure } from '../failure.js';
import { withHold, withoutHold, withTruth, type State } from '../state.js';
import { withAnswer } from './conditions.js';
import { enterCallbacks, runParameter, section } from './callbacks.js';
import { compact, thrown, type Context, type Exit, type Flow } from './flow.js';
import { releasedAtOnce, releaseGiven, releaseHandle, releaseLock } from './releases.js';
import { givesToLink, isLink, leaveToChain } from './settling.js';
import type { Walk } from './walk.js';

/** A call: what it does to locks, itself or through the project function that it runs, and what it runs at once. */
export function call(walk: Walk, op: CallOp, states: State[], context: Context): Flow {
  const handle = walk.handles.releasedBy(op);
  if (handle) return quiet(states.map((state) => releaseHandle(walk, state, handle, op, context)));
  const barrier = releasedAtOnce(walk, op);
  if (barrier) return quiet(states.map((state) => releaseGiven(walk, state, barrier, op, context)));
  const exits: Exit[] = [];
  const actions = walk.actionsOf(op, context.fn);
  if (actions.length === 0) {
    const failure = callFailure(walk.entities.wide, walk.unit, context.fn, op);
    for (const state of states) {
      // What is handed over in the call is the callee's to release, also when it throws.
      const sure = failure === 'shown' && hasSucceeded(walk, op, state) ? 'perhaps' : failure;
      const isQuiet = failure === 'never' || (failure === 'perhaps' && givesToLink(walk.unit, op));
      exits.push(...thrown(isQuiet ? [] : [passOn(walk, op, state)], op.span, sure));
    }
  }
  // What the callee gives back and takes again is held before it and after it.
  const resumed = actions.flatMap((action) => (action.do === 'acquire' && action.resumes ? action.ref.id : []));
  const goesOn = ({ holds }: State, { id }: LockRef) =>
    resumed.includes(id) && holds.some((hold) => hold.ref.id === id && !hold.resumes);
  let next = states;
  for (const action of actions) {
    if (action.do === 'acquire')
      next = next.flatMap((state) => (goesOn(state, action.ref) ? [state] : acquire(walk, op, action, state, context)));
    else if (action.do === 'release')
      next = next.map((state) => (goesOn(state, action.ref) ? state : releaseLock(walk, op, action, state, context)));
    else if (action.do === 'section') {
      for (const state of next) section(walk, op, action, state, context);
      // What is chained to a promise fails by the promise that the call gives.
      if (!isLink(op)) exits.push(...thrown(next, op.span, 'shown'));
    }
  }
  enterCallbacks(walk, op, actions, next, context);
  return { next: next.map((state) => passOn(walk, op, state)), exits: compact(exits) };
}

/** `this.locks()` of `this.locks().acquire()`: what gave the lock that is held on this path gives it again. */
function hasSucceeded({ unit }: Walk, op: CallOp, { holds }: State): boolean {
  return holds.some(({ call: taken }) => {
    const callee = unit.call(taken)?.op.callee;
    return callee?.v === 'member' && callee.of.v === 'call' && unit.slice(callee.of.span) === unit.slice(op.span);
  });
}

const quiet = (next: State[]): Flow => ({ next, exits: [] });

function passOn(walk: Walk, op: CallOp, state: State): State {
  const after = leaveToChain(walk, op, walk.ownership.passOn(op, state));
  runParameter(walk, op, after);
  return after;
}

/** A request for a lock; one that does not wait is granted, or refused, at once. */
function acquire(
  walk: Walk,
  op: CallOp,
  action: Extract<Action, { do: 'acquire' }>,
  state: State,
  context: Context,
): State[] {
  let hold = walk.recording.holdOfCall(op.id);
  if (!hold) {
    const waits = !action.sync && !action.attempt;
    const { unit } = walk;
    hold = {
      call: op.id,
      unit,
      fn: context.fn,
      ref: action.ref,
      form: 'manual',
      span: op.span,
      ...(action.releaserAt === undefined ? {} : { releaserAt: action.releaserAt }),
      waits,
      onlyIfFree: true,
      ...(action.resumes ? { resumes: true } : {}),
    };
    walk.recording.addHold(hold);
    const handle = action.tail ? `b${action.tail.done}` : undefined;
    if (handle) walk.handles.add(handle, hold);
    const { gives, attempt, sync: awaited } = action;
    walk.requests.add({ hold, gives, attempt, awaited, ...(handle ? { handle } : {}) }, action.tail?.before);
  }
  hold.onlyIfFree &&= walk.conditions.isSeenFree(state, action.ref);
  if (!action.sync) {
    // `return m.acquire()` gives the releaser away before it is there.
    if (op.result === 'return') {
      walk.recording.giveToCaller(hold);
      walk.requests.by(op.id)!.awaited = true;
    }
    // The promise's executor has run: what releases the lock is there.
    return [action.tail ? withTruth(state, `b${action.tail.done}`, true) : state];
  }
  walk.requests.grant(hold);
  const granted = withHold(withoutHold(state, hold), hold);
  return action.attempt ? [withAnswer(granted, hold, true), withAnswer(state, hold, false)] : [granted];
}
