import type { Range } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import type { Span } from '@lockwise/engine';

/** Offsets of the engine and positions of the protocol, both in UTF-16 units of a text without byte-order mark. */
export function rangeOf(text: TextDocument, [start, end]: Span): Range {
  return { start: text.positionAt(start), end: text.positionAt(end) };
}

export function spanOf(text: TextDocument, range: Range): Span {
  return [text.offsetAt(range.start), text.offsetAt(range.end)];
}

/** Whether two spans share a place; an empty span touches what it lies on the edge of. */
export function touches(a: Span, b: Span): boolean {
  return a[0] <= b[1] && b[0] <= a[1];
}

/** A text that no editor has open. */
export function closedText(uri: string, text: string): TextDocument {
  return TextDocument.create(uri, 'plaintext', 0, text);
}

/** One spelling for a URI, whatever the client percent-encodes or how it writes a drive letter. */
export function normal(uri: string): string {
  return URI.parse(uri).toString();
}
