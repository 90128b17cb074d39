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
  /** When the client last wanted something, on the clock of `performance.now()`. */
  readonly lastAsked: () => number;
}

/** How long files are analysed before whatever waits is let through, in milliseconds. */
const slice = 8;
/** Lets through whatever waits when a slice of time is used up. */
export class Pause {
  #began = performance.now();

  async now(): Promise<void> {
    if (performance.now() - this.#began < slice) return;
    await breathe();
    this.#began = performance.now();
  }
}

/** How long the client has to be at rest before more files are analysed, in milliseconds. */
const rest = 100;

/**
 * Adds every file of the folder and analyses it, a little at a time, so that what the user types is always served first.
 * Answers whether it came to the end of the folder within the time.
 */
export async function scan(folder: Folder, paths: readonly string[], options: ScanOptions): Promise<boolean> {
  const code = paths.filter(isCode);
  const end = Date.now() + options.seconds * 1000;
  const steps = [
    { step: (path: string) => folder.look(path), done: () => folder.looked() },
    { step: (path: string) => void folder.report(path), done: () => undefined },
  ];
  let began = -Infinity;
  for (const { step, done } of steps) {
    for (const path of code) {
      if (performance.now() - began > slice) {
        await standBack(options.lastAsked());
        began = performance.now();
      }
      if (options.token.isCancellationRequested || Date.now() > end) return false;
      step(path);
    }
    done();
  }
  return true;
}

/** A client that has just asked for something may be about to ask again, as when it starts, or while one types. */
async function standBack(lastAsked: number): Promise<void> {
  const wait = lastAsked + rest - performance.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  else await breathe();
}
