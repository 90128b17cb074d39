import { limitServerHeap } from '../lsp/heap.js';

/** Serves the language server over stdio, until its client ends it. */
export async function languageServer(): Promise<number> {
  const { startServer } = await import('../lsp/main.js');
  limitServerHeap();
  startServer();
  return new Promise<number>((done) => process.stdin.once('close', () => done(0)));
}
