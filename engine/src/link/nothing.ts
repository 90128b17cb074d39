import type { Value } from '../facts/format.js';

/** `null` and `undefined`, as written. */
export function isNothing(value: Value): boolean {
  return (value.v === 'lit' && value.value === null) || (value.v === 'global' && value.name === 'undefined');
}

/** `x != null`, `x !== undefined`: whether the outcome `true` means that `x` is nothing. */
export function nullComparison(test: Value): Comparison | undefined {
  return comparison(test, isNothing);
}

export interface Comparison {
  readonly subject: Value;
  readonly to: Value;
  /** The outcome `true` means that the subject is what it is compared with. */
  readonly equal: boolean;
}

/** A comparison with what is known, on either side. */
export function comparison(test: Value, isKnown: (value: Value) => boolean): Comparison | undefined {
  if (test.v !== 'mix' || !/^[!=]==?$/.test(test.op) || test.of.length !== 2) return undefined;
  const [left, right] = test.of as [Value, Value];
  const equal = !test.op.startsWith('!');
  if (isKnown(right)) return { subject: left, to: right, equal };
  return isKnown(left) ? { subject: right, to: left, equal } : undefined;
}
