import { join } from 'node:path';
import type { FactsStore, FileFacts } from '@lockwise/engine';
import type { Files } from '../ports.js';
import { factsKey } from '../shard/facts-memory.js';

const NEWLINE = 10;
const SPACE = 32;

/** Facts that no file of this run has are kept too, for whoever checks one folder after the other, until there are so many bytes. */
const MOST_BYTES = 128 * 1024 * 1024;

/**
 * What the engine of this build knows of files, kept from run to run by content, in one file that grows: a line each, of a key and the facts as JSON.
 * Whatever is lost or broken there is found out again.
 */
export class FactsCache implements FactsStore {
  readonly #files: Files;
  readonly #folder: string;
  readonly #file: string;
  /** Lines as they were read, by key; most runs need few of them. */
  #kept: Map<string, Buffer> | undefined;
  /** The keys of what this run asked for or found out. */
  readonly #used = new Set<string>();
  #isNew = false;

  /** @param build names the engine: facts of another one mean something else. */
  constructor(files: Files, cache: string, build: string) {
    this.#files = files;
    this.#folder = join(cache, 'facts');
    this.#file = join(this.#folder, build);
  }

  get(path: string, text: string): FileFacts | undefined {
    const key = factsKey(path, text);
    const line = (this.#kept ??= this.#read()).get(key);
    if (!line) return undefined;
    this.#used.add(key);
    try {
      return JSON.parse(line.toString('utf8')) as FileFacts;
    } catch {
      return undefined;
    }
  }

  /** Facts as text are larger than what they tell of, so they are written at once rather than held until the end. */
  set(path: string, text: string, facts: FileFacts): void {
    const key = factsKey(path, text);
    this.#used.add(key);
    // A line that a run left unfinished ends here.
    if (!this.#isNew) this.#files.append(this.#file, '\n');
    this.#isNew = true;
    this.#files.append(this.#file, `${key} ${JSON.stringify(facts)}\n`);
  }

  /** Puts the file in order after what this run has written. */
  save(): void {
    if (!this.#isNew) return;
    if ((this.#files.stat(this.#file)?.size ?? 0) > MOST_BYTES) this.#shrink();
    this.#tidy();
  }

  #shrink(): void {
    const lines = this.#read();
    let bytes = [...lines.values()].reduce((sum, line) => sum + line.length, 0);
    for (const [key, line] of lines) {
      if (bytes <= MOST_BYTES) break;
      if (this.#used.has(key)) continue;
      lines.delete(key);
      bytes -= line.length;
    }
    const parts = [...lines].flatMap(([key, line]) => [Buffer.from(`${key} `), line, Buffer.from('\n')]);
    this.#files.keep(this.#file, Buffer.concat(parts));
  }

  #read(): Map<string, Buffer> {
    return this.#files.stat(this.#file)?.kind === 'file' ? linesOf(this.#files, this.#file) : new Map();
  }

  /** Facts of earlier builds are of no use to anyone. */
  #tidy(): void {
    for (const { name } of this.#files.list(this.#folder))
      if (join(this.#folder, name) !== this.#file) this.#files.remove(join(this.#folder, name));
  }
}

function linesOf(files: Files, file: string): Map<string, Buffer> {
  const lines = new Map<string, Buffer>();
  let bytes: Buffer;
  try {
    bytes = files.read(file);
  } catch {
    return lines;
  }
  for (let from = 0; from < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, from);
    const end = newline < 0 ? bytes.length : newline;
    const space = bytes.indexOf(SPACE, from);
    if (space > from && space < end) lines.set(bytes.toString('latin1', from, space), bytes.subarray(space + 1, end));
    from = end + 1;
  }
  return lines;
}

/** The build that this code is part of, put in by the bundler; empty when it runs from its sources, which may change under a cache. */
export const build = process.env.LOCKWISE_BUILD ?? '';
