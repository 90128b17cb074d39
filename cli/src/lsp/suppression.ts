import type { Edit, Finding } from '@lockwise/engine';
import type { Folder } from './folder.js';

/** Stands where no client asked for a reason. */
export const reasonToWrite = 'say why';

/**
 * A comment on the line above the finding that silences its rule there, with the reason after `--`.
 * Undefined where such a line would not be a comment, as inside of a template literal or of JSX text.
 */
export function suppression(folder: Folder, finding: Finding, reason: string): Edit | undefined {
  const text = folder.text(finding.path);
  if (text === undefined) return undefined;
  const [start] = finding.span;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const comment = `${indent}// lockwise-disable-next-line ${finding.rule} -- ${oneLine(reason)}${lineBreak}`;
  const edit: Edit = { path: finding.path, span: [lineStart, lineStart], text: comment };
  return staysComment(folder, text, edit) ? edit : undefined;
}

function oneLine(reason: string): string {
  const line = reason.replace(/\s+/g, ' ').trim();
  return line === '' ? reasonToWrite : line;
}

function staysComment(folder: Folder, text: string, edit: Edit): boolean {
  const at = edit.span[0];
  const after = text.slice(0, at) + edit.text + text.slice(at);
  return folder.comments(edit.path, after).some(({ start, end }) => start >= at && end <= at + edit.text.length);
}
