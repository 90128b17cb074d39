/** Says what a value is, in few words, for a message about a bad argument. */
export function received(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `an instance of ${(value as object).constructor?.name ?? 'Object'}`;
}

/** The error for an argument of a wrong type. */
export function wrongType(argument: string, expected: string, value: unknown): TypeError {
  return new TypeError(mustBe(argument, expected, value));
}

/** The error for a number that cannot be used: a RangeError, or a TypeError when it is no number at all. */
export function badNumber(argument: string, expected: string, value: unknown): TypeError | RangeError {
  return new (typeof value === 'number' ? RangeError : TypeError)(mustBe(argument, expected, value));
}

function mustBe(argument: string, expected: string, value: unknown): string {
  return `${argument} must be ${expected}; received ${received(value)}`;
}

/** Refuses what is no duration in ms. `Infinity` is one: no limit. */
export function requireDuration(argument: string, value: unknown): asserts value is number {
  if (typeof value !== 'number' || !(value >= 0)) {
    throw badNumber(argument, 'a number of milliseconds, 0 or more', value);
  }
}

/** Refuses what is no whole number of at least `least`. `Infinity` passes: it means no limit. */
export function requireCount(argument: string, value: unknown, least: number): asserts value is number {
  if (typeof value !== 'number' || !(value >= least) || (value !== Infinity && !Number.isSafeInteger(value))) {
    throw badNumber(argument, `an integer of ${least} or more, or Infinity`, value);
  }
}

/** Refuses what is no delay in ms: as {@link requireDuration}, but a delay ends. */
export function requireDelay(argument: string, value: unknown): asserts value is number {
  if (typeof value !== 'number' || !(value >= 0 && value < Infinity)) {
    throw badNumber(argument, 'a finite number of milliseconds, 0 or more', value);
  }
}

/** Refuses what is given and is no function. */
export function requireOptionalFunction(argument: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') throw wrongType(argument, 'a function', value);
}
