import type { Span } from '../../findings.js';
import type { Failure } from '../failure.js';
import { stateKey, surest, type State } from '../state.js';

/** A way out of a list of operations other than its end. */
export interface Exit {
  readonly kind: 'return' | 'throw' | 'break' | 'continue';
  readonly label?: string | undefined;
  readonly state: State;
  readonly at: Span;
}

/** The states in which control comes out of some operations. */
export interface Flow {
  readonly next: State[];
  readonly exits: Exit[];
}

/** Where in the program the walk stands, whatever the locks. */
export interface Context {
  readonly fn: number;
  readonly loops: readonly Span[];
  readonly cleanup: boolean;
  readonly conditional: boolean;
}

/** The ways out when something fails at a place. */
export function thrown(states: readonly State[], at: Span, failure: Failure): Exit[] {
  if (failure === 'never') return [];
  return states.map((state) => ({
    kind: 'throw',
    state: failure === 'shown' ? state : { ...state, guessed: true },
    at,
  }));
}

/** One exit for each way of leaving in each state: the first place that is sure tells the story. */
export function compact(exits: readonly Exit[]): Exit[] {
  const key = ({ kind, label, state, at }: Exit) =>
    `${kind} ${label ?? ''} ${kind === 'return' ? at[0] : ''} ${stateKey(state)}`;
  return surest(exits, key, (exit) => exit.state.guessed);
}
