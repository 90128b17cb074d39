import type { Span } from '../findings.js';
import type { LockRef } from './lock-ref.js';
import type { Unit } from './unit.js';

/** One taking of a lock, from the grant to the release. */
export interface Hold {
  /** The call that takes it: unique in the file, with the function that makes it. Negative where no call does. */
  readonly call: number;
  readonly unit: Unit;
  readonly fn: number;
  readonly ref: LockRef;
  readonly form: 'manual' | 'callback' | 'using' | 'then' | 'done' | 'decorator' | 'required';
  readonly span: Span;
  /** Where the releaser is in the pair that the acquire gives. */
  readonly releaserAt?: number;
  /** The request waits until the lock is free: no attempt, and nothing synchronous. */
  readonly waits: boolean;
  /** On every path that comes here the lock was just seen to be free: whoever holds it never gets to this request. */
  onlyIfFree: boolean;
  /** Given back as soon as the callback has returned: what the promise that it may return still does runs without the lock. */
  readonly loose?: true;
  /** Taken again by a helper that had given it back: for whoever called the helper the section goes on. */
  readonly resumes?: true;
}

/** What is known at one point of one path: the locks held, and which variables are known to be set or unset. */
export interface State {
  readonly holds: readonly Hold[];
  /** By hold: the variables and fields that release it, and whether another owner has it now. */
  readonly handles: ReadonlyMap<Hold, readonly string[]>;
  readonly transferred: ReadonlySet<Hold>;
  /** Truth of variables and of tests that cannot change. */
  readonly truth: ReadonlyMap<string, boolean>;
  /** The path comes here only if something fails of which nothing shows that it does. */
  readonly guessed: boolean;
}

export const emptyState: State = {
  holds: [],
  handles: new Map(),
  transferred: new Set(),
  truth: new Map(),
  guessed: false,
};

/** What tells states apart, but for how sure it is that a path comes there. */
export function stateKey(state: State): string {
  let key = keys.get(state);
  if (key === undefined) keys.set(state, (key = keyOf(state)));
  return key;
}

/** Most operations leave a state as it is. */
const keys = new WeakMap<State, string>();

function keyOf(state: State): string {
  const holds = state.holds.map((hold) => `${hold.call}${state.transferred.has(hold) ? 't' : ''}`).join(',');
  const truth = [...state.truth].map(([name, value]) => `${name}${value ? '+' : '-'}`).sort();
  return `${holds}|${truth.join(',')}`;
}

const MAX_STATES = 48;

/** Distinct states; beyond a bound, what is known of variables is forgotten, which only makes more paths possible. */
export function distinct(states: readonly State[]): State[] {
  const found = surest(states, stateKey, isGuessed);
  if (found.length <= MAX_STATES) return found;
  const forgetful = found.map((state) => {
    // Whether a releaser is there decides whether it is called, also after the lock was given back: that much is kept.
    const handles = new Set([...state.handles.values()].flat());
    return { ...state, truth: new Map([...state.truth].filter(([name]) => handles.has(name))) };
  });
  return surest(forgetful, stateKey, isGuessed).slice(0, MAX_STATES);
}

const isGuessed = (state: State) => state.guessed;

/** One for each key, the first of those that are not guessed if there is one. */
export function surest<T>(items: readonly T[], keyOf: (item: T) => string, guessed: (item: T) => boolean): T[] {
  const found = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    const before = found.get(key);
    if (!before || (guessed(before) && !guessed(item))) found.set(key, item);
  }
  return [...found.values()];
}

export function withHold(state: State, hold: Hold, handle?: string): State {
  const handles = new Map(state.handles);
  handles.set(hold, handle ? [handle] : []);
  return { ...state, holds: [...state.holds, hold], handles: remembered(handles, (one) => state.holds.includes(one)) };
}

/** As much as anybody would keep in mind of one function: of more, what came first is forgotten. */
const MOST_REMEMBERED = 128;

function remembered<Key, Known>(all: Map<Key, Known>, isNeeded: (key: Key) => boolean): Map<Key, Known> {
  if (all.size > MOST_REMEMBERED)
    for (const key of all.keys()) {
      if (all.size <= MOST_REMEMBERED) break;
      if (!isNeeded(key)) all.delete(key);
    }
  return all;
}

export function withHandle(state: State, hold: Hold, handle: string): State {
  const handles = new Map(state.handles);
  // One variable releases one hold: a later assignment takes it over.
  for (const [other, names] of handles)
    if (other !== hold && names.includes(handle))
      handles.set(
        other,
        names.filter((name) => name !== handle),
      );
  handles.set(hold, [...(handles.get(hold) ?? []), handle]);
  return withTruth({ ...state, handles }, handle, true);
}

export function withoutHold(state: State, hold: Hold): State {
  return { ...state, holds: state.holds.filter((other) => other !== hold) };
}

export function withTransfer(state: State, hold: Hold): State {
  return { ...state, transferred: new Set([...state.transferred, hold]) };
}

export function withTruth(state: State, name: string, value: boolean | undefined): State {
  if (state.truth.get(name) === value) return state;
  const truth = new Map(state.truth);
  if (value === undefined) truth.delete(name);
  else truth.set(name, value);
  return { ...state, truth: remembered(truth, (one) => one === name) };
}
