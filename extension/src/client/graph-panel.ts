import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { orderRequest, type LockOrder, type Spot } from '../../../cli/src/lsp/protocol.js';
import type { FromPage, ToPage } from '../webview/messages.js';
import type { Server } from './server.js';

/** The lock-order graph as a picture beside the code. */
export class GraphPanel implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #server: Server;
  readonly #listener: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;

  constructor(context: vscode.ExtensionContext, server: Server) {
    this.#context = context;
    this.#server = server;
    this.#listener = server.onLocksChanged(() => void this.#send());
  }

  show(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      return;
    }
    const dist = vscode.Uri.joinPath(this.#context.extensionUri, 'dist');
    const panel = vscode.window.createWebviewPanel('lockwise.graph', 'Lock order', vscode.ViewColumn.Beside, {
      enableScripts: true,
      localResourceRoots: [dist],
    });
    panel.onDidDispose(() => (this.#panel = undefined));
    panel.webview.onDidReceiveMessage((message: FromPage) => {
      if (message.kind === 'ready') void this.#send();
      else void open(message.spot);
    });
    panel.webview.html = page(panel.webview, dist);
    this.#panel = panel;
  }

  dispose(): void {
    this.#listener.dispose();
    this.#panel?.dispose();
  }

  async #send(): Promise<void> {
    if (this.#panel === undefined) return;
    await this.#server.started;
    const order = await this.#server.request<LockOrder | null>(orderRequest);
    await this.#panel.webview.postMessage({ order } satisfies ToPage);
  }
}

async function open({ uri, range }: Spot): Promise<void> {
  const { start } = range;
  const position = new vscode.Position(start.line, start.character);
  await vscode.window.showTextDocument(vscode.Uri.parse(uri), {
    viewColumn: vscode.ViewColumn.One,
    selection: new vscode.Range(position, position),
  });
}

function page(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(16).toString('hex');
  const asset = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${asset('graph.css')}">
<title>Lock order</title>
</head>
<body>
<h1>Lock order</h1>
<p id="summary" role="status" aria-live="polite">Loading…</p>
<div id="picture"></div>
<h2>As a list</h2>
<ul id="list"></ul>
<script nonce="${nonce}" src="${asset('graph.js')}"></script>
</body>
</html>`;
}
