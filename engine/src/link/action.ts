import type { CallOp, Value } from '../facts/format.js';
import type { LockMethod, Side } from '../models/model.js';
import type { Entities } from './entity.js';
import { chainLink, promiseChain, tailLink, type TailLink } from './chain.js';
import { decoratorLock } from './decorator-lock.js';
import { callsInjectedLock, injectedLock } from './injected-lock.js';
import { accessPath, keyOf, lockRef, typedLockRef, type LockRef } from './lock-ref.js';
import { everyOp, everyValue, valuesOf, type Unit } from './unit.js';

/** What a call means for locks. */
export type Action =
  | {
      readonly do: 'acquire';
      readonly ref: LockRef;
      readonly gives: 'releaser' | 'guard' | 'pair' | 'nothing';
      readonly sync: boolean;
      readonly attempt: boolean;
      /** Where the releaser is in a pair. */
      readonly releaserAt?: number;
      /** The lock is had when this variable's promise settles, and given back by calling the other one. */
      readonly tail?: TailLink;
      /** The function that takes it gave it back before, for its caller: the caller's section goes on. */
      readonly resumes?: true;
    }
  | {
      readonly do: 'release';
      readonly ref: LockRef;
      /** A test in the function that is called chooses whether it releases. */
      readonly conditional?: true;
    }
  | {
      readonly do: 'section';
      readonly ref: LockRef;
      readonly callback: Value | undefined;
      /** The parameter of the callback that it must call to release. */
      readonly done?: ReleaserArgument;
      readonly tries: boolean;
      readonly releaser?: ReleaserArgument;
      /** What the callback of a lock that owns its data gets first. */
      readonly passes?: 'guard' | 'value';
      /** Gives a deep copy of what the callback returns. */
      readonly copies?: true;
      /** Gives the lock back when the callback has returned, and does not wait for what it returns. */
      readonly loose?: true;
      /** The callback is the whole body of a method, which a decorator runs. */
      readonly decorates?: true;
      /** The function that runs it gave the lock back before, for its caller, and took it again: the caller's section goes on. */
      readonly resumes?: true;
    }
  | { readonly do: 'query' | 'wait' | 'cancel'; readonly ref: LockRef };

/** Where a wrapper hands the releaser to its callback: `callback({ releaseLock })` is argument 0, member `releaseLock`. */
export interface ReleaserArgument {
  readonly argument: number;
  readonly names: readonly string[];
}

/** The key of `methods` for a lock that is itself called, such as what `pLimit(1)` gives. */
const CALLED = '';

/** What a call does to a lock that it is a method of, or undefined when it is none of a lock's. */
export function lockAction(entities: Entities, unit: Unit, fn: number, op: CallOp): Action | undefined {
  if (op.isNew) return tailRequest(entities, unit, fn, op);
  const decorated = unit.decorated.get(op.id);
  if (decorated) {
    const ref = decoratorLock(entities, unit, fn, op, decorated);
    return { do: 'section', ref, callback: op.args[0], tries: false, decorates: true };
  }
  const { callee } = op;
  if (callee.v === 'member' && (callee.name === 'then' || callee.name === 'finally'))
    return chainSection(entities, unit, fn, op);
  const preparing = preparingCall(unit, callee);
  const prepared = preparing && methodCalled(entities, unit, fn, preparing);
  if (prepared && isInTwoSteps(prepared.method))
    return does(unit, op, specific(unit, preparing, prepared.lock, prepared.method), prepared.method);
  const called = methodCalled(entities, unit, fn, op);
  if (called) return isInTwoSteps(called.method) ? undefined : ofMethod(unit, op, called.lock, called.method);
  return functionLock(entities, unit, fn, op);
}

interface Called {
  readonly lock: LockRef;
  readonly method: LockMethod;
}

/** The method of a known lock that a call names. */
function methodCalled(entities: Entities, unit: Unit, fn: number, { callee }: CallOp): Called | undefined {
  const method =
    callee.v === 'member' && entities.lockVerbs.has(callee.name) ? ofReceiver(entities, unit, fn, callee) : undefined;
  return method ?? methodNamed(lockRef(entities, unit, fn, callee), CALLED);
}

