import { TextDocuments, type Connection, type InitializeParams } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { settingsFrom } from './configuration.js';
import { Folders, isCode, type Located } from './folders.js';
import { statusNotification, type ClientOptions, type Settings, type Status } from './protocol.js';
import type { Surroundings } from './surroundings.js';
import { normal } from './texts.js';

/** What the client can do, as far as the server acts on it. */
export interface Abilities {
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesLenses: boolean;
  readonly sendsConfiguration: boolean;
  readonly watchesFiles: boolean;
  readonly hasFolders: boolean;
  readonly showsProgress: boolean;
  /** It is our own extension. */
  readonly commands: boolean;
}

/** One client from its `initialize` to its `exit`. */
export class Session {
  readonly connection: Connection;
  readonly surroundings: Surroundings;
  readonly documents = new TextDocuments(TextDocument);
  readonly folders: Folders;
  readonly abilities: Abilities;
  settings: Settings;
  trusted: boolean;
  /** Open documents with changes that are not saved. */
  readonly unsaved = new Set<string>();
  /** When the client last spoke of one of its files. */
  lastAsked = performance.now();

  constructor(connection: Connection, surroundings: Surroundings, params: InitializeParams) {
    const options = (params.initializationOptions ?? {}) as ClientOptions;
    this.connection = connection;
    this.surroundings = surroundings;
    this.abilities = abilitiesOf(params, options);
    this.settings = settingsFrom(options.settings);
    this.trusted = options.trusted === true;
    this.folders = new Folders(surroundings, this.settings, (uri) => this.documents.get(uri));
  }

  /** The file that a URI names, if it is one that is analysed. */
  locate(uri: string): Located | undefined {
    this.lastAsked = performance.now();
    const located = this.folders.locate(normal(uri));
    return located !== undefined && isCode(located.path) ? located : undefined;
  }

  /** Whether the user does not want to hear of a document before it is saved. */
  waitsForSave(uri: string): boolean {
    return this.settings.run === 'onSave' && this.unsaved.has(uri);
  }

  status(status: Status): void {
    if (status.state === 'trouble') this.connection.console.warn(status.message);
    else this.connection.console.log(status.message);
    if (this.abilities.commands) void this.connection.sendNotification(statusNotification, status);
  }
}

function abilitiesOf(params: InitializeParams, options: ClientOptions): Abilities {
  const { textDocument, workspace, window } = params.capabilities;
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshesLenses: workspace?.codeLens?.refreshSupport === true,
    sendsConfiguration: workspace?.configuration === true,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    hasFolders: workspace?.workspaceFolders === true,
    showsProgress: window?.workDoneProgress === true,
    commands: options.commands === true,
  };
}
