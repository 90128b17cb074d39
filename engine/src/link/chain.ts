import type { CallOp, Value } from '../facts/format.js';
import type { LockModel } from '../models/model.js';
import { usual } from '../models/usual.js';
import { callbackTiming, writtenPath } from './callee.js';
import type { Entities } from './entity.js';
import { isNewPromise } from './new-promise.js';
import { everyOp, type Unit } from './unit.js';

/** A promise that each task chains its work to, so that one runs after the other: a lock by its use. */
export const promiseChain: LockModel = {
  ...usual,
  name: 'promise chain',
  modules: [],
  export: 'promise chain',
  made: 'object',
  inferred: 'chain',
  kind: 'queue',
  methods: {},
};

/** `q = q.then(job)`: the call runs its job when those before it are done. */
export interface ChainLink {
  readonly chain: Value;
  readonly job: Value;
}

/** `const before = q; q = new Promise((resolve) => { done = resolve; }); await before; …; done()`: the tail is replaced by hand. */
export interface TailLink {
  readonly chain: Value;
  /** The variable that has the tail before: who awaits it has the lock. */
  readonly before: number;
  /** The variable that has the new promise's `resolve`: who calls it gives the lock back. */
  readonly done: number;
}

interface Links {
  /** By the number of the call of `then`. */
  readonly chains: ReadonlyMap<number, ChainLink>;
  /** By the number of `new Promise`. */
  readonly tails: ReadonlyMap<number, TailLink>;
}

/** The link that a call of `then` or `finally` adds to a chain which outlives the call of its function. */
export function chainLink(entities: Entities, unit: Unit, fn: number, op: CallOp): ChainLink | undefined {
  const link = linksOf(unit).chains.get(op.id);
  return link && isShared(entities, unit, fn, link.chain) ? link : undefined;
}

export function tailLink(entities: Entities, unit: Unit, fn: number, op: CallOp): TailLink | undefined {
  const link = linksOf(unit).tails.get(op.id);
  return link && isShared(entities, unit, fn, link.chain) ? link : undefined;
}

/**
 * A variable of this very call is no lock, nor is a part of an object that the call makes: steps run one after the other and are done with,
 * and no other task waits for them.
 */
export function isShared(entities: Entities, unit: Unit, fn: number, chain: Value): boolean {
  const holder = chain.v === 'member' && chain.of.v === 'bind' ? chain.of : chain;
  if (holder.v !== 'bind') return true;
  const { owner, init } = unit.facts.bindings[holder.id]!;
  if (owner === 0 || (holder !== chain && !(init && isMade(unit, init)))) return true;
  for (let at = fn; at !== owner; at = unit.fn(at).parent) {
    const taker = at < 0 ? undefined : unit.callTaking(at);
    if (!taker || callbackTiming(entities, unit, taker.fn, taker.op) !== 'now') return true;
  }
  return false;
}

const MAKES = /^(?:defer|create|make|build|new)(?![a-z])/;

/** A new object, written or given by a function whose name says that it makes one: `defer()`. */
function isMade(unit: Unit, value: Value): boolean {
  if (value.v === 'object') return true;
  const op = value.v === 'call' ? unit.call(value.id)?.op : undefined;
  return op !== undefined && (op.isNew || MAKES.test(writtenPath(unit, op.callee)?.split('.').at(-1) ?? ''));
}

const known = new WeakMap<Unit, Links>();

function linksOf(unit: Unit): Links {
  let links = known.get(unit);
  if (!links) known.set(unit, (links = readLinks(unit)));
  return links;
}

function readLinks(unit: Unit): Links {
  const chains = new Map<number, ChainLink>();
  const tails = new Map<number, TailLink>();
  unit.facts.functions.forEach((fact, fn) => {
    if (fact.kind === 'module' || fact.kind === 'fields') return;
    for (const [target, value] of replacements(unit, fn)) {
      const then = firstThen(unit, value);
      const [job] = then?.args ?? [];
      if (then && job && then.callee.v === 'member') {
        const chain = root(unit, then.callee.of);
        if (chain && pathText(unit, chain) === target) chains.set(then.id, { chain, job });
      }
      const made = newPromise(unit, value);
      const tail = made && replacedTail(unit, fn, made, target);
      if (tail) tails.set(made.id, tail);
    }
  });
  return { chains, tails };
}

