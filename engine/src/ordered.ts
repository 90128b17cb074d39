/** How many of the first items of a list satisfy what holds for its beginning and for nothing behind it: a few questions for a list of any length. */
export function countWhile<T>(list: readonly T[], holds: (item: T) => boolean): number {
  let from = 0;
  for (let until = list.length; from < until;) {
    const middle = (from + until) >> 1;
    if (holds(list[middle]!)) from = middle + 1;
    else until = middle;
  }
  return from;
}
