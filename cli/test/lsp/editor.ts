import { PassThrough } from 'node:stream';
import {
  createConnection,
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type CodeAction,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { startServer } from '../../src/lsp/main.js';
import type { ClientOptions } from '../../src/lsp/protocol.js';
import type { Surroundings } from '../../src/lsp/surroundings.js';

export interface EditorOptions {
  readonly roots?: readonly string[];
  readonly capabilities?: ClientCapabilities;
  readonly options?: ClientOptions;
}

/** An editor at the other end of the protocol, in the same process. */
export class Editor {
  readonly connection: ProtocolConnection;
  readonly published = new Map<string, PublishDiagnosticsParams>();
  readonly logged: string[] = [];
  settings: unknown = {};
  refreshes = 0;
  #versions = new Map<string, TextDocument>();

  constructor(surroundings: Surroundings) {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    startServer(surroundings, createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)));
    this.connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer));
    this.connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.published.set(params.uri, params);
    });
    this.connection.onNotification('window/logMessage', ({ message }: { message: string }) => {
      this.logged.push(message);
    });
    this.connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => this.settings),
    );
    this.connection.onRequest('client/registerCapability', () => null);
    this.connection.onRequest('workspace/diagnostic/refresh', () => {
      this.refreshes++;
      return null;
    });
    this.connection.listen();
  }

  async initialize({ roots = [], capabilities = {}, options }: EditorOptions = {}): Promise<void> {
    await this.connection.sendRequest('initialize', {
      processId: null,
      rootUri: null,
      workspaceFolders: roots.map((root) => ({ uri: `file://${root}`, name: root })),
      capabilities,
      initializationOptions: options,
    });
    await this.connection.sendNotification('initialized', {});
  }

  async open(uri: string, text: string): Promise<void> {
    this.#versions.set(uri, TextDocument.create(uri, 'typescript', 1, text));
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'typescript', version: 1, text },
    });
  }

  text(uri: string): string {
    return this.#versions.get(uri)?.getText() ?? '';
  }

  /** Replaces a stretch of the text, as typing does. */
  async edit(uri: string, start: number, end: number, text: string): Promise<void> {
    const document = this.#versions.get(uri)!;
    const range = { start: document.positionAt(start), end: document.positionAt(end) };
    const version = document.version + 1;
    this.#versions.set(uri, TextDocument.update(document, [{ range, text }], version));
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range, text }],
    });
  }

  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const report: DocumentDiagnosticReport = await this.connection.sendRequest('textDocument/diagnostic', {
      textDocument: { uri },
    });
    return report.kind === 'full' ? report.items : [];
  }

  actions(uri: string, range: Range, diagnostics: Diagnostic[], only?: string[]): Promise<CodeAction[]> {
    return this.connection.sendRequest('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context: { diagnostics, ...(only === undefined ? {} : { only }) },
    });
  }

  /** The text after the edits of an action. */
  applied(uri: string, action: CodeAction | undefined): string {
    const change = action?.edit?.documentChanges?.find((one) => 'textDocument' in one && one.textDocument.uri === uri);
    if (change === undefined || !('edits' in change)) throw new Error(`no edit of ${uri} in ${JSON.stringify(action)}`);
    return TextDocument.applyEdits(
      this.#versions.get(uri)!,
      change.edits.map((edit) => ({ range: edit.range, newText: 'newText' in edit ? edit.newText : '' })),
    );
  }

  close(): void {
    this.connection.dispose();
  }
}

export const pulling: ClientCapabilities = {
  textDocument: { diagnostic: {} },
  workspace: { diagnostics: { refreshSupport: true }, configuration: true, workspaceFolders: true },
};

/** Waits for a state that is on its way, without depending on how fast this machine is. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (const end = Date.now() + 15_000; Date.now() < end;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`never came: ${what}`);
}
