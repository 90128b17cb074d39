import { join } from 'node:path';
import * as vscode from 'vscode';
import { LanguageClient, State, TransportKind, type LanguageClientOptions } from 'vscode-languageclient/node';
import {
  locksChanged,
  statusNotification,
  trustNotification,
  type ClientOptions,
  type Status,
} from '../../../cli/src/lsp/protocol.js';
import { SingleReports } from './single-reports.js';
import type { StatusItem } from './status.js';

const languages = ['typescript', 'typescriptreact', 'javascript', 'javascriptreact'];

/** The language server as VS Code runs it: started, restarted, told of trust, and asked. */
export class Server implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #status: StatusItem;
  readonly #singleReports = new SingleReports();
  readonly #locksChanged = new vscode.EventEmitter<void>();
  readonly #disposables: vscode.Disposable[] = [];
  #client: LanguageClient | undefined;
  #started: Promise<void> = Promise.resolve();

  readonly onLocksChanged = this.#locksChanged.event;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, status: StatusItem) {
    this.#context = context;
    this.#log = log;
    this.#status = status;
    this.#disposables.push(
      this.#singleReports,
      this.#locksChanged,
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#trust()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        // When to ask for diagnostics is fixed when a client is made.
        if (event.affectsConfiguration('lockwise.run')) void this.restart();
      }),
    );
  }

  get started(): Promise<void> {
    return this.#started;
  }

  start(): Promise<void> {
    this.#started = this.#start();
    return this.#started;
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client?.state === State.Running) await client.stop();
    await client?.dispose();
  }

  async restart(): Promise<void> {
    this.#log.info('Restarting the language server.');
    await this.stop();
    await this.start();
  }

  request<R>(method: string, params?: unknown, token?: vscode.CancellationToken): Promise<R> {
    if (this.#client === undefined) return Promise.reject(new Error('The Lockwise language server is not running.'));
    return this.#client.sendRequest<R>(method, params, token);
  }

  /** Edits of the protocol as VS Code applies them. */
  async toEdit(
    edit: Parameters<LanguageClient['protocol2CodeConverter']['asWorkspaceEdit']>[0],
  ): Promise<vscode.WorkspaceEdit> {
    const converted = await this.#client?.protocol2CodeConverter.asWorkspaceEdit(edit);
    return converted ?? new vscode.WorkspaceEdit();
  }

  get client(): LanguageClient | undefined {
    return this.#client;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
    void this.stop();
  }

  async #start(): Promise<void> {
    this.#status.show({ state: 'working', message: 'Starting' });
    const module = this.#context.asAbsolutePath(join('dist', 'server.cjs'));
    const options = { module, transport: TransportKind.stdio };
    const client = new LanguageClient('lockwise', 'Lockwise', options, this.#clientOptions());
    this.#client = client;
    client.onNotification(statusNotification, (status: Status) => this.#status.show(status));
    client.onNotification(locksChanged, () => this.#locksChanged.fire());
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Stopped && this.#client === client)
        this.#status.show({ state: 'trouble', message: 'The language server has stopped' });
    });
    try {
      await client.start();
      this.#singleReports.attach(client);
      this.#status.show({ state: 'ready', message: 'Ready' });
      this.#log.info(`The language server runs; workspace trusted: ${String(vscode.workspace.isTrusted)}.`);
    } catch (error) {
      const message = `The language server did not start: ${(error as Error).message}`;
      this.#log.error(message);
      this.#status.show({ state: 'trouble', message });
    }
  }

  #clientOptions(): LanguageClientOptions {
    const onType = vscode.workspace.getConfiguration('lockwise').get<string>('run') !== 'onSave';
    const initializationOptions: ClientOptions = { trusted: vscode.workspace.isTrusted, commands: true };
    return {
      documentSelector: languages.map((language) => ({ scheme: 'file', language })),
      initializationOptions,
      outputChannel: this.#log,
      diagnosticPullOptions: { onChange: onType, onSave: true },
      middleware: {
        provideDiagnostics: (document, previous, token, next) =>
          this.#singleReports.ofDocument(document, previous, token, next),
        provideWorkspaceDiagnostics: (resultIds, token, reporter, next) =>
          this.#singleReports.ofWorkspace(resultIds, token, reporter, next),
      },
    };
  }

  #trust(): void {
    this.#log.info('The workspace is now trusted.');
    void this.#client?.sendNotification(trustNotification);
  }
}
