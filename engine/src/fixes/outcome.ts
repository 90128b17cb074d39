import type { Edit, ImportRequest, Tier } from '../findings.js';

/** A fix, or the condition that forbids it, named for the reader. */
export type Outcome = Draft | Refusal;

/** A fix without the edits of its imports, which are added once for all. */
export interface Draft {
  readonly title: string;
  readonly tier: Tier;
  readonly reason?: string;
  readonly edits: readonly Edit[];
  readonly imports?: readonly ImportRequest[];
}

export interface Refusal {
  /** The failed condition as a clause: `the section awaits a project function that takes the same lock`. */
  readonly refused: string;
}

/** A section that a decorator makes has no ends that could be moved. */
export const decorated: Refusal = { refused: 'a decorator holds the lock over the whole method' };

export function isRefusal(outcome: object): outcome is Refusal {
  return 'refused' in outcome;
}

/** Lowers a tier; it never rises. The first reason given stays. */
export function lower(fix: Draft, tier: Exclude<Tier, 'safe'>, reason: string): Draft {
  const order: readonly Tier[] = ['safe', 'unsafe', 'manual'];
  const fallen = order.indexOf(tier) > order.indexOf(fix.tier) ? tier : fix.tier;
  return { ...fix, tier: fallen, reason: fix.reason ?? reason };
}
