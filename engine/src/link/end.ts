import type { Span } from '../findings.js';
import type { Unit } from './unit.js';

/** Words of an end that something else than the awaited thing brings: a timer, a signal, a race. */
export const BOUND = /time[d]?[\s_-]?out|deadline|signal|abort|Promise\.race|cancel/i;

/** `timeout: 600_000`: minutes are no end to those who wait behind it. In milliseconds. */
const STATED = /\b\w*time_?out\w*\s*[:=]\s*(\d[\d_]*)\b(?!\s*[*.])/gi;
const MINUTES = 120_000;

/** Whether a text names what ends a wait before minutes have passed. */
export function speaksOfEnd(unit: Unit, span: Span): boolean {
  const text = unit
    .slice(span)
    .replace(STATED, (stated, limit: string) => (Number(limit.replace(/_/g, '')) < MINUTES ? stated : ''));
  return BOUND.test(text);
}
