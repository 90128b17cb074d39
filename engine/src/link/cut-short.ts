import type { Problem } from '../findings.js';
import { ByUnit } from './by-unit.js';
import type { Unit } from './unit.js';

const functions = new ByUnit<'all', Set<number>>();

/** Notes that a function was not followed to its end. */
export function cutShort(unit: Unit, fn: number): void {
  const known = functions.get(unit, 'all');
  if (known) known.add(fn);
  else functions.set(unit, 'all', new Set([fn]));
}

/** What is to be told of the functions of a file that were not followed to their ends: no code that people wrote has one. */
export function cutShortIn(unit: Unit): Problem | undefined {
  const [first, ...others] = [...(functions.get(unit, 'all') ?? [])].sort((one, other) => one - other);
  if (first === undefined) return undefined;
  const { symbol, span } = unit.fn(first);
  const name = symbol ? `\`${symbol}\`` : 'the module itself';
  const more = others.length === 0 ? '' : ` (so ${others.length === 1 ? 'is one more' : `are ${others.length} more`})`;
  return {
    path: unit.path,
    span: [span[0], span[0]],
    message: `${name} is too much to follow to its end${more}: what it does there was not checked; exclude the file if it is generated`,
  };
}
