import type { CallOp, Value } from '../../facts/format.js';
import type { Span } from '../../findings.js';
import type { Action } from '../action.js';
import { withoutHold, type Hold, type State } from '../state.js';
import type { Context } from './flow.js';
import { isReleaser } from './handles.js';
import type { Walk } from './walk.js';

/** A call of a releaser: `release()`, `guard.release()`. */
export function releaseHandle(walk: Walk, state: State, handle: string, op: CallOp, context: Context): State {
  const releases = (hold: Hold) => state.handles.get(hold)?.includes(handle) === true;
  const hold = state.holds.find(releases);
  if (hold) return releaseHold(walk, state, hold, op.span, context);
  const before = walk.recording.findHold(releases);
  if (before) walk.recording.stray(before.ref, op.span, before, state, context);
  else if (state.truth.get(handle) !== true) {
    const given = walk.handles.lastGiven(handle);
    if (given) walk.recording.releaseUnheld(given, op.span, state, context);
  }
  return state;
}

/** A release that names the lock: `mutex.release()`. What a helper releases only `perhaps` is for a test in there to tell. */
export function releaseLock(
  walk: Walk,
  op: CallOp,
  { ref, conditional: perhaps }: Action & { readonly do: 'release' },
  state: State,
  context: Context,
): State {
  const hold = state.holds.findLast(
    (candidate) => candidate.ref.id === ref.id && (!ref.key || candidate.ref.key?.text === ref.key.text),
  );
  const told = perhaps ? { ...context, conditional: true } : context;
  if (hold?.form === 'required') walk.recording.releaseForCaller(ref, op.span, told);
  if (hold) return releaseHold(walk, state, hold, op.span, context);
  // A hold with handles was granted on this path, and is held no more.
  const before = walk.recording.findHold((one) => one.ref.id === ref.id && state.handles.has(one));
  const requested = walk.requests.grantedBefore(ref, op);
  if (before && !perhaps) walk.recording.stray(ref, op.span, before, state, context);
  else if (requested) walk.recording.releaseUnheld(requested, op.span, state, told);
  else walk.recording.releaseForCaller(ref, op.span, told);
  return state;
}

/** What gives the lock back in the breath that took it: `(await m.acquire())()`, `(await m.acquire()).release()`. */
export function releasedAtOnce(walk: Walk, op: CallOp): Value | undefined {
  const { callee } = op;
  const given = callee.v === 'member' && isReleaser(callee.name) ? callee.of : callee;
  return given.v === 'await' && walk.requests.of(given.of) ? given : undefined;
}

export function releaseGiven(walk: Walk, state: State, value: Value, op: CallOp, context: Context): State {
  const hold = walk.ownership.holdOf(value, state);
  return hold ? releaseHold(walk, state, hold, op.span, context) : state;
}

function releaseHold(walk: Walk, state: State, hold: Hold, span: Span, context: Context): State {
  walk.recording.release(hold, span, context);
  return withoutHold(state, hold);
}
