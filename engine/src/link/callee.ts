import type { CallOp, Value } from '../facts/format.js';
import * as wellKnown from '../models/callbacks.js';
import * as waits from '../models/waits.js';
import type { Entities } from './entity.js';
import { packageOf } from './package-of.js';
import type { Unit } from './unit.js';

/**
 * The names that a callee may go by in the tables of well-known functions, the surest first: `fs/promises#readFile` or
 * `console.log` when it is known where it comes from, else the path as written and the bare method.
 */
export function calleeNames(entities: Entities, unit: Unit, fn: number, op: CallOp): readonly string[] {
  const entity = entities.of(unit, fn, op.callee);
  if (entity?.k === 'external') {
    const name = entity.module === '' ? entity.name : `${entity.module.replace(/^node:/, '')}#${entity.name}`;
    return op.callee.v === 'member' ? [name, `.${op.callee.name}`] : [name];
  }
  // A function of the project is what its body says, whatever it is called.
  if (entity?.k === 'function') return [];
  const path = writtenPath(unit, op.callee);
  const method = op.callee.v === 'member' ? [`.${op.callee.name}`] : [];
  return path === undefined ? method : [path, ...method];
}

/** `this.logger.info`, as it stands in the source. */
export function writtenPath(unit: Unit, value: Value): string | undefined {
  switch (value.v) {
    case 'bind':
      return unit.facts.bindings[value.id]!.name;
    case 'global':
      return value.name;
    case 'this':
      return 'this';
    case 'member': {
      const of = writtenPath(unit, value.of);
      return of === undefined ? undefined : `${of}.${value.name}`;
    }
    default:
      return undefined;
  }
}

/** Calls that a reviewer would not count as something that can throw: logging, timers, clocks, containers. */
export function neverThrows(entities: Entities, unit: Unit, fn: number, op: CallOp): boolean {
  const names = calleeNames(entities, unit, fn, op);
  if (names.some(wellKnown.neverThrows)) return true;
  // A logger of another package is known by what it is called here; a function of the project has no such names.
  const path = names.length > 0 ? writtenPath(unit, op.callee) : undefined;
  return path !== undefined && wellKnown.neverThrows(path);
}

/** Calls that are documented to throw, such as those that read a text or do without waiting what may fail outside of the program. */
export function throwsAsDocumented(entities: Entities, unit: Unit, fn: number, op: CallOp): boolean {
  return calleeNames(entities, unit, fn, op).some(wellKnown.throwsAsDocumented);
}

/** When a call runs the function that it is given: within the call or the promise that is waited for, later, or not to be told. */
export function callbackTiming(entities: Entities, unit: Unit, fn: number, op: CallOp): 'now' | 'later' | 'unknown' {
  const waited = op.result === 'await' || op.result === 'return';
  if (op.callee.v === 'fn') return 'now';
  for (const name of calleeNames(entities, unit, fn, op)) {
    const timing = wellKnown.callbackTiming(name);
    if (timing === 'now' || timing === 'later') return timing;
    if (timing === 'before-result') return waited ? 'now' : 'later';
  }
  // What an unknown function does with a callback whose result is waited for is done, as a rule, before that result is there.
  return waited ? 'now' : 'unknown';
}

/** What awaiting a call waits for, where the callee tells. */
export function waitKind(entities: Entities, unit: Unit, fn: number, op: CallOp): waits.WaitKind | undefined {
  for (const name of calleeNames(entities, unit, fn, op)) {
    const kind = waits.waitKind(name);
    if (kind) return kind === 'timer' && waitsForState(unit, op) ? 'event' : kind;
  }
  return undefined;
}

/**
 * `tx.wait()`, `client.waitFor(id)`: an object that waits without being told how long waits until something has come about,
 * unless it is there to let time pass.
 */
function waitsForState(unit: Unit, { callee, args }: CallOp): boolean {
  if (callee.v !== 'member' || !/^wait(?:For)?$/.test(callee.name) || callee.of.v === 'this') return false;
  if (TIMEKEEPER.test(unit.slice(callee.of.span))) return false;
  const [first] = args;
  if (first?.v === 'lit' && typeof first.value === 'number') return first.value < SHORTEST_DELAY;
  return first === undefined || !TIME.test(unit.slice(first.span));
}

const TIMEKEEPER =
  /time|clock|delay|sleep|schedul|util|helper|promise|common|limit|rate|throttl|pac(?:e|ing)|bucket|back_?off/i;
const TIME = /^[^('"`{]*(?:ms|time|delay|sec|interval|duration|back_?off|wait|pause|\*)/i;
/** In milliseconds. A smaller number says something else: of how many blocks, how many times. */
const SHORTEST_DELAY = 20;

/**
 * What awaiting a method waits for as a reader would guess who does not see its body: by the package that its object comes
 * from, by its name, or by an address that it is given.
 */
export function likelyWaitKind(entities: Entities, unit: Unit, fn: number, op: CallOp): waits.WaitKind | undefined {
  const { callee } = op;
  if (callee.v !== 'member' && callee.v !== 'bind' && callee.v !== 'global') return undefined;
  const method = callee.v === 'bind' ? unit.facts.bindings[callee.id]!.name : callee.name;
  const receiver = callee.v === 'member' ? callee.of : undefined;
  if (waits.namesNetwork(method, receiver && ownName(unit, receiver))) return 'network';
  if (!receiver) return undefined;
  if (op.args[0] && waits.dispatchesToNetwork(method, unit.slice(op.args[0].span))) return 'network';
  if (HTTP_VERB.test(method) && op.args[0] && ADDRESS.test(unit.slice(op.args[0].span))) return 'network';
  const module = packageOf(entities, unit, fn, receiver);
  return module !== undefined && waits.talksToNetwork(module) ? 'network' : undefined;
}

const HTTP_VERB = /^(?:get|post|put|patch|delete|head|request)$/;
/** A path or an address, as a literal or as the head of a template: `/users`, `https://…`, `${base}/users`. */
const ADDRESS = /^['"`](?:\/|https?:|\$\{[^}]*\}\/)/;

/** The last name of a path: `client` for `this.client`. */
export function ownName(unit: Unit, value: Value): string | undefined {
  switch (value.v) {
    case 'bind':
      return unit.facts.bindings[value.id]!.name;
    case 'global':
    case 'member':
      return value.name;
    default:
      return undefined;
  }
}
