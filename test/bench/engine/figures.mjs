import { median } from '../runtime/measure.mjs';

/** The median of a figure over the rounds, with the least and the most. */
export function spreadOf(values) {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/** How many times as much of something one took as the other: the median over the rounds that both ran in. */
export function ratioOf(one, other, what) {
  const rounds = Math.min(one.length, other.length);
  return spreadOf(Array.from({ length: rounds }, (_, round) => one[round][what] / other[round][what]));
}
