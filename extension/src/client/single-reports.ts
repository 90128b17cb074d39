import * as vscode from 'vscode';
import {
  DocumentDiagnosticRequest,
  type LanguageClient,
  type ProvideDiagnosticSignature,
  type ProvideWorkspaceDiagnosticSignature,
  type vsdiag,
} from 'vscode-languageclient/node';

const own = 'lockwise';
/** How ESLint names our rules: by the plugin's prefix. */
const prefix = 'lockwise/';

/** Leaves out what ESLint, with our plugin, already reports in the same place, so that a finding shows once. */
export class SingleReports implements vscode.Disposable {
  readonly #listener: vscode.Disposable;
  /** What ESLint reported of our rules when a document's diagnostics were last asked for. */
  readonly #seen = new Map<string, string>();
  #client: LanguageClient | undefined;

  constructor() {
    this.#listener = vscode.languages.onDidChangeDiagnostics(({ uris }) => this.#eslintMayHaveChanged(uris));
  }

  attach(client: LanguageClient): void {
    this.#client = client;
    this.#seen.clear();
  }

  dispose(): void {
    this.#listener.dispose();
  }

  async ofDocument(
    document: vscode.TextDocument | vscode.Uri,
    previous: string | undefined,
    token: vscode.CancellationToken,
    next: ProvideDiagnosticSignature,
  ): Promise<vsdiag.DocumentDiagnosticReport | undefined> {
    const uri = document instanceof vscode.Uri ? document : document.uri;
    const reported = fromEslint(uri);
    // An answer of "nothing new" would keep what was filtered for another state of ESLint's diagnostics.
    const fresh = (this.#seen.get(uri.toString()) ?? '') !== keysOf(reported);
    const report = await next(document, fresh ? undefined : previous, token);
    if (report == null) return undefined;
    this.#seen.set(uri.toString(), keysOf(reported));
    return 'items' in report ? { ...report, items: withoutTwins(report.items, reported) } : report;
  }

  ofWorkspace(
    resultIds: vsdiag.PreviousResultId[],
    token: vscode.CancellationToken,
    reporter: vsdiag.ResultReporter,
    next: ProvideWorkspaceDiagnosticSignature,
  ): vscode.ProviderResult<vsdiag.WorkspaceDiagnosticReport> {
    return next(resultIds, token, (chunk) => {
      reporter(chunk === null ? null : { items: chunk.items.map((item) => withoutTwinsOf(item)) });
    });
  }

  #eslintMayHaveChanged(uris: readonly vscode.Uri[]): void {
    const changed = uris.some((uri) => (this.#seen.get(uri.toString()) ?? '') !== keysOf(fromEslint(uri)));
    if (!changed) return;
    const feature = this.#client?.getFeature(DocumentDiagnosticRequest.method);
    for (const document of vscode.workspace.textDocuments)
      feature?.getProvider(document)?.onDidChangeDiagnosticsEmitter.fire();
  }
}

function fromEslint(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(uri)
    .filter((diagnostic) => diagnostic.source !== own && codeOf(diagnostic).startsWith(prefix));
}

function withoutTwinsOf(item: vsdiag.WorkspaceDocumentDiagnosticReport): vsdiag.WorkspaceDocumentDiagnosticReport {
  return 'items' in item ? { ...item, items: withoutTwins(item.items, fromEslint(item.uri)) } : item;
}

function withoutTwins(items: vscode.Diagnostic[], reported: readonly vscode.Diagnostic[]): vscode.Diagnostic[] {
  const keys = new Set(reported.map((diagnostic) => keyOf(codeOf(diagnostic).slice(prefix.length), diagnostic)));
  return items.filter((diagnostic) => !keys.has(keyOf(codeOf(diagnostic), diagnostic)));
}

function keysOf(reported: readonly vscode.Diagnostic[]): string {
  return reported
    .map((diagnostic) => keyOf(codeOf(diagnostic), diagnostic))
    .sort()
    .join('\n');
}

/** ESLint and the server find the same, so a rule and the place where a report begins tell one from another. */
function keyOf(rule: string, { range }: vscode.Diagnostic): string {
  return `${rule} ${range.start.line}:${range.start.character}`;
}

function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : (code ?? ''));
}
