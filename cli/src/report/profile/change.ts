/** The change from one figure to another: `−62 %`, `+5 %`, `new`, or nothing to compare. */
export function change(before: number, after: number): string {
  if (before === after) return before === 0 ? '–' : '±0 %';
  if (before === 0) return 'new';
  const percent = ((after - before) / before) * 100;
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(Math.abs(percent) < 10 ? 1 : 0)} %`;
}