function ofReceiver(
  entities: Entities,
  unit: Unit,
  fn: number,
  callee: Extract<Value, { v: 'member' }>,
): Called | undefined {
  return (
    methodNamed(lockRef(entities, unit, fn, callee.of) ?? typedLockRef(entities, unit, fn, callee), callee.name) ??
    // `rw.readLock.acquire()`: a side of a lock is a name on the way.
    (callee.of.v === 'member'
      ? methodNamed(lockRef(entities, unit, fn, callee.of.of), `${callee.of.name}.${callee.name}`)
      : undefined)
  );
}

function methodNamed(lock: LockRef | undefined, name: string): Called | undefined {
  const method = lock?.model.methods[name];
  return lock && method && { lock, method };
}

/** `lock.lock()()`, `semaphore.withPermits(1)(work)`: the first call only prepares. */
function isInTwoSteps(method: LockMethod): boolean {
  return (
    (method.does === 'acquire' && method.deferred === true) || (method.does === 'section' && method.curried === true)
  );
}

/** The call that gave the function which is called, at once or by way of a constant. */
function preparingCall(unit: Unit, callee: Value): CallOp | undefined {
  if (callee.v === 'call') return unit.call(callee.id)?.op;
  const binding = callee.v === 'bind' ? unit.facts.bindings[callee.id] : undefined;
  return binding?.kind === 'const' && binding.init?.v === 'call' ? unit.call(binding.init.id)?.op : undefined;
}

/** `q = q.then(job)`: the job is a section of the chain. */
function chainSection(entities: Entities, unit: Unit, fn: number, op: CallOp): Action | undefined {
  const link = chainLink(entities, unit, fn, op);
  const path = link && accessPath(entities, unit, fn, link.chain);
  return path && { do: 'section', ref: { ...path, model: promiseChain }, callback: link.job, tries: false };
}

/** `q = new Promise((resolve) => { done = resolve; })`: a place at the end of the queue. */
function tailRequest(entities: Entities, unit: Unit, fn: number, op: CallOp): Action | undefined {
  const tail = tailLink(entities, unit, fn, op);
  const path = tail && accessPath(entities, unit, fn, tail.chain);
  if (!path) return undefined;
  return { do: 'acquire', ref: { ...path, model: promiseChain }, gives: 'releaser', sync: false, attempt: false, tail };
}

/** An exported function that takes a lock: `lock(file)`, `quickRead(lock, fn)`. */
function functionLock(entities: Entities, unit: Unit, fn: number, op: CallOp): Action | undefined {
  const entity = entities.of(unit, fn, op.callee);
  if (!entity) return givenLock(entities, unit, fn, op);
  if (entity.k !== 'lock-class' || entity.model.made !== 'function') return undefined;
  const method = entity.model.methods[CALLED];
  const given = entity.model.lockArg === undefined ? undefined : op.args[entity.model.lockArg];
  const ref = given && lockRef(entities, unit, fn, given);
  if (ref) return ofMethod(unit, op, ref, method);
  if (entity.model.lockArg !== undefined) return undefined;
  const name = entity.model.export;
  const own: LockRef = {
    id: `#${entity.model.modules[0] ?? ''}.${name}`,
    receiver: '',
    name,
    model: entity.model,
    owner: 'library',
  };
  return ofMethod(unit, op, own, method);
}

/** `this.lock(name, timeout, work)`, where the lock is a function that whoever makes the object brings. */
function givenLock(entities: Entities, unit: Unit, fn: number, op: CallOp): Action | undefined {
  const path = callsInjectedLock(entities, unit, fn, op) ? accessPath(entities, unit, fn, op.callee) : undefined;
  return path && ofMethod(unit, op, { ...path, model: injectedLock }, injectedLock.methods[CALLED]);
}

function ofMethod(unit: Unit, op: CallOp, lock: LockRef, method: LockMethod | undefined): Action | undefined {
  return method && does(unit, op, specific(unit, op, lock, method), method);
}

