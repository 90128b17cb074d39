import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const PATIENCE = 60_000;

/** Opens a file in `lockwise lsp`, as installed in the folder unless told, and asks for its diagnostics. */
export async function diagnosticsFromServer(folder, path, { bin, settings } = {}) {
  bin ??= join(folder, 'node_modules/lockwise/bin/lockwise.js');
  const server = spawn(process.execPath, [bin, 'lsp', '--stdio'], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
  const connection = new Connection(server);
  try {
    const rootUri = pathToFileURL(folder).href;
    await connection.request('initialize', {
      processId: process.pid,
      rootUri,
      workspaceFolders: [{ uri: rootUri, name: 'user' }],
      capabilities: { textDocument: { diagnostic: {}, publishDiagnostics: { relatedInformation: true } } },
      initializationOptions: { settings },
    });
    connection.notify('initialized', {});
    const uri = pathToFileURL(join(folder, path)).href;
    const text = readFileSync(join(folder, path), 'utf8');
    const languageId = /\.[cm]?ts$/.test(path) ? 'typescript' : 'javascript';
    connection.notify('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
    const { items } = await connection.request('textDocument/diagnostic', { textDocument: { uri } });
    return items;
  } finally {
    await connection.close();
  }
}

class Connection {
  #server;
  #buffer = Buffer.alloc(0);
  #next = 1;
  #waiting = new Map();
  #complaint = '';

  constructor(server) {
    this.#server = server;
    server.stdout.on('data', (chunk) => this.#receive(chunk));
    server.stderr.on('data', (chunk) => (this.#complaint += chunk));
  }

  request(method, params) {
    const id = this.#next++;
    this.#send({ jsonrpc: '2.0', id, method, params });
    return this.#within(method, (resolve) => this.#waiting.set(id, resolve));
  }

  notify(method, params) {
    this.#send({ jsonrpc: '2.0', method, params });
  }

  async close() {
    const ended = new Promise((resolve) => this.#server.once('exit', resolve));
    this.notify('exit', undefined);
    const timer = setTimeout(() => this.#server.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
  }

  #within(what, start) {
    return new Promise((resolve, reject) => {
      const fail = (why) => reject(new Error(`${why} while waiting for ${what}:\n${this.#complaint}`));
      const timer = setTimeout(() => fail('the language server was silent'), PATIENCE);
      this.#server.once('exit', (code) => fail(`the language server ended with ${code}`));
      start((value) => {
        clearTimeout(timer);
        resolve(value);
      });
    });
  }

  #send(message) {
    const body = Buffer.from(JSON.stringify(message));
    this.#server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#server.stdin.write(body);
  }

  #receive(chunk) {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const head = this.#buffer.indexOf('\r\n\r\n');
      if (head === -1) return;
      const length = Number(/content-length: *(\d+)/i.exec(this.#buffer.toString('latin1', 0, head))[1]);
      if (this.#buffer.length < head + 4 + length) return;
      this.#handle(JSON.parse(this.#buffer.toString('utf8', head + 4, head + 4 + length)));
      this.#buffer = this.#buffer.subarray(head + 4 + length);
    }
  }

  #handle(message) {
    if (message.method !== undefined && message.id !== undefined) {
      // A question to the client: it has no answer to give, and says so.
      this.#send({
        jsonrpc: '2.0',
        id: message.id,
        result: message.method === 'workspace/configuration' ? [null] : null,
      });
    } else if (message.id !== undefined) {
      this.#waiting.get(message.id)?.(message.result ?? message.error);
    }
  }
}
