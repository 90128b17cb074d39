import { outcomesOf, type ExploreOptions, type Program } from './explore.js';
import type { SeenOutcome } from './outcome.js';

/** How the outcomes of a changed program stand to those of the original one. */
export interface OutcomeComparison<O> {
  /** True when the changed program can end in no way in which the original cannot: it refines the original. */
  readonly refines: boolean;
  /** True when both end in the same ways. */
  readonly same: boolean;
  /** The outcomes that only the changed program has, each with a schedule. */
  readonly added: readonly SeenOutcome<O>[];
  /** The outcomes that only the original has, each with a schedule. */
  readonly lost: readonly SeenOutcome<O>[];
  /** The outcomes that both have. */
  readonly kept: readonly SeenOutcome<O>[];
  /** How many schedules were run, of the original and of the changed program. */
  readonly schedules: readonly [original: number, changed: number];
}

/**
 * Compares the outcome sets of two programs over all their schedules: a change that is to keep the behaviour adds none.
 * What counts as the outcome is what the programs return, so let them return all that can be observed.
 */
export async function compareOutcomes<O>(
  original: Program<O>,
  changed: Program<O>,
  options: ExploreOptions = {},
): Promise<OutcomeComparison<O>> {
  const [before, after] = [await outcomesOf(original, options), await outcomesOf(changed, options)];
  const known = new Set(before.outcomes.map(({ text }) => text));
  const reached = new Set(after.outcomes.map(({ text }) => text));
  const added = after.outcomes.filter(({ text }) => !known.has(text));
  const lost = before.outcomes.filter(({ text }) => !reached.has(text));
  const kept = after.outcomes.filter(({ text }) => known.has(text));
  return {
    refines: added.length === 0,
    same: added.length === 0 && lost.length === 0,
    added,
    lost,
    kept,
    schedules: [before.schedules, after.schedules],
  };
}
