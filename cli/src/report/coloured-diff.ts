import type { Colors } from 'picocolors/types.js';

/** The lines of a diff in the colours that everybody gives them. */
export function colouredDiff(diff: string, c: Colors): string[] {
  return diff
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      if (/^(---|\+\+\+) /.test(line)) return c.bold(line);
      if (line.startsWith('@@')) return c.cyan(line);
      return line.startsWith('+') ? c.green(line) : line.startsWith('-') ? c.red(line) : line;
    });
}
