import type { Finding, Span } from '@lockwise/engine';

/**
 * Findings of an older text, moved to where they are in one that does not parse.
 * What the change touched is dropped: nothing is known about it. The fixes are dropped too, for their edits were made for the older text.
 */
export function carry(findings: readonly Finding[], before: string, now: string): Finding[] {
  const change = changedPart(before, now);
  return findings.flatMap((finding) => {
    const span = move(finding.span, change);
    if (span === undefined) return [];
    const related = finding.related.flatMap((place) => {
      if (place.path !== finding.path) return [place];
      const moved = move(place.span, change);
      return moved === undefined ? [] : [{ ...place, span: moved }];
    });
    return [{ ...finding, span, related, fixes: [] }];
  });
}

interface Change {
  readonly start: number;
  /** The end of the changed part in the older text. */
  readonly end: number;
  /** By how much what follows has moved. */
  readonly shift: number;
}

function changedPart(before: string, now: string): Change {
  const shorter = Math.min(before.length, now.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === now.charCodeAt(start)) start++;
  let tail = 0;
  while (
    tail < shorter - start &&
    before.charCodeAt(before.length - 1 - tail) === now.charCodeAt(now.length - 1 - tail)
  )
    tail++;
  return { start, end: before.length - tail, shift: now.length - before.length };
}

function move([start, end]: Span, change: Change): Span | undefined {
  if (end <= change.start) return [start, end];
  if (start >= change.end) return [start + change.shift, end + change.shift];
  return undefined;
}