/** What a method does, called with the arguments of `op`, to the one lock that is meant. */
function does(unit: Unit, op: CallOp, ref: LockRef, method: LockMethod): Action {
  switch (method.does) {
    case 'acquire':
      return {
        do: 'acquire',
        ref,
        gives: method.gives,
        sync: method.sync ?? false,
        attempt: false,
        ...(method.gives === 'pair' ? { releaserAt: method.releaserAt ?? 1 } : {}),
      };
    case 'try-acquire':
      return {
        do: 'acquire',
        ref,
        gives: method.gives,
        sync: !method.awaited,
        attempt: !method.throws && !(method.countedOn && isUnasked(unit, op)),
      };
    case 'release':
      return { do: 'release', ref };
    case 'section': {
      const callback = callbackOf(op, method.curried ? 0 : method.callback);
      return {
        do: 'section',
        ref,
        callback,
        ...(wantsDone(unit, callback, method.doneFrom) ? { done: { argument: method.doneParam ?? 0, names: [] } } : {}),
        tries: triesOnly(op, method),
        ...(method.passes ? { passes: method.passes } : {}),
        ...(method.copies ? { copies: method.copies } : {}),
      };
    }
    default:
      return { do: method.does, ref };
  }
}

/** Fails, or calls back with nothing, where the lock is not free: no one waits. */
function triesOnly(op: CallOp, method: Extract<LockMethod, { does: 'section' }>): boolean {
  if (method.tries) return true;
  return ['ifAvailable', 'steal'].some((name) => {
    const option = optionOf(op, name);
    return option !== undefined && !(option.v === 'lit' && option.value === false);
  });
}

function callbackOf(op: CallOp, which: number | 'last' | 'function'): Value | undefined {
  if (which === 'function')
    return (
      op.args.find((argument) => argument.v === 'fn') ??
      op.args.find((argument) => argument.v === 'member' || argument.v === 'bind')
    );
  return which === 'last' ? op.args.at(-1) : op.args[which];
}

function wantsDone(unit: Unit, callback: Value | undefined, from: number | undefined): boolean {
  return from !== undefined && callback?.v === 'fn' && unit.fn(callback.id).params.length >= from;
}

function specific(unit: Unit, op: CallOp, lock: LockRef, method: LockMethod): LockRef {
  const key = keyArgument(op, method);
  const side = sideOf(op, method);
  return { ...lock, ...(side ? { side } : {}), ...(key ? { key: keyOf(unit, key) } : {}) };
}

/** What a call names as the key of a keyed lock. */
export function keyArgument(op: CallOp, method: LockMethod): Value | undefined {
  const argument = 'keyArg' in method && method.keyArg !== undefined ? op.args[method.keyArg] : undefined;
  // Work is no key: `withLock(work)`.
  if (argument?.v === 'fn') return undefined;
  const isRequest = argument?.v === 'array' && 'list' in method && method.list === 'request';
  return isRequest ? argument.items[0] : argument;
}

/** The side that a call takes: fixed by the method, or chosen by an argument. */
function sideOf(op: CallOp, method: LockMethod): Side | undefined {
  if ('side' in method && method.side) return method.side;
  if (!('sideBy' in method) || !method.sideBy) return undefined;
  const { arg, option, read } = method.sideBy;
  const chosen = arg === undefined ? optionOf(op, option!) : op.args[arg];
  return chosen?.v === 'lit' && chosen.value === read ? 'read' : 'write';
}

/** The value of an option in any object argument of a call. */
export function optionOf(op: CallOp, name: string): Value | undefined {
  for (const argument of op.args) {
    const property = argument.v === 'object' ? argument.props.find((candidate) => candidate.name === name) : undefined;
    if (property) return property.value;
  }
  return undefined;
}

/** `await lock.acquire();`: nothing looks at what was answered. */
export function isUnasked(unit: Unit, { id, result }: CallOp): boolean {
  return result === 'await' && !answersAsked(unit).has(id);
}

const asked = new WeakMap<Unit, ReadonlySet<number>>();

/** The calls of a file of which what their promise gives is used. */
function answersAsked(unit: Unit): ReadonlySet<number> {
  let known = asked.get(unit);
  if (!known) {
    const found = new Set<number>();
    for (const fact of unit.facts.functions)
      for (const op of everyOp(fact.body))
        for (const value of valuesOf(op).flatMap(everyValue))
          if (value.v === 'await' && value.of.v === 'call') found.add(value.of.id);
    asked.set(unit, (known = found));
  }
  return known;
}
