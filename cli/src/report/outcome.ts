import type { Finding, Fix, Problem, Tier } from '@lockwise/engine';
import type { Skipped } from '../discover/candidates.js';

/** What a run found and did, for the reporters. */
export interface Outcome {
  readonly root: string;
  /** Those that count: neither silenced nor in the baseline. Sorted. */
  readonly findings: readonly Finding[];
  /** How many more the baseline knows. */
  readonly known: number;
  readonly problems: readonly Problem[];
  readonly skipped: readonly Skipped[];
  /** How many files were looked at. */
  readonly files: number;
  /** The text that spans refer to. */
  text(path: string): string | undefined;
  readonly fixing?: Fixing;
  readonly notes: readonly string[];
  /** The command that would fix what is left, for the last line. */
  readonly invocation: string;
}

export interface Fixing {
  readonly written: boolean;
  readonly changes: readonly Change[];
  readonly applied: readonly AppliedFix[];
  readonly dropped: readonly DroppedFix[];
  readonly stopped: readonly Stop[];
  /** Files that were not written, and why. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
  /** How the result was verified, in a clause. */
  readonly verified: string;
}

/** A file before and after the fixes. */
export interface Change {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly byteOrderMark: boolean;
}

export interface AppliedFix {
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly title: string;
  readonly tier: Tier;
  readonly reason?: string;
  readonly paths: readonly string[];
}

/** A fix that the verification refused. */
export interface DroppedFix extends AppliedFix {
  readonly because: string;
}

/** Fixes that did not settle. */
export interface Stop {
  readonly path: string;
  readonly rules: readonly string[];
  readonly round: number;
  readonly why: string;
  readonly hunk: string;
}

/** The first fix of a finding that may be applied without asking more of the user than the tier. */
export function fixOfTier(finding: Finding, ...tiers: readonly Tier[]): Fix | undefined {
  return finding.fixes.find((fix) => tiers.includes(fix.tier) && fix.edits.length > 0);
}
