/** What a configuration may hold, as its readers ask for it. */

export function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as string[]) : [value as string];
}

export function isNames(value: unknown): boolean {
  const all = Array.isArray(value) ? value : [value];
  return all.length > 0 && all.every(isName);
}

export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

export function isPosition(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}

export function isOptional(value: unknown, type: string): boolean {
  return value === undefined || typeof value === type;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is wrong with a setting that must be one of a few words. */
export function choiceFault(name: string, given: unknown, allowed: readonly unknown[]): string[] {
  if (given === undefined || allowed.includes(given)) return [];
  return [`${name} must be one of ${allowed.join(', ')}, and is ${JSON.stringify(given)}`];
}

/** The faults of one entry of a list, with the place before each. */
export function placed(list: string, index: number, faults: readonly string[]): string[] {
  return faults.map((fault) => `${list}[${index}]${fault.startsWith('must') ? ' ' : '.'}${fault}`);
}
