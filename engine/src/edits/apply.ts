import type { Edit, Span } from '../findings.js';

/** The part of an edit that concerns one text. */
export type TextEdit = Pick<Edit, 'span' | 'text'>;

/** In the order of the text; at one offset, an insertion comes before a replacement. */
export function inTextOrder(a: TextEdit, b: TextEdit): number {
  return a.span[0] - b.span[0] || a.span[1] - b.span[1] || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0);
}

/**
 * The text after the edits. Every character outside of them is kept.
 *
 * @throws RangeError when two edits overlap or one lies outside of the text: the caller must have merged them.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { span, text: replacement } of [...edits].sort(inTextOrder)) {
    if (span[0] < at || span[1] < span[0] || span[1] > text.length)
      throw new RangeError(
        `An edit at ${span[0]}–${span[1]} overlaps another one or leaves the text of ${text.length}.`,
      );
    parts.push(text.slice(at, span[0]), replacement);
    at = span[1];
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/** Whether both cannot be applied: they share a character, or insert different things at one place, in an order that nobody has chosen. */
export function overlap(a: Span, b: Span): boolean {
  if (a[0] === a[1] || b[0] === b[1]) {
    const [point, other] = a[0] === a[1] ? [a[0], b] : [b[0], a];
    return other[0] === other[1] ? point === other[0] : other[0] < point && point < other[1];
  }
  return a[0] < b[1] && b[0] < a[1];
}

/** Where a span of the old text lies in the new one. Undefined when an edit reaches into it. */
export function movedBy(span: Span, edits: readonly TextEdit[]): Span | undefined {
  let shift = 0;
  for (const edit of [...edits].sort(inTextOrder)) {
    if (edit.span[1] <= span[0]) shift += edit.text.length - (edit.span[1] - edit.span[0]);
    else if (edit.span[0] < span[1]) return undefined;
  }
  return [span[0] + shift, span[1] + shift];
}
