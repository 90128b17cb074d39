import type { CallOp, Op, Value } from '../facts/format.js';
import { lockAction, type Action } from './action.js';
import { ByUnit } from './by-unit.js';
import { calleeNames, neverThrows, throwsAsDocumented, waitKind, writtenPath } from './callee.js';
import type { Entities } from './entity.js';
import { callbackTiming, isLogging, neverRejects } from '../models/callbacks.js';
import { isNewPromise, settlesPromise } from './new-promise.js';
import { isNothing } from './nothing.js';
import { refusal } from './refusal.js';
import { calledFunctions, type Target } from './called-function.js';
import { nested } from './nested.js';
import { everyOp, partsOf, type Unit } from './unit.js';

/**
 * Whether something fails: `shown` by a `throw`, by a wait for what others do, or by what the callee is documented to do; `perhaps` where
 * nothing is known but that any call may throw, which reviewers do not count as a path; or `never`.
 * To be asked with what sees every file: those without a lock fail as well, or do not.
 */
export type Failure = 'never' | 'perhaps' | 'shown';

/** Calls within calls that are looked into. */
const MAX_CALLS = 3;

/** Whether a call itself throws, before anybody waits for what it gives: one of an async function does not. */
export function callFailure(entities: Entities, unit: Unit, fn: number, op: CallOp, calls = 0): Failure {
  const action = lockAction(entities, unit, fn, op);
  if (action) return action.do === 'acquire' && action.sync ? requestFailure(entities, unit, fn, op, action) : 'never';
  if (neverThrows(entities, unit, fn, op) || isNewPromise(op)) return 'never';
  const target = calledFunctions(entities, unit, fn, op)[0];
  if (target) return ofTarget(entities, unit, op, target, false, calls);
  if (throwsAsDocumented(entities, unit, fn, op)) return isCopy(entities, unit, fn, op) ? 'perhaps' : 'shown';
  if (isOfPromises(entities, unit, fn, op)) return 'never';
  const callbacks = op.args.filter((argument) => argument.v === 'fn');
  const runsNow = calleeNames(entities, unit, fn, op).some((name) => callbackTiming(name) === 'now');
  if (callbacks.length === 0 || !runsNow) return 'perhaps';
  // What goes through a list fails when the callback does.
  return strongest(
    callbacks.map(
      ({ id }) =>
        () =>
          functionFailure(entities, { unit, fn: id }, false, calls + 1),
    ),
  );
}

/** `JSON.parse(JSON.stringify(value))` reads what has just been written. */
function isCopy(entities: Entities, unit: Unit, fn: number, { args: [text] }: CallOp): boolean {
  const written = text?.v === 'call' ? unit.call(text.id) : undefined;
  return written !== undefined && calleeNames(entities, unit, fn, written.op).includes('JSON.stringify');
}

/** A logger of the project may throw for what it does not know: nobody who logs counts on it. */
function ofTarget(
  entities: Entities,
  unit: Unit,
  op: CallOp,
  target: Target,
  settles: boolean,
  calls: number,
): Failure {
  const failure = functionFailure(entities, target, settles, calls + 1);
  return failure === 'shown' && isLogging(writtenPath(unit, op.callee) ?? '') ? 'perhaps' : failure;
}

/** `p.then(f)`, `Promise.all(list)`: what fails there is told by the promise. */
function isOfPromises(entities: Entities, unit: Unit, fn: number, op: CallOp): boolean {
  if (op.callee.v === 'member' && HANDLES.test(op.callee.name)) return true;
  return calleeNames(entities, unit, fn, op).some((name) => /^Promise\.(all|allSettled|race|any)$/.test(name));
}

const HANDLES = /^(then|catch|finally)$/;

/** Whether the promise that a value is rejects. */
export function settlingFailure(entities: Entities, unit: Unit, fn: number, value: Value, calls = 0): Failure {
  switch (value.v) {
    case 'call': {
      const made = unit.call(value.id);
      return made ? settlingCall(entities, unit, made.fn, made.op, calls) : 'shown';
    }
    case 'bind': {
      const { kind, init, owner } = unit.facts.bindings[value.id]!;
      return kind === 'const' && init ? settlingFailure(entities, unit, owner, init, calls) : 'shown';
    }
    case 'choice':
      return strongest(
        (value.op === '?:' ? value.of.slice(1) : value.of).map(
          (part) => () => settlingFailure(entities, unit, fn, part, calls),
        ),
      );
    case 'member':
      return isKeptFromRejecting(unit, value) ? 'never' : fieldFailure(entities, unit, fn, value, calls);
    case 'index':
    case 'global':
      return 'shown';
    default:
      return 'never';
  }
}

