import type { DecoratorModel } from '@lockwise/engine';
import { findings, type Options, type Sample } from '../checks/check-rule.js';

/** A sample whose finding has no fix, or none that is safe, and the clause by which the tool says why. */
export interface Told {
  readonly rule: string;
  readonly says: string;
  readonly sample: Sample;
  /** What the rule is configured with. */
  readonly options?: Options;
  /** The decorators that are known to take a lock. */
  readonly decorators?: readonly DecoratorModel[];
}

/** Every clause that the findings of a rule tell of a sample: refusals, reasons, and the parts of a reason that stands for several. */
export function clausesTold(
  rule: string,
  sample: Sample,
  options?: Options,
  decorators?: readonly DecoratorModel[],
): readonly string[] {
  const told = findings(rule, sample, 'strict', options, decorators).flatMap(({ message, fixes }) => [
    ...(/ (?:No|That has no) automatic fix: (.*)\.$/s.exec(message)?.slice(1) ?? []),
    ...fixes.flatMap(({ reason }) => reason ?? []),
  ]);
  return told.flatMap((clause) => [clause, ...partsOf(clause)]);
}

/** `what is shared is no longer kept apart: others can notice` tells two things. */
function partsOf(clause: string): string[] {
  return [...clause.matchAll(/: /g)].map(({ index }) => clause.slice(index + 2));
}
