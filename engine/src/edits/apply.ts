import type { Edit } from '../findings.js';

/** The text after the given edits of one file, which must not overlap. Every byte outside of them stays. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let position = 0;
  for (const { span, text: replacement } of [...edits].sort(
    (one, other) => one.span[0] - other.span[0] || one.span[1] - other.span[1],
  )) {
    if (span[0] < position) throw new RangeError(`edits overlap at offset ${span[0]}`);
    result += text.slice(position, span[0]) + replacement;
    position = span[1];
  }
  return result + text.slice(position);
}