/** `const { promise, resolve } = Promise.withResolvers()`: nobody has what would reject it. */
function isKeptFromRejecting(unit: Unit, { of, name }: Extract<Value, { v: 'member' }>): boolean {
  const op = of.v === 'call' ? unit.call(of.id)?.op : undefined;
  if (op === undefined || name !== 'promise' || writtenPath(unit, op.callee) !== 'Promise.withResolvers') return false;
  return !unit.facts.bindings.some(
    ({ init, refs }) =>
      init?.v === 'member' && init.name === 'reject' && init.of.v === 'call' && init.of.id === op.id && refs.length > 0,
  );
}

/** A field that is given promises which the class makes by hand, and nothing else, rejects when one of them does. */
function fieldFailure(
  entities: Entities,
  unit: Unit,
  fn: number,
  { of, name }: Extract<Value, { v: 'member' }>,
  calls: number,
): Failure {
  const cls = of.v === 'this' ? unit.fn(fn).thisClass : undefined;
  const writes = cls === undefined ? [] : unit.fieldWrites(cls, name).filter(({ op }) => op.how !== 'delete');
  if (writes.length === 0) return 'shown';
  return strongest(
    writes.map(({ op: { value } }) => () => {
      if (value.v === 'lit' || isNothing(value)) return 'never';
      const made = value.v === 'call' ? unit.call(value.id)?.op : undefined;
      return made && isNewPromise(made) ? executorFailure(entities, unit, made.args[0], calls) : 'shown';
    }),
  );
}

/** Whether something in a body fails that the body does not catch; with `settles`, the promises that it returns included. */
function bodyFailure(
  entities: Entities,
  unit: Unit,
  fn: number,
  ops: readonly Op[],
  settles: boolean,
  calls = 0,
): Failure {
  const of = (part: readonly Op[]) => bodyFailure(entities, unit, fn, part, settles, calls);
  return strongest(
    ops.map((op) => (): Failure => {
      switch (op.op) {
        case 'throw':
          return 'shown';
        case 'await':
          return op.of && op.how === 'await' ? settlingFailure(entities, unit, fn, op.of, calls) : 'shown';
        case 'return':
          return settles && op.value?.v === 'call' ? settlingFailure(entities, unit, fn, op.value, calls) : 'never';
        case 'call':
          return callFailure(entities, unit, fn, op, calls);
        case 'try': {
          // What the handler throws is as sure as that it is entered at all.
          const body = of(op.body);
          const escaping = op.handler ? weaker(body, () => of(op.handler!.body)) : body;
          return strongest([() => escaping, () => of(op.finalizer?.body ?? [])]);
        }
        default:
          return strongest(partsOf(op).map((part) => () => of(part)));
      }
    }),
  );
}

const known = new WeakMap<Entities, ByUnit<string, Failure>>();

function functionFailure(entities: Entities, { unit, fn }: Target, settles: boolean, calls: number): Failure {
  const fact = unit.fn(fn);
  if (fact.generator || (fact.async && !settles)) return 'never';
  if (calls > MAX_CALLS) return settles ? 'shown' : 'perhaps';
  const key = `${fn} ${settles} ${calls}`;
  let ofProject = known.get(entities);
  if (!ofProject) known.set(entities, (ofProject = new ByUnit()));
  const before = ofProject.get(unit, key);
  if (before) return before;
  const found = bodyFailure(entities, unit, fn, fact.body, settles, calls);
  ofProject.set(unit, key, found);
  return found;
}

/** Whether the promise that a call gives rejects, the call itself included. */
function settlingCall(entities: Entities, unit: Unit, fn: number, op: CallOp, calls: number): Failure {
  const action = lockAction(entities, unit, fn, op);
  if (action?.do === 'acquire') return requestFailure(entities, unit, fn, op, action, calls);
  if (action && action.do !== 'section') return 'never';
  if (isNewPromise(op)) return executorFailure(entities, unit, op.args[0], calls);
  const target = calledFunctions(entities, unit, fn, op)[0];
  if (target && !op.isNew) return ofTarget(entities, unit, op, target, true, calls);
  const names = calleeNames(entities, unit, fn, op);
  if (op.isNew || names.some(neverRejects)) return 'never';
  if (names.some((name) => /^Promise\.(all|race|any)$/.test(name)))
    return allFailure(entities, unit, fn, op.args[0], calls);
  if (op.callee.v === 'member' && HANDLES.test(op.callee.name))
    return handledFailure(entities, unit, fn, op, op.callee, calls);
  return waitKind(entities, unit, fn, op) === 'timer' ? 'perhaps' : 'shown';
}

