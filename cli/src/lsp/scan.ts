import type { CancellationToken } from 'vscode-languageserver';
import type { Folder } from './folder.js';
import { isCode } from './folders.js';

/** Lets whatever waits in the event loop run: edits, requests, cancellations. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export interface ScanOptions {
  readonly seconds: number;
  readonly token: CancellationToken;
}

/** How long files are analysed before whatever waits is let through, in milliseconds. */
const slice = 8;

/**
 * Adds every file of the folder and analyses it, a little at a time, so that what the user types is always served first.
 * Answers whether it came to the end of the folder within the time.
 */
export async function scan(folder: Folder, paths: readonly string[], options: ScanOptions): Promise<boolean> {
  const code = paths.filter(isCode);
  const end = Date.now() + options.seconds * 1000;
  const steps = [(path: string) => folder.look(path), (path: string) => void folder.report(path)];
  let began = performance.now();
  for (const step of steps)
    for (const path of code) {
      if (performance.now() - began > slice) {
        await breathe();
        began = performance.now();
      }
      if (options.token.isCancellationRequested || Date.now() > end) return false;
      step(path);
    }
  return true;
}
