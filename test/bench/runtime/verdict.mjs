// Whether a goal is reached: the median of its ratios against its limit.
import { quartile } from './measure.mjs';

/**
 * @param check - `of` and `to` name the variants, `most` or `least` the limit, `unit` what the figure counts (default: times).
 * @param ratios - one per round, or a single figure.
 */
export function judged(id, { of, to = 'floor', most, least, unit = '×' }, ratios) {
  const { ratio, low, high } = spread(ratios);
  const reached = most === undefined ? ratio >= least : ratio <= most;
  const limit = most === undefined ? `≥ ${least} ${unit}` : `≤ ${most} ${unit}`;
  return { id, of, to, limit, unit, ratio, low, high, reached };
}

/** The median of the rounds, and where their middle half begins and ends. */
export function spread(ratios) {
  return { ratio: quartile(ratios, 2), low: quartile(ratios, 1), high: quartile(ratios, 3) };
}

/** The figure with the middle half of its rounds behind it; three digits say all that the spread allows. */
export function figure({ ratio, low, high, unit }) {
  const spread = low === high ? '' : ` (${digits(low)}–${digits(high)})`;
  return `${digits(ratio)} ${unit}${spread}`;
}

export function digits(value) {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

/** A line for the terminal. */
export function told(verdict) {
  const { id, of, to, limit, unit, reached } = verdict;
  const against = unit === '×' ? ` against ${to}` : '';
  return `${id.padEnd(4)} ${reached ? 'reached' : 'MISSED '} ${of}${against}: ${figure(verdict)}, goal ${limit}`;
}
