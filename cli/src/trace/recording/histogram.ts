// Counting durations into the buckets of the profile format.
import { bucketOf, bucketStart, type HistogramData } from '../profile.js';

const microsecondsPerMs = 1000;
const largest = 2 ** 31 - 1;
const bucketCount = 8 + 28 * 8;

/** Counts durations at a fixed cost in time and memory, whatever their number. */
export class Histogram {
  readonly #counts = new Float64Array(bucketCount);
  count = 0;
  sum = 0;
  max = 0;

  /** Adds one duration, in ms. Durations beyond 35 minutes share the last bucket; `sum` and `max` stay exact. */
  record(ms: number): void {
    const microseconds = ms * microsecondsPerMs;
    const bucket = bucketOf(microseconds >= largest ? largest : microseconds > 0 ? microseconds | 0 : 0);
    this.#counts[bucket] = this.#counts[bucket]! + 1;
    this.count++;
    this.sum += ms;
    if (ms > this.max) this.max = ms;
  }

  data(): HistogramData {
    const buckets: [number, number][] = [];
    this.#counts.forEach((count, bucket) => {
      if (count > 0) buckets.push([bucketStart(bucket), count]);
    });
    return { count: this.count, sum: this.sum, max: this.max, buckets };
  }
}
