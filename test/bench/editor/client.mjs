// A language client over stdio, as small as a measurement needs.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const repository = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const protocol = createRequire(join(repository, 'cli/package.json'))('vscode-languageserver/node');
export const bundledServer = join(repository, 'extension/dist/server.cjs');

/** One tick of the times in `/proc`, in milliseconds. */
const tick = 10;

/** Starts a server on a folder. */
export async function connect(root, { server = [bundledServer, '--stdio'], nodeArgs = [], env = {} } = {}) {
  const child = spawn(process.execPath, [...nodeArgs, ...server], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const connection = protocol.createProtocolConnection(
    new protocol.StreamMessageReader(child.stdout),
    new protocol.StreamMessageWriter(child.stdin),
  );
  const logged = [];
  connection.onNotification('window/logMessage', ({ message }) => logged.push(message));
  connection.onRequest('workspace/diagnostic/refresh', () => null);
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(root).toString(),
    capabilities: { textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true } } },
  });
  await connection.sendNotification('initialized', {});
  return new Client(root, child, connection, logged);
}

class Client {
  constructor(root, child, connection, logged) {
    this.root = root;
    this.child = child;
    this.connection = connection;
    this.logged = logged;
    this.versions = new Map();
  }

  uri(path) {
    return pathToFileURL(join(this.root, path)).toString();
  }

  open(path, text = readFileSync(join(this.root, path), 'utf8')) {
    const uri = this.uri(path);
    this.versions.set(uri, 1);
    return this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'typescript', version: 1, text },
    });
  }

  change(path, contentChanges) {
    const uri = this.uri(path);
    const version = this.versions.get(uri) + 1;
    this.versions.set(uri, version);
    return this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  async diagnostics(path) {
    const report = await this.connection.sendRequest('textDocument/diagnostic', {
      textDocument: { uri: this.uri(path) },
    });
    return report.items;
  }

  /** Resident memory of the server, in bytes. */
  memory() {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) * 1024;
  }

  /** Processor time that the server has used, its helper threads included, in milliseconds. */
  processorTime() {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * tick;
  }

  async logs(pattern) {
    while (!this.logged.some((line) => pattern.test(line))) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  async close() {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    return gone;
  }
}
