import { join } from 'node:path';
import type { FactsStore, FileFacts } from '@lockwise/engine';
import type { Files } from '../ports.js';
import { factsKey } from '../shard/facts-memory.js';

/** What the engine of this build knows of files, kept from run to run by content. Whatever is lost or broken there is found out again. */
export class FactsCache implements FactsStore {
  readonly #files: Files;
  readonly #folder: string;
  #isTidy = false;

  /** @param build names the engine: facts of another one mean something else. */
  constructor(files: Files, cache: string, build: string) {
    this.#files = files;
    this.#folder = join(cache, 'facts', build);
  }

  get(path: string, text: string): FileFacts | undefined {
    try {
      return JSON.parse(this.#files.read(this.#file(path, text)).toString('utf8')) as FileFacts;
    } catch {
      return undefined;
    }
  }

  set(path: string, text: string, facts: FileFacts): void {
    this.#tidy();
    this.#files.keep(this.#file(path, text), Buffer.from(JSON.stringify(facts)));
  }

  #file(path: string, text: string): string {
    const key = factsKey(path, text);
    return join(this.#folder, key.slice(0, 2), `${key}.json`);
  }

  /** Facts of earlier builds are of no use to anyone. */
  #tidy(): void {
    if (this.#isTidy) return;
    this.#isTidy = true;
    const all = join(this.#folder, '..');
    for (const { name } of this.#files.list(all))
      if (join(all, name) !== this.#folder) this.#files.remove(join(all, name));
  }
}

/** The build that this code is part of, put in by the bundler; empty when it runs from its sources, which may change under a cache. */
export const build = process.env.LOCKWISE_BUILD ?? '';
