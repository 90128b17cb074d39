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

/** The change from one figure to another: `−62 %`, `+5 %`, `new`, or nothing to compare. */
export function change(before: number, after: number): string {
  if (before === after) return before === 0 ? '–' : '±0 %';
  if (before === 0) return 'new';
  const percent = ((after - before) / before) * 100;
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(Math.abs(percent) < 10 ? 1 : 0)} %`;
}
