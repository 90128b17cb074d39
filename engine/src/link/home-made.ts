import type { FunctionFact, Value } from '../facts/format.js';
import type { LockMethod, LockModel } from '../models/model.js';
import { namesLock } from '../models/words.js';
import { isDeclaredLock } from './annotated-lock.js';
import { isNewPromise } from './new-promise.js';
import { isPromiseType } from './promise-type.js';
import { everyOp, type Unit } from './unit.js';

/** The two halves of an ownerless lock, as projects name them. */
const PAIRS: readonly (readonly [acquire: string, release: string])[] = [
  ['acquire', 'release'],
  ['lock', 'unlock'],
  ['acquireLock', 'releaseLock'],
  ['wait', 'shift'],
  ['wait', 'release'],
];

/** Names of locks that keep out other processes as well. */
const BEYOND_AGENT = /process|file|redis|cluster|distributed|database/i;

const SCOPED: readonly string[] = ['runExclusive', 'withLock', 'synchronized', 'runLocked'];

/** A lock that only runs callbacks keeps its verb to itself. */
const ownVerb = (verb: string) => `#${verb}`;

export const HOME_MADE_VERBS: readonly string[] = [
  ...PAIRS.flat(),
  ...PAIRS.map(([acquire]) => ownVerb(acquire)),
  ...SCOPED,
  'isLocked',
];

const models = new WeakMap<Unit, Map<number, LockModel | undefined>>();

/**
 * The model of a class that is a lock by its shape: both verbs of a pair, or a `lock()` that promises a function.
 * The word alone is not enough: a class named `LockScreen` is none.
 */
export function homeMadeModel(unit: Unit, cls: number): LockModel | undefined {
  let known = models.get(unit);
  if (!known) models.set(unit, (known = new Map()));
  if (!known.has(cls)) known.set(cls, build(unit, cls));
  return known.get(cls);
}

function build(unit: Unit, cls: number): LockModel | undefined {
  const fact = unit.classOf(cls);
  if (!namesLock(fact.name) && !isDeclaredLock(fact.docs)) return undefined;
  const functions = new Map<string, FunctionFact>();
  const hidden = new Set(fact.members.filter((member) => member.private).map(({ name }) => name));
  for (const member of fact.members)
    if (member.kind === 'method' && member.function !== undefined) functions.set(member.name, unit.fn(member.function));
  const methods: Record<string, LockMethod> = {};
  for (const [acquire, release] of PAIRS) {
    // Beside `acquire`, `wait` takes nothing: it waits until the lock is free.
    if (acquire === 'wait' && methods[release]) {
      if (functions.has(acquire)) methods[acquire] = { does: 'wait' };
      continue;
    }
    const waiter = acquire === 'wait' ? functions.get(acquire) : undefined;
    if (waiter && takesNothing(waiter)) continue;
    const takes = functions.has(acquire) ? acquire : ownVerb(acquire);
    const taker = functions.get(takes);
    const giver = functions.get(release);
    // A door that locks itself again when it has been opened.
    if (giver && callsOwn(giver, takes)) continue;
    if (taker && countsHolders(unit, taker)) return undefined;
    if (taker && promisesFunction(unit, taker)) {
      methods[takes] = { does: 'acquire', gives: 'releaser', ...keyArg(taker) };
      // What only the releaser calls is nobody else's to call.
      if (giver && !hidden.has(release)) methods[release] = { does: 'release', ...keyArg(giver) };
    } else if (taker && giver && isAsynchronous(taker)) {
      methods[acquire] = mayFail(taker)
        ? { does: 'try-acquire', gives: 'nothing', awaited: true, countedOn: true, ...keyArg(taker) }
        : { does: 'acquire', gives: 'nothing', ...keyArg(taker) };
      methods[release] = { does: 'release', ...keyArg(giver) };
    }
  }
  if (Object.keys(methods).length === 0) return undefined;
  for (const [name, scoped] of functions) {
    const callback = scoped.params.findLastIndex((param) => param.type?.t === 'function');
    if (SCOPED.includes(name) && callback >= 0) methods[name] = { does: 'section', callback };
  }
  for (const { name, function: id } of fact.members)
    if (id !== undefined && !methods[name] && (name === 'isLocked' || tellsWhetherHeld(unit.fn(id))))
      methods[name] = { does: 'query' };
  return {
    name: fact.name,
    modules: [],
    export: fact.name,
    made: 'class',
    inferred: 'shape',
    kind: /semaphore/i.test(fact.name)
      ? 'semaphore'
      : Object.values(methods).some((method) => 'keyArg' in method)
        ? 'keyed'
        : 'mutex',
    scope: BEYOND_AGENT.test(fact.name) ? 'host' : 'agent',
    methods,
    enqueue: 'sync',
    start: 'async',
    fairness: 'unknown',
    reentrant: /reentrant/i.test(fact.name),
    timeout: 'none',
    disposable: false,
  };
}

