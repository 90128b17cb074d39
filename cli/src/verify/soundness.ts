import { rules } from '@lockwise/engine';
import { parseSource } from '@lockwise/engine/node';
import type { Applied, Settled } from '../plan/fixpoint.js';

/** A fix that must go, and the diagnostic that says why. */
export interface Refused {
  readonly applied: Applied;
  readonly because: string;
}

/** Fixes in files that parse worse than before. */
export function refusedBySyntax({ texts, applied }: Settled, original: (path: string) => string): Refused[] {
  return [...texts].flatMap(([path, text]) => {
    const before = new Set(parseSource(path, original(path), { semantic: true }).errors.map(({ message }) => message));
    const error = parseSource(path, text, { semantic: true }).errors.find(({ message }) => !before.has(message));
    if (!error) return [];
    return blamed(applied, path, error.offset).map((one) => ({
      applied: one,
      because: `${path} would not parse: ${error.message}`,
    }));
  });
}

/** Rules that tell of a lock that is more than the job needs: a fix may well lay that bare, and is no worse for it. */
const OPPORTUNITIES = new Set(rules.filter(({ category }) => category === 'right-sizing').map(({ name }) => name));

/** Fixes after which their own finding is still there, or another one of ours is new. */
export function refusedByRecheck({ before, after, applied }: Settled): Refused[] {
  const refused: Refused[] = [];
  const paths = new Set(applied.flatMap(({ fix }) => fix.edits.map(({ path }) => path)));
  for (const path of paths) {
    const rules = new Set(after.filter((finding) => finding.path === path).map(({ rule }) => rule));
    for (const rule of rules) {
      const count = (list: readonly { path: string; rule: string }[]): number =>
        list.filter((one) => one.path === path && one.rule === rule).length;
      const mended = applied.filter(({ finding }) => finding.path === path && finding.rule === rule);
      if (mended.length === 0 && OPPORTUNITIES.has(rule)) continue;
      if (count(after) <= Math.max(0, count(before) - mended.length)) continue;
      const fresh = after.find(
        (finding) => finding.path === path && finding.rule === rule && !before.some(({ id }) => id === finding.id),
      );
      const told = fresh ?? after.find((finding) => finding.path === path && finding.rule === rule)!;
      const because = `${path} would ${mended.length > 0 ? 'still' : 'newly'} have ${rule}: ${told.message}`;
      for (const one of blamed(mended.length > 0 ? mended : applied, path, told.span[0]))
        refused.push({ applied: one, because });
    }
  }
  return refused;
}

/**
 * The fixes that a diagnostic in a file is laid to: those whose text it stands in, else those of the file; where the file has none, those of
 * all files, since one of them must have changed what this file relies on.
 */
export function blamed(applied: readonly Applied[], path: string, offset: number, reach = 0): readonly Applied[] {
  const inFile = applied.filter(({ ranges }) => ranges.has(path));
  const there = inFile.filter(({ ranges }) =>
    ranges.get(path)!.some(([start, end]) => start - reach <= offset && offset <= end + reach),
  );
  if (there.length > 0) return there;
  return inFile.length > 0 ? inFile : applied;
}
