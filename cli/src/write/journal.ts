import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Ports } from '../ports.js';

/** What a `fix --write` sets out to do, written down before its first change, so that it can be taken back or gone on with. */
export interface Journal {
  readonly version: 1;
  readonly root: string;
  readonly entries: readonly JournalEntry[];
}

export interface JournalEntry {
  /** Relative to the root. */
  readonly path: string;
  /** The bytes before and after, by their hash, which names a file beside the journal. */
  readonly before: string;
  readonly after: string;
}

export function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Keeps the journal of the last write below a root, with the bytes it speaks of. */
export class JournalStore {
  readonly #ports: Ports;
  readonly #folder: string;

  constructor(ports: Ports, root: string) {
    this.#ports = ports;
    this.#folder = join(cacheFolder(ports, root), 'journal');
  }

  /** Begins anew: what was written down before is gone. */
  async begin(root: string, files: readonly { path: string; before: Buffer; after: Buffer }[]): Promise<Journal> {
    this.clear();
    this.#ports.files.makeFolder(this.#folder);
    const entries: JournalEntry[] = [];
    for (const { path, before, after } of files) {
      const entry = { path, before: hashOf(before), after: hashOf(after) };
      await this.#ports.files.replace(join(this.#folder, entry.before), before);
      await this.#ports.files.replace(join(this.#folder, entry.after), after);
      entries.push(entry);
    }
    const journal: Journal = { version: 1, root, entries };
    // Last: a journal that is there is complete.
    await this.#ports.files.replace(this.#file, Buffer.from(JSON.stringify(journal)));
    return journal;
  }

  read(): Journal | undefined {
    try {
      const journal = JSON.parse(this.#ports.files.read(this.#file).toString('utf8')) as Journal;
      return journal.version === 1 ? journal : undefined;
    } catch {
      return undefined;
    }
  }

  bytes(hash: string): Buffer {
    return this.#ports.files.read(join(this.#folder, hash));
  }

  clear(): void {
    this.#ports.files.remove(this.#folder);
  }

  get #file(): string {
    return join(this.#folder, 'journal.json');
  }
}

/** `node_modules/.cache/lockwise` where the project has modules, else a folder of the project's own in the user's cache. */
export function cacheFolder({ files, env }: Ports, root: string): string {
  const modules = join(root, 'node_modules');
  if (files.stat(modules)?.kind === 'folder' && files.writable(modules)) return join(modules, '.cache', 'lockwise');
  return userCacheFolder(env, root);
}

/** The user's own folder for what is known of a root, where nothing in the root has a say. */
export function userCacheFolder(env: Ports['env'], root: string): string {
  const base = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return join(base, 'lockwise', createHash('sha256').update(root).digest('hex').slice(0, 16));
}