function callsOwn({ body }: FunctionFact, method: string): boolean {
  return everyOp(body).some(
    (op) => op.op === 'call' && op.callee.v === 'member' && op.callee.of.v === 'this' && op.callee.name === method,
  );
}

/** A lock that takes a key takes it as a parameter that both of its verbs share. */
function keyArg(fact: FunctionFact): { keyArg?: number } {
  const [first] = fact.params;
  const keyLike =
    first &&
    !first.optional &&
    !first.rest &&
    (first.type === undefined || (first.type.t === 'prim' && first.type.name === 'string'));
  return keyLike ? { keyArg: 0 } : {};
}

/** `Promise<boolean>`, `Promise<string | null>`: the answer tells whether the lock was taken. */
function mayFail({ returns }: FunctionFact): boolean {
  const given = isPromiseType(returns) ? returns.args[0] : undefined;
  if (given?.t === 'union')
    return given.of.some((part) => part.t === 'prim' && /^(null|undefined|boolean)$/.test(part.name));
  return given?.t === 'prim' && given.name === 'boolean';
}

/**
 * Whether a request adds itself to a count of holders and goes on at once because there are some: `if (this.holders > 0) { this.holders++; return; }`.
 * Such a class keeps something while anybody needs it, and excludes nobody of this program.
 */
function countsHolders(unit: Unit, { body }: FunctionFact): boolean {
  const counted = new Set(
    [...everyOp(body)].flatMap((op) =>
      op.op === 'assign' && op.how === 'update' && op.value.v === 'mix' && /^\+(\+|=)?$/.test(op.value.op)
        ? [unit.slice(op.target.span)]
        : [],
    ),
  );
  return [...everyOp(body)].some((op) => {
    if (op.op !== 'branch' || op.test.v !== 'mix' || !/^>=?$/.test(op.test.op)) return false;
    const [count, limit] = op.test.of;
    if (limit?.v !== 'lit' || count?.v !== 'member' || !counted.has(unit.slice(count.span))) return false;
    const inner = [...everyOp(op.then)];
    return (
      inner.some(({ op: kind }) => kind === 'return') &&
      !inner.some(({ op: kind }) => kind === 'await' || kind === 'call')
    );
  });
}

/** `if (!this.locked) return;` at the beginning: where the lock is free, whoever waited for that has not taken it. */
function takesNothing({ body }: FunctionFact): boolean {
  const first = body.find((op) => op.op !== 'call' && op.op !== 'read');
  const [leaving, ...others] = first?.op === 'branch' ? first.then : [];
  return leaving?.op === 'return' && others.length === 0;
}

const HELD = /^#?_?(?:is)?_?(?:locked|busy|held|taken|acquired)$/i;

/** `get isIndexing() { return this.mutex.isLocked; }` */
function tellsWhetherHeld({ body }: FunctionFact): boolean {
  const told = body.find((op) => op.op === 'return');
  return told?.op === 'return' && told.value?.v === 'member' && HELD.test(told.value.name);
}

/** Whether callers can wait for what a function does. A promise that it only keeps (`this.shut = new Promise(…)`) shuts a gate for others. */
function isAsynchronous(fact: FunctionFact): boolean {
  if (fact.async || isPromiseType(fact.returns)) return true;
  const ops = [...everyOp(fact.body)];
  return (
    ops.some((op) => op.op === 'call' && isNewPromise(op)) &&
    ops.some((op) => op.op === 'return' && op.value !== undefined)
  );
}

/** `Promise<() => void>`, written or evident from what is returned. */
function promisesFunction(unit: Unit, fact: FunctionFact): boolean {
  const { returns } = fact;
  if (isPromiseType(returns)) return returns.args[0]?.t === 'function';
  return [...everyOp(fact.body)].some(
    (op) =>
      op.op === 'return' &&
      op.value !== undefined &&
      (givesFunction(unit, op.value) || (fact.async && isFunction(unit, op.value))),
  );
}

/** A promise of a function: `this.queue.then(() => unlock)`, or a constant that is one. */
function givesFunction(unit: Unit, value: Value, hops = 0): boolean {
  if (hops > 4) return false;
  if (value.v === 'bind') {
    const { init } = unit.facts.bindings[value.id]!;
    return init !== undefined && givesFunction(unit, init, hops + 1);
  }
  const call = value.v === 'call' ? unit.call(value.id)?.op : undefined;
  if (call?.callee.v !== 'member' || call.callee.name !== 'then') return false;
  const [callback] = call.args;
  return callback?.v === 'fn' && returnedValues(unit, callback.id).some((returned) => isFunction(unit, returned));
}

function returnedValues(unit: Unit, fn: number): Value[] {
  return [...everyOp(unit.fn(fn).body)].flatMap((op) => (op.op === 'return' && op.value ? [op.value] : []));
}

function isFunction(unit: Unit, value: Value): boolean {
  if (value.v === 'fn') return true;
  if (value.v !== 'bind') return false;
  const { type, init } = unit.facts.bindings[value.id]!;
  return type?.t === 'function' || init?.v === 'fn';
}
