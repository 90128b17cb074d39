/** The error for an argument that cannot be used: it names the argument and what was received. */
export function invalid(argument: string, expected: string, value: unknown, Kind: ErrorConstructor = TypeError): Error {
  return new Kind(`${argument} must be ${expected}; received ${received(value)}`);
}

/**
 * Refuses what is no number from `least` to `most`, both included, and with `whole` what is no integer. `Infinity` counts as
 * an integer: it means no limit.
 */
export function requireNumber(
  argument: string,
  value: unknown,
  least = 0,
  whole = false,
  most = Infinity,
): asserts value is number {
  if (typeof value !== 'number' || !(value >= least && value <= most) || (whole && value % 1)) {
    const expected = `${whole ? 'an integer' : 'a number'} from ${least} to ${most}`;
    throw invalid(argument, expected, value, typeof value === 'number' ? RangeError : TypeError);
  }
}

/** Refuses what is no delay in ms: it must end. */
export function requireDelay(argument: string, value: unknown): asserts value is number {
  requireNumber(argument, value, 0, false, Number.MAX_SAFE_INTEGER);
}

/** Refuses what is no function. */
export function requireFunction(argument: string, value: unknown): void {
  if (typeof value !== 'function') throw invalid(argument, 'a function', value);
}

/** What a value is, in few words. */
function received(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return Object(value) === value ? Object.prototype.toString.call(value) : String(value);
}
