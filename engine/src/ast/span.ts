import type { Span } from '../findings.js';

/** Whether two spans are one. */
export function same(one: Span, other: Span): boolean {
  return one[0] === other[0] && one[1] === other[1];
}
