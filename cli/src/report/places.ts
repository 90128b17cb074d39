import { LineIndex, type Place, type Span } from '@lockwise/engine';

/** A line and a column from 1; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Turns offsets into lines and columns, reading each text once. */
export class Places {
  readonly #text: (path: string) => string | undefined;
  readonly #indices = new Map<string, LineIndex>();

  constructor(text: (path: string) => string | undefined) {
    this.#text = text;
  }

  start({ path, span }: Place): Position {
    return this.#index(path).positionAt(span[0]);
  }

  end({ path, span }: Place): Position {
    return this.#index(path).positionAt(span[1]);
  }

  range(place: Place): { start: Position; end: Position } {
    return { start: this.start(place), end: this.end(place) };
  }

  /** `path:line:column` */
  label(place: Place): string {
    const { line, column } = this.start(place);
    return `${place.path}:${line}:${column}`;
  }

  /** `path:line` */
  line(place: Place): string {
    return `${place.path}:${this.start(place).line}`;
  }

  /** The lines that a span touches, with their numbers, at most so many. */
  lines(path: string, span: Span, context: number): { number: number; text: string }[] {
    const text = this.#text(path);
    if (text === undefined) return [];
    const index = this.#index(path);
    const first = Math.max(1, index.positionAt(span[0]).line - context);
    const last = Math.min(index.lines, index.positionAt(span[1]).line + context);
    const found = [];
    for (let number = first; number <= last; number++) {
      const start = index.offsetOf(number);
      const end = number === index.lines ? text.length : index.offsetOf(number + 1);
      found.push({ number, text: text.slice(start, end).replace(/\r?\n$/, '') });
    }
    return found;
  }

  #index(path: string): LineIndex {
    let index = this.#indices.get(path);
    if (!index) this.#indices.set(path, (index = new LineIndex(this.#text(path) ?? '')));
    return index;
  }
}
