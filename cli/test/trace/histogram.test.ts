import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addHistograms, bucketEnd, bucketStart, quantile } from '@lockwise/engine/profile';
import { Histogram } from '../../src/trace/recording/histogram.js';

const durations = fc.array(fc.double({ min: 0, max: 2_000_000, noNaN: true }), { minLength: 1, maxLength: 200 });

function recorded(values: readonly number[]) {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram.data();
}

describe('a histogram', () => {
  test('has buckets that follow each other without a gap, each at most an eighth of its start wide', () => {
    for (let bucket = 0; bucket < 231; bucket++) {
      const from = bucketStart(bucket);
      expect(bucketEnd(from)).toBe(bucketStart(bucket + 1));
      if (bucket >= 8) expect(bucketEnd(from) - from).toBeLessThanOrEqual(from / 8 + 1e-9);
    }
  });

  test('counts each duration in the bucket that it lies in', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2_000_000, noNaN: true }), (ms) => {
        const { buckets } = recorded([ms]);
        expect(buckets).toHaveLength(1);
        const microseconds = Math.floor(ms * 1000);
        expect(buckets[0]![0] * 1000).toBeLessThanOrEqual(microseconds + 1e-6);
        expect(bucketEnd(buckets[0]![0]) * 1000).toBeGreaterThan(microseconds - 1e-6);
      }),
    );
  });

  test('adds up to the histogram of all durations together', () => {
    fc.assert(
      fc.property(durations, durations, (a, b) => {
        const sum = addHistograms(recorded(a), recorded(b));
        const all = recorded([...a, ...b]);
        expect(sum.buckets).toEqual(all.buckets);
        expect(sum.count).toBe(all.count);
        expect(sum.max).toBe(all.max);
        expect(sum.sum).toBeCloseTo(all.sum, 3);
      }),
    );
  });

  test('gives quantiles within an eighth of the true ones', () => {
    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.9, 0.99, 1), (values, q) => {
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1]!;
        const read = quantile(recorded(values), q);
        expect(Math.abs(read - exact)).toBeLessThanOrEqual(exact / 8 + 0.001);
      }),
    );
  });

  test('keeps the sum and the maximum of durations beyond its last bucket', () => {
    const { sum, max, buckets } = recorded([5e9]);
    expect([sum, max, buckets.length]).toEqual([5e9, 5e9, 1]);
  });
});
