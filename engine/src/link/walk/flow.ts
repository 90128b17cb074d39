import type { Span } from '../../findings.js';
import { stateKey, type State } from '../state.js';

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

export const thrown = (states: readonly State[], at: Span): Exit[] =>
  states.map((state) => ({ kind: 'throw', state, at }));

/** One exit for each way of leaving in each state: the first place tells the story. */
export function compact(exits: readonly Exit[]): Exit[] {
  const found = new Map<string, Exit>();
  for (const exit of exits) {
    const key = `${exit.kind} ${exit.label ?? ''} ${exit.kind === 'return' ? exit.at[0] : ''} ${stateKey(exit.state)}`;
    if (!found.has(key)) found.set(key, exit);
  }
  return [...found.values()];
}
