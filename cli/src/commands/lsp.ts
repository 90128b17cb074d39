/** Serves the language server over stdio, until its client ends it. */
export async function languageServer(): Promise<number> {
  const [{ startServer }, { keepHeapSmall }] = await Promise.all([import('../lsp/main.js'), import('../lsp/heap.js')]);
  keepHeapSmall();
  startServer();
  return new Promise<number>((done) => process.stdin.once('close', () => done(0)));
}
