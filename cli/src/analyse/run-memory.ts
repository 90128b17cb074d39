import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Finding, Problem } from '@lockwise/engine';
import type { Discovered } from '../discover/discovery.js';
import type { Files, Ports } from '../ports.js';
import type { ReadFigures } from '../read/sources.js';
import { decidingIn, surroundingsOf } from './surroundings.js';

/** What a check found, and all that it depends on. */
interface RunRecord {
  /** The engine, the configuration and the list of files. */
  readonly of: string;
  /** How each file of the list stood. */
  readonly listed: readonly string[];
  /** How other files stood, by their paths: those that calls led to, and those that decide what an import means. */
  readonly beyond: Readonly<Record<string, string>>;
  /** How the folders stood in which such a file might come; 'young' where it cannot be told. */
  readonly folders: Readonly<Record<string, string>>;
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
const YOUNG = 'young';
const ABSENT = 'absent';

/**
 * The last check of a folder, so that the same one again costs a look at the times of its files. It holds while the engine, the configuration, the list of
 * files, and each of them is what it was: by inode, size and time of change, which no tool sets back.
 */
export class RunMemory {
  readonly #files: Files;
  readonly #discovered: Discovered;
  /** The files of the run, and those that may use them. */
  readonly #listed: readonly string[];
  readonly #file: string;
  readonly #of: string;
  readonly #began: number;

  /** @param basis names the engine and the configuration. */
  constructor({ files, today }: Ports, cache: string, basis: string, discovered: Discovered) {
    this.#files = files;
    this.#discovered = discovered;
    this.#file = join(cache, 'check.json');
    this.#began = today();
    const { root, paths, others, named } = discovered;
    this.#listed = [...paths, ...others];
    const list = [basis, root, ...paths, '', ...others, '', ...[...named].sort()];
    this.#of = createHash('sha256').update(list.join('\0')).digest('hex');
  }

  recall(): Recalled | undefined {
    const record = this.#read();
    if (record?.of !== this.#of || !this.#stands(record)) return undefined;
    const { looked, skipped, unread, findings, problems } = record;
    return { read: { looked, skipped, problems: unread }, findings, problems };
  }

  #stands({ listed, beyond, folders }: RunRecord): boolean {
    const isSame = (path: string, before: string): boolean => before !== YOUNG && this.#state(path) === before;
    const isNew = (path: string): boolean => !(path in beyond || path in folders) && this.#state(path) !== ABSENT;
    return (
      this.#listed.every((path, index) => isSame(path, listed[index]!)) &&
      Object.entries(beyond).every(([path, before]) => isSame(path, before)) &&
      // Nothing came to a folder that is what it was: that saves the question for each name.
      Object.entries(folders).every(([path, before]) => isSame(path, before) || !decidingIn(path).some(isNew))
    );
  }

  /** @param consulted files besides those discovered that the analysis was led to. */
  keep(
    read: ReadFigures,
    consulted: readonly string[],
    findings: readonly Finding[],
    problems: readonly Problem[],
  ): void {
    const { root, paths } = this.#discovered;
    const surroundings = surroundingsOf(this.#files, root, [...paths, ...consulted]);
    const others = [...consulted, ...surroundings.files];
    const listed = this.#listed.map((path) => this.#state(path));
    const beyond = Object.fromEntries(others.map((path) => [path, this.#state(path)]));
    if ([...listed, ...Object.values(beyond)].includes(YOUNG)) return;
    const folders = Object.fromEntries(surroundings.folders.map((path) => [path, this.#state(path)]));
    const { looked, skipped, problems: unread } = read;
    const record: RunRecord = { of: this.#of, listed, beyond, folders, looked, skipped, unread, findings, problems };
    this.#files.keep(this.#file, Buffer.from(JSON.stringify(record)));
  }

  /** What a path is known by, as long as nothing of it changes. */
  #state(path: string): string {
    // The root is real, and so the system knows the way; to join paths costs as much as to ask it.
    const stat = this.#files.stat(`${this.#discovered.root}/${path}`);
    if (!stat) return ABSENT;
    return stat.changed > this.#began - TICK ? YOUNG : `${stat.identity} ${stat.size} ${stat.changed}`;
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
