import { inspect } from 'node:util';

/** A value in words; equal words are the same value. Of an error its name and message count. */
export function valueText(value: unknown): string {
  if (value instanceof Error) return `${value.name}(${JSON.stringify(value.message)})`;
  return inspect(value, { depth: Infinity, breakLength: Infinity, sorted: true });
}
