import { countWhile } from '../ordered.js';

/** The line ending that most lines of a text have; a line feed where there is none. */
export function lineEnding(text: string): '\n' | '\r\n' {
  const all = text.split('\n').length - 1;
  const windows = text.split('\r\n').length - 1;
  return windows * 2 > all ? '\r\n' : '\n';
}

/** The offset at which the line of an offset begins. */
export function startOfLine(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The offset behind the line of an offset, its line break included. */
export function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

/** Lines and columns from 1, columns in UTF-16 units. Made once per text. */
export class LineIndex {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  positionAt(offset: number): { line: number; column: number } {
    const line = Math.max(
      1,
      countWhile(this.#starts, (start) => start <= offset),
    );
    return { line, column: offset - this.#starts[line - 1]! + 1 };
  }

  /** The offset at which a line, counted from 1, begins. */
  offsetOf(line: number): number {
    return this.#starts[line - 1] ?? this.#starts.at(-1)!;
  }

  get lines(): number {
    return this.#starts.length;
  }
}
