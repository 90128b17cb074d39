import {
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type Diagnostic,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  type ResultProgressReporter,
  type WorkspaceDiagnosticParams,
  type WorkspaceDiagnosticReport,
  type WorkspaceDiagnosticReportPartialResult,
} from 'vscode-languageserver/node';
import { diagnosticsOf } from './diagnostics.js';
import type { Folder } from './folder.js';
import { isCode } from './folders.js';
import { breathe, Pause } from './scan.js';
import type { Session } from './session.js';

/** How long a burst of edits may go on before diagnostics are pushed, in milliseconds. */
const burst = 100;

/** Diagnostics: answered where the client asks for them, pushed where it cannot. */
export class Diagnosing {
  readonly #session: Session;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  /** What was last told of each file, so that a file whose diagnostics are the same is not told again. */
  readonly #told = new Map<string, string>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** `textDocument/diagnostic`. */
  async answer(params: DocumentDiagnosticParams, token: CancellationToken): Promise<DocumentDiagnosticReport> {
    await breathe();
    stopIfCancelled(token);
    const located = this.#session.locate(params.textDocument.uri);
    if (located === undefined) return { kind: 'full', items: [] };
    const resultId = `${located.folder.root} ${located.folder.generation}`;
    const waits = this.#session.waitsForSave(params.textDocument.uri);
    if (waits && params.previousResultId !== undefined) return { kind: 'unchanged', resultId: params.previousResultId };
    if (params.previousResultId === resultId) return { kind: 'unchanged', resultId };
    return { kind: 'full', resultId, items: this.#items(located.folder, located.path) };
  }

  /** `workspace/diagnostic`: the files whose diagnostics are not those of the last answer. */
  async answerAll(
    params: WorkspaceDiagnosticParams,
    token: CancellationToken,
    progress: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult> | undefined,
  ): Promise<WorkspaceDiagnosticReport> {
    const previous = new Map(params.previousResultIds.map(({ uri, value }) => [uri, value]));
    const items: WorkspaceDiagnosticReport['items'] = [];
    const pause = new Pause();
    for (const folder of this.#session.folders.ofWorkspace)
      for (const path of [...folder.known].filter(isCode).sort()) {
        await pause.now();
        stopIfCancelled(token);
        const uri = this.#session.folders.uri(folder, path);
        const resultId = `${folder.root} ${folder.generation}`;
        const before = previous.get(uri);
        if (before === resultId || (before !== undefined && this.#unchanged(folder, path, uri))) continue;
        const diagnostics = this.#items(folder, path);
        this.#told.set(uri, JSON.stringify(diagnostics));
        if (before === undefined && diagnostics.length === 0) continue;
        const version = this.#session.folders.version(uri);
        items.push({ kind: 'full', uri, version, resultId, items: diagnostics });
      }
    if (progress === undefined) return { items };
    progress.report({ items });
    return { items: [] };
  }

  /** For clients that do not ask: publishes what is known of a file, after a burst of edits has ended. */
  push(uri: string): void {
    if (this.#session.abilities.pullsDiagnostics) return;
    clearTimeout(this.#timers.get(uri));
    this.#timers.set(
      uri,
      setTimeout(() => {
        this.#timers.delete(uri);
        this.#publish(uri);
      }, burst),
    );
  }

  /** Something else than a text has changed, or another file: everything open may have other diagnostics now. */
  refresh(): void {
    const { abilities, connection, documents, folders } = this.#session;
    if (abilities.pullsDiagnostics) {
      if (abilities.refreshesDiagnostics) connection.languages.diagnostics.refresh();
      return;
    }
    const closed = folders.ofWorkspace.flatMap((folder) => [...folder.known].map((path) => folders.uri(folder, path)));
    for (const uri of new Set([...documents.keys(), ...closed])) this.#publish(uri);
  }

  /** A file that is gone, or closed outside of every workspace folder, keeps no diagnostics. */
  forget(uri: string): void {
    this.#told.delete(uri);
    if (!this.#session.abilities.pullsDiagnostics)
      void this.#session.connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #publish(uri: string): void {
    const located = this.#session.locate(uri);
    if (located === undefined || this.#session.waitsForSave(uri)) return;
    const diagnostics = this.#items(located.folder, located.path);
    const text = JSON.stringify(diagnostics);
    if ((this.#told.get(uri) ?? '[]') === text && !located.folder.isOpen(located.path)) return;
    this.#told.set(uri, text);
    const version = this.#session.folders.version(uri);
    void this.#session.connection.sendDiagnostics({ uri, diagnostics, ...(version === null ? {} : { version }) });
  }

  #unchanged(folder: Folder, path: string, uri: string): boolean {
    return this.#told.get(uri) === JSON.stringify(this.#items(folder, path));
  }

  #items(folder: Folder, path: string): Diagnostic[] {
    const { folders } = this.#session;
    const report = folder.report(path);
    // Most files have nothing to tell, and need not be read for that.
    if (report.findings.length === 0 && report.problems.length === 0) return [];
    const document = folders.document(folder, path);
    if (document === undefined) return [];
    return diagnosticsOf(folders, folder, document, report);
  }
}

function stopIfCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested)
    throw new ResponseError(LSPErrorCodes.RequestCancelled, 'A newer text is on its way.');
}
