/** More names would hide what a message is about. */
export const MOST_TOLD = 3;

/**
 * Names as a list, the first few of them.
 *
 * @param count how many there are, where not all of them are given
 */
export function listOf(names: readonly string[], count = names.length): string {
  const quoted = names.slice(0, MOST_TOLD).map((name) => `\`${name}\``);
  const rest = count - quoted.length;
  return rest > 0 ? `${quoted.join(', ')} and ${rest} more` : quoted.join(quoted.length === 2 ? ' and ' : ', ');
}
