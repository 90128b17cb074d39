// The language server: plain LSP over stdio for any editor, with a few requests more for our own extension.
import { URI } from 'vscode-uri';
import {
  CodeActionKind,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  ProposedFeatures,
  TextDocumentSyncKind,
  createConnection,
  type CodeAction,
  type CodeActionParams,
  type Connection,
  type InitializeParams,
  type InitializeResult,
} from 'vscode-languageserver/node';
import { codeActions, fixAllKind } from './actions.js';
import { Diagnosing } from './diagnosing.js';
import { diskSurroundings } from './disk.js';
import { lockHover, lockLenses, lockOrder, lockTree } from './locks.js';
import { plan } from './planning.js';
import * as protocol from './protocol.js';
import { Session } from './session.js';
import { suppression } from './suppression.js';
import type { Surroundings } from './surroundings.js';
import { spanOf, touches } from './texts.js';
import { WorkspaceWatch } from './workspace.js';
import { workspaceEdit } from './workspace-edit.js';

/** Serves one client over stdin and stdout until it sends `exit`. */
export function startServer(
  surroundings: Surroundings = diskSurroundings(),
  connection: Connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout),
): void {
  connection.onInitialize((params) => {
    const session = new Session(connection, surroundings, params);
    for (const root of rootsOf(params)) session.folders.add(root);
    const diagnosing = new Diagnosing(session);
    const watch = new WorkspaceWatch(session, diagnosing);
    connection.onInitialized(() => {
      begin(session, watch, params).catch((error: unknown) => {
        session.status({ state: 'trouble', message: `The client refused a registration: ${(error as Error).message}` });
      });
    });
    serveTexts(session, diagnosing);
    serveActions(session);
    serveLocks(session);
    serveWorkspace(session, watch);
    connection.onShutdown(() => {
      watch.stop();
      diagnosing.stop();
    });
    return capabilities();
  });
  connection.listen();
}

function capabilities(): InitializeResult {
  return {
    serverInfo: { name: 'lockwise' },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      diagnosticProvider: { identifier: 'lockwise', interFileDependencies: true, workspaceDiagnostics: true },
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
      hoverProvider: true,
      codeLensProvider: { resolveProvider: false },
      workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
    },
  };
}

async function begin(session: Session, watch: WorkspaceWatch, params: InitializeParams): Promise<void> {
  const { abilities, connection } = session;
  if (abilities.sendsConfiguration)
    await connection.client.register(DidChangeConfigurationNotification.type, { section: 'lockwise' });
  if (abilities.watchesFiles)
    await connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [
        { globPattern: '**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx}' },
        {
          globPattern:
            '**/{lockwise.config.json,lockwise.config.jsonc,lockwise-baseline.txt,lockwise-profile.json,package.json}',
        },
      ],
    });
  // Listening registers with the client, which is only allowed from here on.
  if (abilities.hasFolders)
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      for (const { uri } of removed) watch.drop(URI.parse(uri).fsPath);
      watch.join(added.map(({ uri }) => URI.parse(uri).fsPath));
    });
  await watch.configure((params.initializationOptions as protocol.ClientOptions | undefined)?.settings);
}

function rootsOf(params: InitializeParams): string[] {
  const uris = params.workspaceFolders?.map((folder) => folder.uri) ?? [params.rootUri].filter((uri) => uri != null);
  return uris.map((uri) => URI.parse(uri)).flatMap((uri) => (uri.scheme === 'file' ? [uri.fsPath] : []));
}

function serveTexts(session: Session, diagnosing: Diagnosing): void {
  const { connection, documents } = session;
  /** The versions that documents were opened with: the first change is of the next one. */
  const opened = new Map<string, number>();
  documents.onDidChangeContent(({ document }) => {
    const located = session.locate(document.uri);
    located?.folder.edit(located.path, document.getText());
    if (document.version > (opened.get(document.uri) ?? document.version)) session.unsaved.add(document.uri);
    if (session.settings.run === 'onType') diagnosing.push(document.uri);
  });
  documents.onDidOpen(({ document }) => {
    opened.set(document.uri, document.version);
    diagnosing.push(document.uri);
  });
  documents.onDidSave(({ document }) => {
    session.unsaved.delete(document.uri);
    diagnosing.push(document.uri);
  });
  documents.onDidClose(({ document }) => {
    session.unsaved.delete(document.uri);
    opened.delete(document.uri);
    const located = session.locate(document.uri);
    located?.folder.close(located.path);
    diagnosing.forget(document.uri);
  });
  connection.languages.diagnostics.on((params, token) => diagnosing.answer(params, token));
  connection.languages.diagnostics.onWorkspace((params, token, _progress, results) =>
    diagnosing.answerAll(params, token, results),
  );
  documents.listen(connection);
}

function serveActions(session: Session): void {
  const { connection } = session;
  connection.onCodeAction((params) => actionsAt(session, params));
  connection.onRequest(protocol.planRequest, async (params: protocol.PlanParams, token) => {
    const progress = await connection.window.attachWorkDoneProgress(params.workDoneToken);
    return plan(session, params, token, progress);
  });
  connection.onRequest(protocol.suppressRequest, (params: protocol.SuppressParams) => {
    const located = session.locate(params.uri);
    const finding = located?.folder.report(located.path).findings.find((candidate) => candidate.id === params.id);
    if (located === undefined || finding === undefined) return null;
    const edit = suppression(located.folder, finding, params.reason);
    return edit === undefined ? null : workspaceEdit(session.folders, located.folder, [edit]);
  });
}

function actionsAt(session: Session, { textDocument, range, context }: CodeActionParams): CodeAction[] {
  const located = session.locate(textDocument.uri);
  const document = session.documents.get(textDocument.uri);
  if (located === undefined || document === undefined) return [];
  const { folder, path } = located;
  const { findings, carried } = folder.report(path);
  if (carried) return [];
  const span = spanOf(document, range);
  return codeActions({
    folders: session.folders,
    folder,
    path,
    findings,
    chosen: findings.filter((finding) => touches(finding.span, span)),
    diagnostics: context.diagnostics,
    only: context.only,
    commands: session.abilities.commands,
  });
}

function serveLocks(session: Session): void {
  const { connection, folders } = session;
  connection.onRequest(protocol.locksRequest, () => lockTree(folders));
  connection.onRequest(protocol.orderRequest, () => lockOrder(folders));
  connection.onHover(({ textDocument, position }) => {
    const located = session.locate(textDocument.uri);
    return located === undefined ? null : lockHover(folders, located.folder, located.path, position);
  });
  connection.onCodeLens(({ textDocument }) => {
    const located = session.locate(textDocument.uri);
    if (located === undefined || !session.settings.codeLens) return [];
    return lockLenses(folders, located.folder, located.path);
  });
}

function serveWorkspace(session: Session, watch: WorkspaceWatch): void {
  const { connection } = session;
  connection.onDidChangeConfiguration(({ settings }: { settings?: { lockwise?: unknown } }) =>
    watch.configure(settings?.lockwise),
  );
  connection.onDidChangeWatchedFiles(({ changes }) => {
    watch.filesChanged(changes);
  });
  connection.onRequest(protocol.profileRequest, () => watch.loadProfile());
  connection.onNotification(protocol.trustNotification, () => {
    watch.trust();
  });
}
