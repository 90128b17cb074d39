import { spanOf, type Node } from '../ast/node.js';
import type { Edit, Span } from '../findings.js';
import type { Source } from './source.js';

/** The edits of one file while a fix is built: small ones, so that what they leave alone stays as it was. */
export class Rewriting {
  readonly source: Source;
  private readonly edits: Edit[] = [];

  constructor(source: Source) {
    this.source = source;
  }

  replace(span: Span, text: string): void {
    this.edits.push({ path: this.source.unit.path, span, text });
  }

  /** Takes out a statement or member with the line that it alone stands on. */
  remove(node: Node): void {
    this.removeSpan(spanOf(node));
  }

  removeSpan([start, end]: Span): void {
    const { text } = this.source.unit;
    const lineStart = text.lastIndexOf('\n', start - 1) + 1;
    const alone = text.slice(lineStart, start).trim() === '' && /^[ \t;]*(\r?\n|$)/.test(text.slice(end));
    if (!alone) return this.replace([start, end + /^;?[ \t]*/.exec(text.slice(end))![0].length], '');
    let stop = end + /^[ \t;]*(\r?\n)?/.exec(text.slice(end))![0].length;
    // Of the blank lines before and after, one stays; none at the edge of a block.
    const before = text.slice(0, lineStart);
    const blankAfter = /^[ \t]*\r?\n/.exec(text.slice(stop));
    if (blankAfter && /(^|\n[ \t]*\r?\n|\{[ \t]*\r?\n)$/.test(before)) stop += blankAfter[0].length;
    const blankBefore = /\r?\n[ \t]*\r?\n$/.exec(before);
    const from = blankBefore && /^[ \t]*\}/.test(text.slice(stop)) ? lineStart - blankBefore[0].length + 1 : lineStart;
    this.replace([from, stop], '');
  }

  /** Keeps the inner text alone, moved out to where the outer began. */
  unwrap(outer: Span, inner: Span, before = '', after = ''): void {
    this.replace([outer[0], inner[0]], before);
    this.replace([inner[1], outer[1]], after);
    this.outdent(outer, inner);
  }

  private outdent(outer: Span, inner: Span): void {
    const { source } = this;
    const depth = source.indent(inner[0]).length - source.indent(outer[0]).length;
    if (depth <= 0) return;
    const { text } = source.unit;
    const literals = source.templates(inner);
    for (
      let line = text.indexOf('\n', inner[0]) + 1;
      line > 0 && line < inner[1];
      line = text.indexOf('\n', line) + 1
    ) {
      if (literals.some(([start, end]) => start < line && line <= end)) continue;
      const space = /^[ \t]*/.exec(text.slice(line, line + depth))![0].length;
      if (space > 0) this.replace([line, line + space], '');
    }
  }

  /** Moves the lines that begin in a span one step further in, with what earlier edits have made of them. */
  indent([start, end]: Span): void {
    const { source } = this;
    const { text } = source.unit;
    const literals = source.templates([start, end]);
    for (let line = text.indexOf('\n', start) + 1; line > 0 && line < end; line = text.indexOf('\n', line) + 1) {
      const space = /^[ \t]*/.exec(text.slice(line, end))![0].length;
      const isBlank = /^\r?\n/.test(text.slice(line + space, end));
      const isReplaced = this.edits.some(({ span }) => span[0] <= line && line + space < span[1]);
      if (isReplaced || isBlank || literals.some(([from, until]) => from < line && line <= until)) continue;
      const outdent = this.edits.findIndex(({ span, text: put }) => span[0] === line && span[1] > line && put === '');
      const isUndone = outdent >= 0 && this.edits[outdent]!.span[1] - line === source.step.length;
      if (isUndone) this.edits.splice(outdent, 1);
      else this.replace([line, line], source.step);
    }
  }

  /** The edits, sorted; what a larger one replaces is left out. */
  finish(): Edit[] {
    const kept = this.edits.filter(
      (edit, index) => !this.edits.some((other, at) => other !== edit && takesOver(other, at, edit, index)),
    );
    return kept
      .filter((edit) => edit.span[0] !== edit.span[1] || edit.text !== '')
      .sort((one, other) => one.span[0] - other.span[0] || one.span[1] - other.span[1]);
  }
}

/** Whether an edit makes another one void: a larger one, a later one of the same text, or an insertion made before. */
function takesOver(other: Edit, at: number, edit: Edit, index: number): boolean {
  if (other.span[0] === edit.span[0] && other.span[1] === edit.span[1]) {
    return edit.span[0] === edit.span[1] ? other.text === edit.text && at < index : at > index;
  }
  // What is inserted at the edge of a replaced text stays beside it.
  if (edit.span[0] === edit.span[1]) return other.span[0] < edit.span[0] && edit.span[1] < other.span[1];
  return other.span[0] <= edit.span[0] && edit.span[1] <= other.span[1];
}
