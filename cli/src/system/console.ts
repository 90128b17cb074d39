import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { Terminal } from '../ports.js';

/** Whether a stream takes colours: a terminal does, unless the user said no; `FORCE_COLOR` turns them on anywhere. */
function coloursOf(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0') return true;
  if (env['NO_COLOR'] || env['FORCE_COLOR'] === '0' || env['TERM'] === 'dumb') return false;
  return stream.isTTY === true;
}

/** Writes all of it before it returns, so that nothing is lost when the process ends; a reader that went away ends the output, not the run. */
function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
      // The pipe is full: wait a moment for its reader.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

export const terminal: Terminal = {
  out: (text) => writeWhole(1, text),
  err: (text) => writeWhole(2, text),
  colours: coloursOf(process.stdout, process.env),
  columns: process.stdout.columns ?? 100,
  interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
  progress: process.stderr.isTTY === true && !process.env['CI'],
  ask: async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    const ended = new AbortController();
    // While a line is read the terminal sends no signal; who listens for one is told all the same.
    lines.once('SIGINT', () => {
      writeWhole(1, '\n');
      process.emit('SIGINT');
      ended.abort();
    });
    lines.once('close', () => ended.abort());
    try {
      return await lines.question(question, { signal: ended.signal });
    } catch {
      return undefined;
    } finally {
      lines.close();
    }
  },
};
