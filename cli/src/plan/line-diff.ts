import { structuredPatch } from 'diff';

/** The changed lines of two texts, with `-` and `+`, for a message. */
export function lineDiff(before: string, after: string, context = 1): string {
  const { hunks } = structuredPatch('a', 'b', before, after, '', '', { context });
  return hunks
    .map(({ oldStart, lines }) => [`@@ line ${oldStart}`, ...lines.map((line) => line.replace(/\r$/, ''))].join('\n'))
    .join('\n');
}
