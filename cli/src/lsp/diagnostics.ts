import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic,
  type DiagnosticRelatedInformation,
  type Range,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { docsUrlOf, type Finding, type Problem } from '@lockwise/engine';
import type { Folder, FileReport } from './folder.js';
import type { Folders } from './folders.js';
import { rangeOf } from './texts.js';

export const source = 'lockwise';

/** What a client shows for a file. */
export function diagnosticsOf(
  folders: Folders,
  folder: Folder,
  document: TextDocument,
  report: FileReport,
): Diagnostic[] {
  return [
    ...report.findings.map((finding) => ofFinding(folders, folder, document, finding)),
    ...report.problems.map((problem) => ofProblem(document, problem)),
  ];
}

function ofFinding(folders: Folders, folder: Folder, document: TextDocument, finding: Finding): Diagnostic {
  const related = relatedOf(folders, folder, finding);
  return {
    range: firstLine(document, rangeOf(document, finding.span)),
    severity: finding.severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    source,
    code: finding.rule,
    codeDescription: { href: docsUrlOf(finding.rule) },
    message: finding.message,
    // An editor greys out what is tagged so: the lock that guards nothing.
    ...(finding.rule === 'no-redundant-lock' ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(related.length === 0 ? {} : { relatedInformation: related }),
    data: { id: finding.id },
  };
}

/** A section may go over many lines; a squiggle beneath all of them says no more than one beneath its head. */
function firstLine(document: TextDocument, { start, end }: Range): Range {
  if (end.line === start.line) return { start, end };
  const next = { line: start.line + 1, character: 0 };
  const line = document.getText({ start, end: next }).trimEnd();
  return { start, end: { line: start.line, character: start.character + line.length } };
}

function relatedOf(folders: Folders, folder: Folder, finding: Finding): DiagnosticRelatedInformation[] {
  return finding.related.flatMap((place) => {
    const text = folders.document(folder, place.path);
    if (text === undefined) return [];
    return [{ location: { uri: text.uri, range: rangeOf(text, place.span) }, message: place.message }];
  });
}

/** A file that could not be analysed says so, but quietly: the compiler reports the same error loudly. */
function ofProblem(document: TextDocument, problem: Problem): Diagnostic {
  const [start] = problem.span ?? [0, 0];
  const { line } = document.positionAt(start);
  return {
    range: { start: document.positionAt(start), end: { line, character: 2 ** 31 - 1 } },
    severity: DiagnosticSeverity.Information,
    source,
    message: problem.message,
  };
}
