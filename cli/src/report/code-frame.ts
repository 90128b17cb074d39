import type { Place } from '@lockwise/engine';
import type { Colors } from 'picocolors/types.js';
import type { Places } from './places.js';

const TAB = '    ';
const MOST_LINES = 6;

/** The lines around a place, with the place underlined. Tabs are shown as spaces, so that the underline stands below what it marks. */
export function codeFrame(
  place: Place,
  places: Places,
  colours: Colors,
  { context = 1, tint = colours.red } = {},
): string[] {
  const { start, end } = places.range(place);
  const lines = places.lines(place.path, place.span, context);
  const width = String(lines.at(-1)?.number ?? 0).length;
  const frame: string[] = [];
  let hidden = false;
  for (const { number, text } of lines) {
    const marked = number >= start.line && number <= end.line;
    if (marked && number - start.line >= MOST_LINES - 2 && end.line - number >= 1) {
      if (!hidden) frame.push(`  ${' '.repeat(width)} ${colours.dim('┆')}`);
      hidden = true;
      continue;
    }
    const gutter = `${marked ? tint('▸') : ' '} ${colours.dim(String(number).padStart(width))} ${colours.dim('│')} `;
    frame.push((gutter + shown(text)).trimEnd());
    if (!marked || start.line !== end.line) continue;
    const before = shown(text.slice(0, start.column - 1)).length;
    const length = Math.max(1, shown(text.slice(start.column - 1, end.column - 1)).length);
    frame.push(`  ${' '.repeat(width)} ${colours.dim('│')} ${' '.repeat(before)}${tint('~'.repeat(length))}`);
  }
  return frame;
}

function shown(text: string): string {
  // Control characters in a source would act on the terminal.
  return text.replaceAll('\t', TAB).replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '·');
}
