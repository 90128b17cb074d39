import { normalizedLine, type SiteData } from './profile.js';

/** Where a recorded site is in a text. */
export interface SiteMatch {
  readonly site: SiteData;
  /** The line in the given text, from 1; absent when the site's line is not there any more: the profile is stale for it. */
  readonly line?: number;
  /** The column of the call, from 1, as recorded but for a changed indentation. */
  readonly column?: number;
}

/** As much of a line as a profile keeps of it. */
const KEPT = 160;

/**
 * Finds sites of one file in its text of now. A site is known by the content of its line, so that edits elsewhere in the
 * file do not matter. Of several equal lines it is the same in order as long as their number is the same; otherwise the
 * nearest to where it was, of those that stand in the function of the same name if there is one.
 *
 * @param symbolAt - the enclosing path of a line, from 1, such as `Class.method`, for whoever knows it.
 */
export function matchSites(
  sites: readonly SiteData[],
  text: string,
  symbolAt?: (line: number) => string | undefined,
): SiteMatch[] {
  if (sites.length === 0) return [];
  const lines = text.split('\n');
  const byText = linesByText(lines);
  return sites.map((site) => {
    const all = byText.get(normalizedLine(site.text)) ?? [];
    const own = all.filter((index) => symbolAt?.(index + 1) === site.symbol);
    const index =
      all.length === site.occurrences
        ? all[site.occurrence]
        : (own.length > 0 ? own : all).toSorted((a, b) => Math.abs(a + 1 - site.line) - Math.abs(b + 1 - site.line))[0];
    if (index === undefined) return { site };
    return { site, line: index + 1, column: site.column - site.indent + indentOf(lines[index]!) };
  });
}

/** The width in characters of the white space at the start of a line. */
export function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function linesByText(lines: readonly string[]): Map<string, number[]> {
  const byText = new Map<string, number[]>();
  lines.forEach((line, index) => {
    const key = normalizedLine(line.trim().slice(0, KEPT));
    const same = byText.get(key);
    if (same === undefined) byText.set(key, [index]);
    else same.push(index);
  });
  return byText;
}

/**
 * Whether a path of a profile, relative to where its program was started, may be a path of an analysis, relative to
 * its root: the one may have been below the other.
 */
export function isSameFile(recorded: string, path: string): boolean {
  const from = recorded.replace(/^(?:\.\.\/)+/, '');
  return from !== '' && (from === path || path.endsWith(`/${from}`) || from.endsWith(`/${path}`));
}
