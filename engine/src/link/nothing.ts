import type { Value } from '../facts/format.js';

/** `null` and `undefined`, as written. */
export function isNothing(value: Value): boolean {
  return (value.v === 'lit' && value.value === null) || (value.v === 'global' && value.name === 'undefined');
}
