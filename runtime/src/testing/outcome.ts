/** How one run of a program ended. */
export type Outcome<O> =
  | { readonly kind: 'returned'; readonly value: O }
  | { readonly kind: 'threw'; readonly error: unknown }
  /** Nothing that must happen is left to happen, and the program waits still. */
  | { readonly kind: 'stuck'; readonly waiting: readonly string[] };

/** One of the ways a program ended, with the first schedule that led there. */
export interface SeenOutcome<O> {
  /** The outcome in words; equal words are the same outcome. */
  readonly text: string;
  readonly outcome: Outcome<O>;
  /** What happened, in order, in the first run that ended so. */
  readonly schedule: readonly string[];
  /** The choices that repeat that run: the `replay` option. */
  readonly choices: readonly number[];
  /** How many schedules ended so. */
  readonly count: number;
}

/** An outcome in words. Structure counts, identity does not; of an error its name and message count. */
export function outcomeText(outcome: Outcome<unknown>): string {
  if (outcome.kind === 'returned') return `returned ${valueText(outcome.value, [])}`;
  if (outcome.kind === 'threw') return `threw ${valueText(outcome.error, [])}`;
  return `stuck: ${outcome.waiting.join(', ') || 'the program'} ${outcome.waiting.length > 1 ? 'wait' : 'waits'} for ever`;
}

function valueText(value: unknown, within: readonly object[]): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'function') return `function ${value.name}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (within.includes(value)) return `↑${within.length - within.indexOf(value)}`;
  return objectText(value, [...within, value]);
}

function objectText(value: object, within: readonly object[]): string {
  const text = (part: unknown): string => valueText(part, within);
  if (value instanceof Error) return `${value.name}(${JSON.stringify(value.message)})`;
  if (Array.isArray(value)) return `[${value.map(text).join(', ')}]`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof Set) return `Set {${[...value].map(text).join(', ')}}`;
  if (value instanceof Map)
    return `Map {${[...value].map(([key, held]) => `${text(key)} => ${text(held)}`).join(', ')}}`;
  const name = value.constructor === Object || value.constructor === undefined ? '' : `${value.constructor.name} `;
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${key}: ${text((value as Record<string, unknown>)[key])}`);
  return `${name}{${fields.join(', ')}}`;
}