/** A request for a lock: one that the project has written is what its code says. */
function requestFailure(
  entities: Entities,
  unit: Unit,
  fn: number,
  op: CallOp,
  { ref, sync }: Extract<Action, { do: 'acquire' }>,
  calls = 0,
): Failure {
  const target = op.isNew ? undefined : calledFunctions(entities, unit, fn, op)[0];
  if (target) {
    const failure = functionFailure(entities, target, !sync, calls + 1);
    return failure === 'shown' && ref.model.inferred === 'shape' && !refuses(target) ? 'perhaps' : failure;
  }
  return ref.model.inferred === 'chain' ? 'perhaps' : refusal(entities, unit, op, ref);
}

/** A lock of the project refuses by a throw of its own, or by a promise that it rejects; what it waits for is its turn. */
function refuses({ unit, fn }: Target): boolean {
  return [fn, ...nested(unit, fn)].some((id) =>
    everyOp(unit.fn(id).body).some(
      (op) =>
        op.op === 'throw' ||
        (op.op === 'call' &&
          isNewPromise(op) &&
          op.args[0]?.v === 'fn' &&
          isUsed(unit, unit.fn(op.args[0].id).params[1])),
    ),
  );
}

/** `Promise.all([…])`, `Promise.all(items.map(…))`. */
function allFailure(entities: Entities, unit: Unit, fn: number, of: Value | undefined, calls: number): Failure {
  if (of?.v === 'array')
    return strongest(of.items.map((item) => () => settlingFailure(entities, unit, fn, item, calls)));
  const op = of?.v === 'call' ? unit.call(of.id)?.op : undefined;
  return op?.callee.v === 'member' && op.callee.name === 'map'
    ? handlerFailure(entities, unit, fn, op.args[0], calls)
    : 'shown';
}

/** `p.then(f, g)`, `p.catch(g)`, `p.finally(f)`: what a handler for rejections takes is gone, and it may fail itself. */
function handledFailure(
  entities: Entities,
  unit: Unit,
  fn: number,
  { args }: CallOp,
  { of, name }: { readonly of: Value; readonly name: string },
  calls: number,
): Failure {
  const before = settlingFailure(entities, unit, fn, of, calls);
  const handler = (at: number) => () => handlerFailure(entities, unit, fn, args[at], calls);
  // What is there to deal with a failure is not expected to fail, unless it is seen to.
  const dealing = (at: number) => () => (args[at]?.v === 'fn' ? handler(at)() : 'perhaps');
  if (name === 'catch') return weaker(before, dealing(0));
  if (name === 'finally') return strongest([() => before, dealing(0)]);
  return strongest([args[1] ? () => weaker(before, dealing(1)) : () => before, handler(0)]);
}

/** Whether the promise of a `then` rejects because of the handler that it is given. */
export function handlerFailure(
  entities: Entities,
  unit: Unit,
  fn: number,
  handler: Value | undefined,
  calls = 0,
): Failure {
  if (handler === undefined || handler.v === 'lit') return 'never';
  if (handler.v === 'fn') return functionFailure(entities, { unit, fn: handler.id }, true, calls + 1);
  const entity = entities.of(unit, fn, handler);
  return entity?.k === 'function' ? functionFailure(entities, entity, true, calls + 1) : 'shown';
}

/** A promise that is made by hand rejects when its executor throws, or when somebody has the second function it is given. */
function executorFailure(entities: Entities, unit: Unit, executor: Value | undefined, calls: number): Failure {
  if (executor?.v === 'fn') {
    const fact = unit.fn(executor.id);
    return isUsed(unit, fact.params[1]) ? 'shown' : bodyFailure(entities, unit, executor.id, fact.body, false, calls);
  }
  // What settles a promise neither throws nor rejects the one that it is the executor of.
  if (executor?.v !== 'bind') return 'shown';
  if (settlesPromise(unit, executor.id)) return 'never';
  const { kind, init } = unit.facts.bindings[executor.id]!;
  if (kind !== 'const' && kind !== 'let' && kind !== 'var') return 'shown';
  const values = [...(init ? [init] : []), ...unit.variableWrites(executor.id).map(({ value }) => value)];
  return strongest(
    values.map(
      (value) => () =>
        value.v === 'bind'
          ? settlesPromise(unit, value.id)
            ? 'never'
            : 'shown'
          : executorFailure(entities, unit, value, calls),
    ),
  );
}

function isUsed(unit: Unit, param: { readonly binding?: number } | undefined): boolean {
  if (param === undefined) return false;
  return param.binding === undefined || unit.facts.bindings[param.binding]!.refs.length > 0;
}

/** The surest of several, asked for one after the other until one is shown. */
function strongest(parts: readonly (() => Failure)[]): Failure {
  let found: Failure = 'never';
  for (const part of parts) {
    const one = part();
    if (one === 'shown') return one;
    if (one === 'perhaps') found = one;
  }
  return found;
}

/** What follows only where the first has happened. */
function weaker(first: Failure, then: () => Failure): Failure {
  if (first === 'never') return 'never';
  const second = then();
  return second === 'shown' ? first : second;
}
