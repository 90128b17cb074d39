import type { Options, Sample } from '../checks/check-rule.js';

/**
 * A small concurrent program, what the tool is to say of it, and how the program may end once that is done: the proof of a fix
 * that the tool offers, or of a condition under which it holds back. The harness runs it before and after, over all schedules.
 */
export interface Proof {
  /** What is the case here, in plain words. For a twin: what it does that breaks the condition. */
  readonly title: string;
  /** The condition of the fix that this program violates, and no other one. Absent where all of them hold. */
  readonly violates?: string;
  /**
   * The program before: one file, or several of which `sample.ts` has the tasks. Besides its imports it has the world of
   * `world.d.ts`: `pause()`, `fetch()`, `choose()`, and time that the explorer lets pass.
   */
  readonly source: Sample;
  /** Files that run as well, and that the tool was not given: code outside of what is analysed. */
  readonly unseen?: Readonly<Record<string, string>>;
  /** What each task does: the body of an async function in `sample.ts`. Two to four of them; equal ones start in this order. */
  readonly tasks: Readonly<Record<string, string>>;
  /** An expression over `sample.ts`: what is left to see when all tasks are done. Results and errors of tasks are seen anyway. */
  readonly observe?: string;
  /** What the rule is configured with. */
  readonly options?: Options;
  readonly fix: ExpectedFix;
  readonly outcomes: ExpectedOutcomes;
}

/** What the tool says: the tier of the fix, which is then applied; or nothing, and then the fix is made by hand. */
export type ExpectedFix =
  | { readonly tier: 'safe'; readonly index?: number }
  /** `assumes`: words of the fix's reason. Each assumption has a twin in which it does not hold. */
  | { readonly tier: 'unsafe'; readonly assumes: string; readonly index?: number }
  | { readonly refused: string; readonly byHand: ByHand }
  /** The rule does not even report. */
  | { readonly silent: true; readonly byHand: ByHand };

/** Replacements in the source, each of a text that occurs once: the fix that the tool would not make. */
export type ByHand = readonly (readonly [text: string, by: string])[];

export type ExpectedOutcomes =
  /** Before and after end in the same ways. */
  | 'same'
  /** Every outcome of the program after is one of the program before, or completes a run of it that hung. */
  | 'no more'
  /** A repair: words of an outcome that is gone, and words that all new outcomes have, if there are any. */
  | { readonly removes: string; readonly repairs?: string }
  /** Words of an outcome that only the program after has. */
  | { readonly adds: string };

/** The proofs of one rule's fixes. */
export interface RuleProofs {
  readonly rule: string;
  readonly proofs: readonly Proof[];
}
