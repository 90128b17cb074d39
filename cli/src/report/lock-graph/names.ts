import type { MappedLock } from '@lockwise/engine';
import type { Places } from '../places.js';

/** As much of a name as a line has room for. */
const LONGEST = 72;

/** The name of a lock as it is told: in one line, and no longer than a line. */
export function shortName({ name }: MappedLock): string {
  return lined(name.replaceAll(/\p{Cc}/gu, ' '), LONGEST, 1)[0]!;
}

/** Names by id, no two the same: locks of one name are told apart by their file, by their line, or by their column. */
export function namesOf(locks: readonly MappedLock[], places: Places): Map<string, string> {
  const spellings: readonly ((lock: MappedLock) => string)[] = [
    shortName,
    (lock) => `${shortName(lock)} (${lock.path})`,
    (lock) => `${shortName(lock)} (${places.line(lock)})`,
    (lock) => `${shortName(lock)} (${places.label(lock)})`,
  ];
  const names = new Map<string, string>();
  let left = locks;
  for (const spelling of spellings) {
    const uses = counted(left.map(spelling));
    const isLast = spelling === spellings.at(-1);
    for (const lock of left) if (isLast || uses.get(spelling(lock)) === 1) names.set(lock.id, spelling(lock));
    left = left.filter(({ id }) => !names.has(id));
  }
  return names;
}

function counted(names: readonly string[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const name of names) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}

/**
 * A text in lines of at most so many letters, broken behind the marks of names and paths where it can be; of one that is too
 * long, the middle is left out.
 */
export function lined(text: string, width: number, most: number): string[] {
  const letters = [...text];
  const room = most === 1 ? width : Math.floor(width * (most - 0.5));
  const head = Math.floor(room / 3);
  let rest = letters.length > room ? [...letters.slice(0, head), '…', ...letters.slice(head + 1 - room)] : letters;
  const lines: string[] = [];
  while (rest.length > width && lines.length < most - 1) {
    const end = breakWithin(rest, width);
    lines.push(rest.slice(0, end).join('').trimEnd());
    rest = rest.slice(end);
  }
  return [...lines, rest.slice(0, width).join('').trim()];
}

/** Where a line ends: at the last mark of its second half or so, at a word within a name, or where it is full. */
function breakWithin(letters: readonly string[], width: number): number {
  for (let at = width; at > width / 3; at--) if (/[\s./_:,(-]/.test(letters[at]!)) return at;
  for (let at = width; at > width / 2; at--)
    if (/\p{Lu}/u.test(letters[at]!) && /\p{Ll}/u.test(letters[at - 1]!)) return at;
  return width;
}

/** A path in one line of at most so many letters: folders are left out from the left, then letters in the middle. */
export function shortPath(path: string, width: number): string {
  let short = path;
  for (let slash = path.indexOf('/'); short.length > width && slash >= 0; slash = path.indexOf('/', slash + 1))
    short = `…${path.slice(slash)}`;
  return lined(short, width, 1)[0]!;
}
