import type { Measured } from '../findings.js';

// Durations as people read them.

/** Three significant digits with the unit that fits: `0`, `12.3 µs`, `4.56 ms`, `1.23 s`. */
export function duration(ms: number): string {
  if (ms <= 0) return '0';
  if (ms < 1) return `${digits(ms * 1000)} µs`;
  return ms < 1000 ? `${digits(ms)} ms` : `${digits(ms / 1000)} s`;
}

function digits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** What was measured in a line: `held p95 412 ms · waited 2.10 s · 37 waiters`. */
export function measuredLine({ heldP95Ms, waitedMs, waiters }: Measured): string {
  return `held p95 ${duration(heldP95Ms)} · waited ${duration(waitedMs)} · ${waiters} ${waiters === 1 ? 'waiter' : 'waiters'}`;
}
