// Durations in buckets whose width grows with the value: at most an eighth of it, so that a quantile read from the
// buckets is within 12.5 %. The bounds are part of the profile format (docs/trace.md) and never depend on the data, so
// that histograms of several threads and runs can be added up.

/** A histogram as the profile has it. All durations are milliseconds. */
export interface HistogramData {
  /** How many durations were recorded. */
  readonly count: number;
  readonly sum: number;
  readonly max: number;
  /** The buckets that are not empty, ascending: the lower bound in ms, and how many durations fell into it. */
  readonly buckets: readonly (readonly [from: number, count: number])[];
}

const microsecondsPerMs = 1000;

/** The bucket, from 0, of a whole number of microseconds below 2³¹. */
export function bucketOf(microseconds: number): number {
  if (microseconds < 8) return microseconds;
  const exponent = 31 - Math.clz32(microseconds);
  return (exponent - 2) * 8 + ((microseconds >>> (exponent - 3)) & 7);
}

/** The lower bound in ms of a bucket. */
export function bucketStart(bucket: number): number {
  if (bucket < 8) return bucket / microsecondsPerMs;
  const exponent = Math.floor(bucket / 8) + 2;
  return ((8 + (bucket % 8)) * 2 ** (exponent - 3)) / microsecondsPerMs;
}

/** The upper bound in ms (exclusive) of the bucket that starts at `from` ms. */
export function bucketEnd(from: number): number {
  return bucketStart(bucketOf(Math.round(from * microsecondsPerMs)) + 1);
}

export const emptyHistogram: HistogramData = { count: 0, sum: 0, max: 0, buckets: [] };

/** The sum of two histograms, as if all durations had been recorded in one. */
export function addHistograms(a: HistogramData, b: HistogramData): HistogramData {
  const counts = new Map<number, number>();
  for (const [from, count] of [...a.buckets, ...b.buckets]) counts.set(from, (counts.get(from) ?? 0) + count);
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    max: Math.max(a.max, b.max),
    buckets: [...counts].sort(([x], [y]) => x - y),
  };
}

/** The duration in ms below which the share `q` (0 to 1) of the durations lies: the middle of its bucket, at most `max`. */
export function quantile({ count, max, buckets }: HistogramData, q: number): number {
  let left = Math.max(1, Math.ceil(q * count));
  for (const [from, inBucket] of buckets) {
    left -= inBucket;
    if (left <= 0) return Math.min(max, (from + bucketEnd(from)) / 2);
  }
  return max;
}
