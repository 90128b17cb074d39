import type { Value } from '../../facts/format.js';
import { lockAction } from '../action.js';
import { capacityOf } from '../capacity.js';
import { givenTruth } from '../given.js';
import type { LockRef } from '../lock-ref.js';
import { comparison, nullComparison, type Comparison } from '../nothing.js';
import { askedByProperty, mayAsk } from '../question.js';
import { withTruth, type Hold, type State } from '../state.js';
import { handleName } from './handles.js';
import type { Walk } from './walk.js';

/** What tests tell: which states can take which branch, and what is known in it. */
export class Conditions {
  private readonly walk: Walk;

  constructor(walk: Walk) {
    this.walk = walk;
  }

  /** The states in which a test comes out as told; none when that is known to be impossible. */
  refine(test: Value, state: State, outcome: boolean): State[] {
    if (test.v === 'mix' && test.op === '!') return this.refine(test.of[0]!, state, !outcome);
    if (isLogical(test)) {
      if ((test.op === '&&') === outcome)
        return test.of.reduce<State[]>((all, part) => all.flatMap((one) => this.refine(part, one, outcome)), [state]);
      return test.of.some((part) => this.refine(part, state, outcome).length > 0) ? [state] : [];
    }
    const compared = nullComparison(test) ?? typeComparison(test);
    if (compared) return this.refine(compared.subject, state, compared.equal !== outcome);
    const told = wordComparison(test);
    if (told) return told.equal === outcome && this.isGranted(told.subject, state) ? [] : [state];
    const name = testName(test);
    if (name === undefined) {
      const constant = constantTruth(test) ?? givenTruth(this.walk.unit, this.walk.root, this.walk.given, test);
      return constant === undefined || constant === outcome ? [state] : [];
    }
    const known = state.truth.get(name) ?? givenTruth(this.walk.unit, this.walk.root, this.walk.given, test);
    if (known !== undefined) return known === outcome ? [state] : [];
    const asked = this.askedLock(test);
    if (asked && !outcome && isHeldHere(state, asked)) return [];
    if (asked) return [withTruth(state, freedom(asked), !outcome)];
    return [this.isStable(test) ? withTruth(state, name, outcome) : state];
  }

  /** What is known on this path of the truth of a value that a variable is given. */
  truthOf(value: Value, state: State): boolean | undefined {
    if (isLogical(value)) {
      const decisive = value.op === '||';
      const parts = value.of.map((part) => this.truthOf(part, state));
      if (parts.includes(decisive)) return decisive;
      return parts.includes(undefined) ? undefined : !decisive;
    }
    const name = testName(value);
    return (
      constantTruth(value) ??
      (name === undefined ? undefined : state.truth.get(name)) ??
      givenTruth(this.walk.unit, this.walk.root, this.walk.given, value)
    );
  }

  /** A value is what a request has given on this path: a releaser or a guard, never a word such as `'aborted'`. */
  private isGranted(value: Value, state: State): boolean {
    const request = this.walk.requests.of(value);
    return (
      request !== undefined && request.gives !== 'nothing' && !request.attempt && state.holds.includes(request.hold)
    );
  }

  /** A test on this path has just told that nobody holds the lock. */
  isSeenFree(state: State, ref: LockRef): boolean {
    return state.truth.get(freedom(ref)) === true;
  }

  /** The lock of `m.isLocked()` and `m.isLocked`. */
  private askedLock(test: Value): LockRef | undefined {
    const { entities, unit } = this.walk;
    const found = test.v === 'call' ? unit.call(test.id) : undefined;
    const asked = found ? found.op.callee : test;
    if (asked.v !== 'member' || !mayAsk(asked.name)) return undefined;
    if (!found) return askedByProperty(entities, unit, asked);
    const action = lockAction(entities, unit, found.fn, found.op);
    return action?.do === 'query' ? action.ref : undefined;
  }

  /** A test whose outcome is the same when it is asked again. */
  private isStable(test: Value): boolean {
    if (test.v !== 'bind') return false;
    const binding = this.walk.unit.facts.bindings[test.id]!;
    return binding.writes === 0 || binding.kind === 'let' || binding.kind === 'const';
  }
}

/** A path on which an attempt has taken the lock, or has not. */
export function withAnswer(state: State, { call }: Hold, taken: boolean): State {
  return withTruth(state, `c${call}`, taken);
}

/** The lock has its one holder on this path, who has left it to nobody else. */
function isHeldHere(state: State, { id }: LockRef): boolean {
  return state.holds.some((hold) => hold.ref.id === id && !state.transferred.has(hold) && capacityOf(hold.ref) === 1);
}

const freedom = (ref: LockRef) => `free ${ref.id}`;

function isLogical(value: Value): value is Extract<Value, { v: 'choice' }> & { readonly op: '&&' | '||' } {
  return value.v === 'choice' && (value.op === '&&' || value.op === '||');
}

function testName(test: Value): string | undefined {
  if (test.v === 'call') return `c${test.id}`;
  if (test.v === 'await') return test.of.v === 'call' ? `c${test.of.id}` : undefined;
  return handleName(test);
}

function constantTruth(value: Value): boolean | undefined {
  if (value.v === 'lit') return Boolean(value.value);
  if (value.v === 'global' && value.name === 'undefined') return false;
  if (value.v === 'fn' || value.v === 'object' || value.v === 'array') return true;
  return undefined;
}

/** `x === 'aborted'`, `x !== 'aborted'`: whether the outcome `true` means that `x` is the word. */
function wordComparison(test: Value): Comparison | undefined {
  return comparison(test, (value) => value.v === 'lit' && typeof value.value === 'string');
}

/** `typeof x === 'undefined'`, and `typeof x !== 'function'`, which a releaser is: whether the outcome `true` means that `x` is nothing. */
function typeComparison(test: Value): Comparison | undefined {
  const told = comparison(test, (value) => value.v === 'lit' && /^(undefined|function)$/.test(String(value.value)));
  if (told?.subject.v !== 'mix' || told.subject.op !== 'typeof') return undefined;
  const isNothingTold = told.to.v === 'lit' && told.to.value === 'undefined';
  return { ...told, subject: told.subject.of[0]!, equal: told.equal === isNothingTold };
}
