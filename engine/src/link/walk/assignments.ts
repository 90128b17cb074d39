import type { AwaitOp, Op, Value } from '../../facts/format.js';
import { settlingFailure, type Failure } from '../failure.js';
import { withHandle, withHold, withoutHold, withTransfer, withTruth, type Hold, type State } from '../state.js';
import { withAnswer } from './conditions.js';
import { compact, thrown, type Context, type Exit, type Flow } from './flow.js';
import { handedOver, handleName, handleVariable } from './handles.js';
import { failedRequest } from './recording.js';
import type { Request } from './requests.js';
import { settle, settlesHolds } from './settling.js';
import type { Walk } from './walk.js';

type ReturnOp = Extract<Op, { op: 'return' }>;

/** An `await`: of a request for a lock, it is the moment of the grant. */
export function awaitOp(walk: Walk, op: AwaitOp, states: State[], context: Context): Flow {
  const request = op.of && walk.requests.of(op.of);
  const failure = failureOf(walk, op, request, context);
  if (!request) {
    const flows = states.map((state) => {
      if (op.of && settlesHolds(walk, op.of, state)) return settle(walk, op.of, [state], op.span, context);
      return { next: [state], exits: thrown([state], op.of?.v === 'call' ? op.of.span : op.span, failure) };
    });
    return { next: flows.flatMap(({ next }) => next), exits: compact(flows.flatMap(({ exits }) => exits)) };
  }
  const exits = thrown(states, op.span, failure);
  const { hold } = request;
  request.awaited = true;
  walk.requests.grant(hold);
  // A request that fails gives nothing: only what was held before stays held.
  const failed = exits.map((exit) => ({ ...exit, state: withTruth(exit.state, failedRequest(hold), true) }));
  const next = states.flatMap((state) => {
    if (isSkipped(walk, hold, state) || (hold.resumes && isHeld(state, hold))) return [state];
    const granted = withHold(withoutHold(state, hold), hold, request.handle);
    return request.attempt ? [withAnswer(granted, hold, true), withAnswer(state, hold, false)] : [granted];
  });
  return { next, exits: compact(failed) };
}

/** The lock is held already, by a section that goes on when the request is granted. */
function isHeld({ holds }: State, { ref }: Hold): boolean {
  return holds.some((hold) => hold.ref.id === ref.id && !hold.resumes);
}

/** `await lock?.acquire()` on a path where there is no lock. */
function isSkipped({ unit }: Walk, { call }: Hold, state: State): boolean {
  const callee = unit.call(call)?.op.callee;
  const name = callee?.v === 'member' && callee.optional ? handleName(callee.of) : undefined;
  return name !== undefined && state.truth.get(name) === false;
}

function failureOf(walk: Walk, { how, of }: AwaitOp, request: Request | undefined, { fn }: Context): Failure {
  // The tail of a queue is a promise that whoever is before fulfils by hand.
  if (request?.handle) return 'perhaps';
  return of && how === 'await' ? settlingFailure(walk.entities.wide, walk.unit, fn, of) : 'shown';
}

/** An assignment may give a releaser a name, or another owner. */
export function assign(walk: Walk, target: Value, value: Value, state: State): State {
  const hold = walk.ownership.holdOf(value, state);
  const name = handleName(target);
  if (hold) return name ? named(walk, hold, name, state) : withTransfer(state, hold);
  let after = state;
  if (name) after = withTruth(after, name, walk.conditions.truthOf(value, state));
  for (const part of handedOver(value)) {
    if (part.v === 'fn') after = walk.ownership.captured(part.id, after);
    const carried = part !== value && (part.v === 'bind' || part.v === 'await');
    const inner = carried ? walk.ownership.holdOf(part, after) : undefined;
    if (inner) after = withTransfer(after, inner);
  }
  return after;
}

function named(walk: Walk, hold: Hold, name: string, state: State): State {
  walk.handles.add(name, hold);
  if (name.startsWith('this.')) walk.recording.keepIn(hold, name);
  const after = withHandle(state, hold, name);
  const variable = handleVariable(name);
  // A field or an object outlives the function: whoever has it can release.
  return variable === undefined || walk.ownership.escapes(variable) ? withTransfer(after, hold) : after;
}

/** `using guard = …`: released at the end of its block. */
export function using(walk: Walk, binding: number, value: Value, state: State): State {
  const hold = walk.ownership.holdOf(value, state);
  if (!hold) return state;
  const name = `b${binding}`;
  walk.handles.add(name);
  return withHold(withoutHold(state, hold), walk.recording.reform(hold, 'using'), name);
}

/** `return work().finally(release)`: the caller gets what is there when that has settled. */
export function returnOp(walk: Walk, op: ReturnOp, states: readonly State[], context: Context): Flow {
  const exits = states.flatMap((state): Exit[] => {
    if (!op.value || !settlesHolds(walk, op.value, state)) return [left(state)];
    const settled = settle(walk, op.value, [state], op.span, context);
    return [...settled.next.map(left), ...settled.exits];
  });
  return { next: [], exits };

  function left(state: State): Exit {
    return { kind: 'return', state: give(walk, op.value, state), at: op.span };
  }
}

/** What is returned is the caller's to release. */
function give(walk: Walk, value: Value | undefined, state: State): State {
  if (!value) return state;
  let after = state;
  for (const part of handedOver(value)) {
    const hold = walk.ownership.holdOf(part, after);
    if (hold) {
      walk.recording.giveToCaller(hold);
      after = withTransfer(after, hold);
    }
    if (part.v === 'fn') {
      const before = after;
      after = walk.ownership.captured(part.id, after);
      for (const given of after.transferred) if (!before.transferred.has(given)) walk.recording.giveToCaller(given);
    }
  }
  return after;
}