/** What a function assigns to variables, fields and entries of maps, by the path that is assigned to. */
function* replacements(unit: Unit, fn: number): Generator<readonly [target: string, value: Value]> {
  for (const op of everyOp(unit.fn(fn).body)) {
    if (op.op === 'assign' && op.how === 'set') {
      const target = pathText(unit, op.target);
      if (target !== undefined) yield [target, op.value];
    }
    if (op.op === 'call' && op.callee.v === 'member' && op.callee.name === 'set' && op.args.length === 2)
      yield [entryText(unit, op.callee.of, op.args[0]!), op.args[1]!];
  }
}

/** A path as written, `chains.get(key)` and `chains[key]` alike; undefined for anything that is computed otherwise. */
function pathText(unit: Unit, value: Value): string | undefined {
  if (value.v === 'bind' || value.v === 'member') return unit.slice(value.span);
  if (value.v === 'index') return entryText(unit, value.of, value.key);
  const call = value.v === 'call' ? unit.call(value.id)?.op : undefined;
  return call?.callee.v === 'member' && call.callee.name === 'get' && call.args[0]
    ? entryText(unit, call.callee.of, call.args[0])
    : undefined;
}

const entryText = (unit: Unit, of: Value, key: Value) => `${unit.slice(of.span)}[${unit.slice(key.span)}]`;

/** The call of `then` that a value is, or goes on from: of `q.then(job).catch(log)` it is `q.then(job)`. */
function firstThen(unit: Unit, value: Value, hops = 0): CallOp | undefined {
  const at = through(unit, value);
  const op = at.v === 'call' ? unit.call(at.id)?.op : undefined;
  if (op?.callee.v !== 'member' || !/^(then|catch|finally)$/.test(op.callee.name) || hops > 4) return undefined;
  return firstThen(unit, op.callee.of, hops + 1) ?? (op.callee.name === 'catch' ? undefined : op);
}

/** Where a chain begins: `q` in `q.catch(log).then(job)`, and in `(q ?? Promise.resolve()).then(job)`. */
function root(unit: Unit, value: Value, hops = 0): Value | undefined {
  if (hops > 4) return undefined;
  const at = through(unit, value);
  if (at.v === 'choice') return root(unit, at.of[0]!, hops + 1);
  const op = at.v === 'call' ? unit.call(at.id)?.op : undefined;
  if (op?.callee.v === 'member' && op.callee.name === 'catch') return root(unit, op.callee.of, hops + 1);
  return at;
}

/** The value that a constant is another name of. */
function through(unit: Unit, value: Value): Value {
  if (value.v !== 'bind') return value;
  const binding = unit.facts.bindings[value.id]!;
  return binding.kind === 'const' && binding.init ? through(unit, binding.init) : value;
}

function newPromise(unit: Unit, value: Value): CallOp | undefined {
  const at = through(unit, value);
  const op = at.v === 'call' ? unit.call(at.id)?.op : undefined;
  if (op && isNewPromise(op)) return op;
  // `q = before.then(() => new Promise(…))`
  const [job] = op?.callee.v === 'member' && op.callee.name === 'then' ? op.args : [];
  if (job?.v === 'bind') return newPromise(unit, job);
  const returned =
    job?.v === 'fn' ? [...everyOp(unit.fn(job.id).body)].find((inner) => inner.op === 'return') : undefined;
  return returned?.op === 'return' && returned.value ? newPromise(unit, returned.value) : undefined;
}

function replacedTail(unit: Unit, fn: number, made: CallOp, target: string): TailLink | undefined {
  const [executor] = made.args;
  const resolve = executor?.v === 'fn' ? unit.fn(executor.id).params[0]?.binding : undefined;
  if (executor?.v !== 'fn' || resolve === undefined) return undefined;
  const kept = [...everyOp(unit.fn(executor.id).body)].find(
    (op) => op.op === 'assign' && op.target.v === 'bind' && op.value.v === 'bind' && op.value.id === resolve,
  );
  if (kept?.op !== 'assign' || kept.target.v !== 'bind') return undefined;
  const before = unit.facts.bindings.findIndex(
    ({ owner, kind, init }) =>
      owner === fn && kind === 'const' && init !== undefined && pathText(unit, root(unit, init) ?? init) === target,
  );
  const chain = before < 0 ? undefined : root(unit, unit.facts.bindings[before]!.init!);
  return chain && { chain, before, done: kept.target.id };
}
