import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Finding, Problem } from '@lockwise/engine';
import type { Discovered } from '../discover/discovery.js';
import type { Files, FileStat, Ports } from '../ports.js';
import type { ReadFigures } from '../read/sources.js';
import { surroundingsOf } from './surroundings.js';

/** What a check found, and all that it depends on. */
interface RunRecord {
  /** The engine, the configuration and the list of files. */
  readonly of: string;
  /** Every file that was looked at, and every one that decides what an import means, by its path: how it stood. */
  readonly files: Readonly<Record<string, string>>;
  readonly looked: number;
  readonly skipped: ReadFigures['skipped'];
  readonly unread: readonly Problem[];
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

/** A check whose findings are known without looking. */
export interface Recalled {
  readonly read: ReadFigures;
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

/** The coarsest clock that times of files are told by, in milliseconds: one that changed so short before a run may have changed during it. */
const TICK = 2000;

/**
 * The last check of a folder, so that the same one again costs a look at the times of its files. It holds while the engine, the configuration, the list of
 * files, and each of them is what it was: by inode, size and time of change, which no tool sets back.
 */
export class RunMemory {
  readonly #files: Files;
  readonly #discovered: Discovered;
  readonly #file: string;
  readonly #of: string;
  readonly #began: number;

  /** @param basis names the engine and the configuration. */
  constructor({ files, today }: Ports, cache: string, basis: string, discovered: Discovered) {
    this.#files = files;
    this.#discovered = discovered;
    this.#file = join(cache, 'check.json');
    this.#began = today();
    const list = [basis, discovered.root, ...discovered.paths, '', ...[...discovered.named].sort()];
    this.#of = createHash('sha256').update(list.join('\0')).digest('hex');
  }

  recall(): Recalled | undefined {
    const record = this.#read();
    if (record?.of !== this.#of) return undefined;
    for (const [path, before] of Object.entries(record.files))
      if (stateOf(this.#stat(path)) !== before) return undefined;
    const { looked, skipped, unread, findings, problems } = record;
    return { read: { looked, skipped, problems: unread }, findings, problems };
  }

  /** @param consulted files besides those discovered that the analysis was led to. */
  keep(
    read: ReadFigures,
    consulted: readonly string[],
    findings: readonly Finding[],
    problems: readonly Problem[],
  ): void {
    const { root, paths } = this.#discovered;
    const files: Record<string, string> = {};
    for (const path of [...paths, ...consulted, ...surroundingsOf(this.#files, root, [...paths, ...consulted])]) {
      const stat = this.#stat(path);
      if (stat && stat.changed > this.#began - TICK) return;
      files[path] = stateOf(stat);
    }
    const { looked, skipped, problems: unread } = read;
    const record: RunRecord = { of: this.#of, files, looked, skipped, unread, findings, problems };
    this.#files.keep(this.#file, Buffer.from(JSON.stringify(record)));
  }

  #stat(path: string): FileStat | undefined {
    return this.#files.stat(join(this.#discovered.root, path));
  }

  #read(): RunRecord | undefined {
    if (!this.#files.stat(this.#file)) return undefined;
    try {
      return JSON.parse(this.#files.read(this.#file).toString('utf8')) as RunRecord;
    } catch {
      return undefined;
    }
  }
}

function stateOf(stat: FileStat | undefined): string {
  return stat ? `${stat.identity} ${stat.size} ${stat.changed}` : 'absent';
}
