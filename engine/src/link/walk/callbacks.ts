import type { CallOp, Value } from '../../facts/format.js';
import type { Span } from '../../findings.js';
import type { Action, ReleaserArgument } from '../action.js';
import { callbackTiming } from '../callee.js';
import { withHold, withTruth, type Hold, type State } from '../state.js';
import type { Context } from './flow.js';
import type { Request } from './requests.js';
import type { ParamRun } from './trace.js';
import type { Walk } from './walk.js';

/** How a callback is entered: as a section, with the locks that it leaves being its own, and with releasers passed through. */
interface Entering {
  readonly section?: boolean;
  readonly leaves?: boolean;
  /** The one lock that the callback must release itself. */
  readonly own?: Hold;
  readonly releasers?: ParamRun['releasers'];
}

/** Callbacks within callbacks that are followed. */
const MAX_DEPTH = 6;

/** A callback that runs with a lock held: its body is walked here, as part of the section. */
export function section(
  walk: Walk,
  op: CallOp,
  action: Extract<Action, { do: 'section' }>,
  state: State,
  context: Context,
): void {
  const { ref, callback } = action;
  const { handles } = walk;
  const done = action.done && callback?.v === 'fn' ? handles.parameter(callback.id, action.done) : undefined;
  const form = action.decorates ? 'decorator' : done === undefined ? 'callback' : 'done';
  const hold = sectionHold(walk, op, action, context, form);
  hold.onlyIfFree &&= walk.conditions.isSeenFree(state, ref);
  if (!callback) return;
  if (callback.v !== 'fn') walk.recording.reference({ callee: callback, hold, fn: context.fn, op });
  if (done !== undefined) {
    handles.add(done);
    const granted = withoutFailure(walk, callback, action.done!, withHold(state, hold, done));
    enter(walk, callback, granted, op.span, context, { section: true, own: hold });
    return;
  }
  const { releaser } = action;
  const handle = callback.v === 'fn' && releaser ? handles.parameter(callback.id, releaser) : undefined;
  if (handle) handles.add(handle);
  const releasers = releaser ? [{ hold, at: releaser }] : [];
  enter(walk, callback, withHold(state, hold, handle), op.span, context, { section: true, releasers });
}

/** A callback that is told of a failure first has the lock where there was none. */
function withoutFailure({ unit }: Walk, callback: Value, { argument }: ReleaserArgument, granted: State): State {
  const failure = argument > 0 && callback.v === 'fn' ? unit.fn(callback.id).params[0]?.binding : undefined;
  return failure === undefined ? granted : withTruth(granted, `b${failure}`, false);
}

function sectionHold(
  walk: Walk,
  op: CallOp,
  { ref, tries, loose, resumes }: Extract<Action, { do: 'section' }>,
  context: Context,
  form: Hold['form'],
): Hold {
  const known = walk.recording.findHoldOf(op.id, (candidate) => candidate.ref.id === ref.id);
  if (known) return known;
  const { unit } = walk;
  const hold: Hold = {
    call: op.id,
    unit,
    fn: context.fn,
    ref,
    form,
    span: op.span,
    waits: !tries,
    onlyIfFree: true,
    ...(loose ? { loose } : {}),
    ...(resumes ? { resumes } : {}),
  };
  walk.recording.addHold(hold);
  return hold;
}

/** Callbacks that a call runs before it returns or before the promise that is awaited settles. */
export function enterCallbacks(
  walk: Walk,
  op: CallOp,
  actions: readonly Action[],
  states: readonly State[],
  context: Context,
): void {
  op.args.forEach((argument, index) => {
    if (argument.v !== 'fn') return;
    if (actions.some((action) => action.do === 'section' && action.callback === argument)) return;
    const request = index === 0 ? requestBeforeThen(walk, op) : undefined;
    if (request) {
      for (const state of states) enterThen(walk, request, argument, state, context);
      return;
    }
    if (callbackTiming(walk.entities, walk.unit, context.fn, op) === 'now')
      for (const state of states) enter(walk, argument, state, op.span, context);
  });
}

/** `m.acquire().then((release) => …)`. */
function requestBeforeThen(walk: Walk, op: CallOp): Request | undefined {
  if (op.callee.v !== 'member' || op.callee.name !== 'then') return undefined;
  return walk.requests.of(op.callee.of);
}

function enterThen(
  walk: Walk,
  request: Request,
  callback: Extract<Value, { v: 'fn' }>,
  state: State,
  context: Context,
): void {
  request.awaited = true;
  const hold = walk.recording.reform(request.hold, 'then');
  const handle = walk.handles.parameter(callback.id, { argument: 0, names: [] });
  if (handle) walk.handles.add(handle, hold);
  enter(walk, callback, withHold(state, hold, handle), callback.span, context, { leaves: true });
}

/** Walks a function that runs here; what it leaves held is its own matter only where it takes the lock itself. */
function enter(walk: Walk, callback: Value, state: State, at: Span, context: Context, how: Entering = {}): void {
  if (callback.v === 'bind') {
    const releasers = how.releasers ?? [];
    const loose = state.holds.filter((hold) => hold.loose);
    walk.recording.run({ binding: callback.id, under: state.holds, span: at, awaited: true, loose, releasers });
  }
  if (callback.v !== 'fn' || walk.depth > MAX_DEPTH) return;
  walk.recording.entered.add(callback.id);
  walk.depth++;
  const fact = walk.unit.fn(callback.id);
  const loops = how.section ? [] : context.loops;
  const flow = walk.exec(fact.body, [state], { fn: callback.id, loops, cleanup: false, conditional: false });
  walk.depth--;
  const end: Span = [fact.bodySpan[1] - 1, fact.bodySpan[1]];
  const ends = [...flow.next.map((last) => ({ kind: 'end' as const, state: last, at: end })), ...flow.exits];
  for (const last of ends) {
    if (last.kind === 'break' || last.kind === 'continue') continue;
    // Locks that the callback took and kept are leaks of its own; those it was entered with are the caller's.
    const own = last.state.holds.filter(
      (hold) => how.leaves === true || hold === how.own || !state.holds.includes(hold),
    );
    walk.leave({ ...last.state, holds: own }, last.kind, last.at);
  }
}

/** The function that returns what a call gives is the one that took the lock, and does not hand it on: its end is the release. */
function endsWithFunction({ unit }: Walk, op: CallOp, { transferred }: State, hold: Hold): boolean {
  const isOwn = hold.form === 'manual' || hold.form === 'using';
  return isOwn && unit.call(op.id)!.fn === hold.fn && !transferred.has(hold);
}

/** A call of one of the function's own parameters: code that the caller supplies. */
export function runParameter(walk: Walk, op: CallOp, state: State): void {
  const { callee } = op;
  if (callee.v !== 'bind' || walk.unit.facts.bindings[callee.id]!.kind !== 'param') return;
  walk.recording.run({
    binding: callee.id,
    under: state.holds,
    span: op.span,
    awaited: op.result === 'await' || op.result === 'return',
    loose:
      op.result === 'return' ? state.holds.filter((hold) => hold.loose || endsWithFunction(walk, op, state, hold)) : [],
    releasers: walk.ownership.releasersGiven(op, state),
  });
}
