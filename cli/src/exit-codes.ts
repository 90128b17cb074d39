import type { Finding, Problem } from '@lockwise/engine';
import type { Outcome } from './report/outcome.js';

/** The user asked to stop. */
export const INTERRUPTED = 130;

/** 0 nothing left, 1 findings left or something would change, 2 problems: a file that could not be read or parsed beats all findings. */
export function exitCode({
  problems,
  findings,
  fixing,
}: {
  problems: readonly Problem[];
  findings: readonly Finding[];
  fixing?: Outcome['fixing'];
}): number {
  if (problems.length > 0 || (fixing && (fixing.stopped.length > 0 || fixing.refused.length > 0))) return 2;
  const would = fixing !== undefined && !fixing.written && fixing.changes.length > 0;
  return findings.length > 0 || would ? 1 : 0;
}
