import type { CallOp, Op, Value } from '../../facts/format.js';
import { callersOf, isPublic } from '../callers.js';
import { cleanupAround, contains } from '../enclosing.js';
import type { CellAccess } from '../cell.js';
import type { Linked } from '../linked.js';
import { everyOp, type Unit } from '../unit.js';
import { isLifeCycle } from '../life-cycle.js';
import { isNothing } from '../nothing.js';
import { rootOf } from './flows.js';
import type { CellRead, Guard } from './knowledge.js';
import { nested } from '../nested.js';
import { racesOf, type Race } from './races.js';

/** A test and a write of the same state, parted by a suspension. */
export interface MakingRace extends Race {
  readonly write: CellAccess;
  readonly guard: Guard;
  /** A value that is made when it is missing, an entry of a container that is, or any other state. */
  readonly makes: 'value' | 'entry' | 'state';
  /** Making it does something that is not undone by forgetting it: a connection, a timer, a subscription. */
  readonly lasting: boolean;
  /** It is made where a life begins, or for a single caller: two of these at once are a misuse, and no way that the program goes. */
  readonly once: boolean;
}

/** The tests of a file that let several tasks through though they mean to let one, each with its first write. */
export function firstOnly(project: Linked, unit: Unit): readonly MakingRace[] {
  const seen = new Set<string>();
  return racesOf(project, unit).flatMap((race): MakingRace[] => {
    const { guard, write } = race;
    if (race.kind !== 'unlocked' || race.through !== 'guard' || !guard || !write) return [];
    // A test that itself comes late decides by an old value: that is a stale write.
    if (race.crossed.some(({ span }) => span[1] <= guard.test.span[0] && span[0] >= race.read.op.span[1])) return [];
    const makes = makingOf(unit, race, guard);
    const key = `${guard.test.span[0]}-${guard.test.span[1]}`;
    if (!makes || seen.has(key)) return [];
    seen.add(key);
    return [
      { ...race, guard, write, makes, lasting: isLasting(project, unit, race), once: isOnce(project, unit, race.fn) },
    ];
  });
}

function makingOf(unit: Unit, race: Race, guard: Guard): MakingRace['makes'] | undefined {
  const { op, entry, read } = race;
  if (guard.waits)
    return (entry === undefined) === (read.entry === undefined) && (!entry || isSameKey(entry, read.entry!))
      ? 'state'
      : undefined;
  if (op.op === 'call' && entry) {
    // Another entry than the one that was asked for does not depend on it; taking out twice is taking out once.
    if (!setsEntry(op)) return isAdding(op) ? 'state' : undefined;
    return read.entry && isSameKey(entry, read.entry) && saysAbsent(unit, guard.test, guard.outcome, read)
      ? 'entry'
      : undefined;
  }
  if (op.op !== 'assign') return 'state';
  if (entry || read.entry) {
    if (!entry || !read.entry || !isSameKey(entry, read.entry)) return undefined;
    return saysAbsent(unit, guard.test, guard.outcome, read) ? 'entry' : 'state';
  }
  // Clearing twice is clearing once.
  if (isNothing(op.value)) return undefined;
  return op.how === 'set' && isMade(op.value) && saysAbsent(unit, guard.test, guard.outcome, read) ? 'value' : 'state';
}

/** The outcome of a call, bare or through a variable: not a flag, a count or something that was at hand. */
function isMade(value: Value): boolean {
  if (value.v === 'await') return isMade(value.of);
  if (value.v === 'choice') return value.of.some(isMade);
  return (
    value.v === 'call' || value.v === 'bind' || value.v === 'member' || (value.v === 'mix' && value.op === 'template')
  );
}

function setsEntry(op: Op): boolean {
  return op.op === 'call' && op.callee.v === 'member' && /^(set|add)$/.test(op.callee.name);
}

function isAdding(op: Op): boolean {
  return op.op === 'call' && op.callee.v === 'member' && /^(push|unshift|insert|append)$/.test(op.callee.name);
}

/** Whether a test that came out as it did says that what was read is missing. */
function saysAbsent(unit: Unit, test: Value, outcome: boolean, read: CellRead): boolean {
  if (test.v === 'mix' && test.op === '!') return saysAbsent(unit, test.of[0]!, !outcome, read);
  // `reuse && found` that came out false may have failed for the other reason.
  if (test.v === 'choice' && (test.op === '||' || test.op === '&&'))
    return (test.op === '||' || outcome) && test.of.some((part) => saysAbsent(unit, part, outcome, read));
  if (test.v === 'mix' && /^[!=]==?$/.test(test.op) && test.of.length === 2) {
    const [left, right] = test.of as [Value, Value];
    const subject = isNothing(left) ? right : isNothing(right) ? left : undefined;
    return subject !== undefined && test.op.startsWith('=') === outcome && isWhatWasRead(unit, subject, read.op);
  }
  return !outcome && isWhatWasRead(unit, test, read.op);
}

