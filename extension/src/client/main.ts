import * as vscode from 'vscode';
import { registerCommands } from './commands.js';
import { GraphPanel } from './graph-panel.js';
import { LocksView } from './locks-view.js';
import { Server } from './server.js';
import { StatusItem } from './status.js';

/** What tests in the extension host may ask. */
export interface Api {
  /** Resolves when the server answers. */
  readonly ready: () => Promise<void>;
}

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<Api> {
  const log = vscode.window.createOutputChannel('Lockwise', { log: true });
  const status = new StatusItem();
  server = new Server(context, log, status);
  const locks = new LocksView(server);
  const graph = new GraphPanel(context, server);
  context.subscriptions.push(log, status, server, locks, graph);
  registerCommands(context, { server, log, locks, graph });
  log.info(`Lockwise ${String(context.extension.packageJSON.version)} in VS Code ${vscode.version}; no telemetry.`);
  await server.start();
  return { ready: () => server?.started ?? Promise.reject(new Error('The server was stopped.')) };
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