/** What was read itself, a part of it, or the variable that it was put into. */
function isWhatWasRead(unit: Unit, value: Value, op: Op): boolean {
  if (value.v === 'bind') {
    const { init } = unit.facts.bindings[value.id]!;
    return (
      contains(value.span, op.span) ||
      (init !== undefined && contains(init.span, op.span) && isWhatWasRead(unit, init, op))
    );
  }
  if (value.v === 'await') return isWhatWasRead(unit, value.of, op);
  if (value.v === 'member' && !contains(value.span, op.span)) return isWhatWasRead(unit, value.of, op);
  return contains(value.span, op.span);
}

/** The same key by the text: a variable or a path that is written alike. */
function isSameKey(one: Value, other: Value): boolean {
  if (one.v !== other.v) return false;
  switch (one.v) {
    case 'bind':
      return one.id === (other as typeof one).id;
    case 'lit':
      return one.value === (other as typeof one).value;
    case 'member':
      return one.name === (other as typeof one).name && isSameKey(one.of, (other as typeof one).of);
    case 'mix':
      return (
        one.op === (other as typeof one).op &&
        one.of.length === (other as typeof one).of.length &&
        one.of.every((part, index) => isSameKey(part, (other as typeof one).of[index]!))
      );
    default:
      return one.v === 'this';
  }
}

function isOnce(project: Linked, unit: Unit, fn: number): boolean {
  const root = rootOf(project, unit, fn);
  return isLifeCycle(unit.fn(root).name) || (!isPublic(unit, root) && callersOf(project, unit, root).length === 1);
}

/**
 * Names of functions that set something up which stays, and of classes whose objects have to be closed. What is only
 * looked up or computed can be thrown away: made twice it costs time, and no more.
 */
const SETS_UP =
  /^[_#$]*(?:create|connect|start|launch|spawn|fork|subscribe|publish|listen|register|watch|init|initiali[sz]e|setup|setUp|boot|bootstrap|attach|join|mount|serve|acquire|allocate|provision|setInterval|login|logIn|signIn|authenticate|reserve)(?![a-z])/;
const HAS_TO_BE_CLOSED =
  /(?:Client|Connection|Pool|Server|Socket|Worker|Watcher|Subscription|Database|DB|Session|Channel|Process|Browser|Agent|Consumer|Producer|Transport|EventSource)$/;

function isLasting(project: Linked, unit: Unit, { op, fn, crossed }: Race): boolean {
  // What is noted where the making has failed was not made.
  const handler = cleanupAround(unit, fn, op.span);
  if (handler && crossed.some(({ span }) => contains(handler.op.bodySpan, span))) return false;
  const values = op.op === 'assign' ? [op.value] : op.op === 'call' ? op.args.slice(1) : [];
  const made = values.flatMap((value) => callsIn(unit, value));
  const waited = [...everyOp(unit.fn(fn).body)].flatMap((one) =>
    one.op === 'await' && one.of && crossed.some(({ span }) => span[0] === one.span[0]) ? callsIn(unit, one.of) : [],
  );
  return [...made, ...waited].some((call) => setsUp(project, unit, call));
}

/** Functions within functions that are looked into for what they set up. */
const MAX_CALLS = 3;

/** By its name a call sets something up that stays; a function of the project does so only if something in it does. */
function setsUp(project: Linked, unit: Unit, call: CallOp, calls = 0): boolean {
  const name = nameOf(unit, call.callee);
  if (call.isNew) return HAS_TO_BE_CLOSED.test(name);
  if (!SETS_UP.test(name)) return false;
  const target = project.summaries.target(unit, unit.call(call.id)!.fn, call);
  if (!target || calls >= MAX_CALLS || target.unit.fn(target.fn).body.length === 0) return true;
  return [target.fn, ...nested(target.unit, target.fn)].some((fn) =>
    target.unit.callsIn(fn).some((inner) => setsUp(project, target.unit, inner, calls + 1)),
  );
}

/** The calls that a value is the outcome of, variables seen through. */
function callsIn(unit: Unit, value: Value, hops = 0): CallOp[] {
  if (hops > 4) return [];
  switch (value.v) {
    case 'call': {
      const op = unit.call(value.id)?.op;
      return op ? [op] : [];
    }
    case 'await':
    case 'member':
      return callsIn(unit, value.of, hops + 1);
    case 'choice':
      return value.of.flatMap((part) => callsIn(unit, part, hops + 1));
    case 'bind': {
      const { init } = unit.facts.bindings[value.id]!;
      return init ? callsIn(unit, init, hops + 1) : [];
    }
    default:
      return [];
  }
}

function nameOf(unit: Unit, callee: Value): string {
  if (callee.v === 'member') return callee.name;
  if (callee.v === 'bind') return unit.facts.bindings[callee.id]!.name;
  return callee.v === 'global' ? callee.name : '';
}
