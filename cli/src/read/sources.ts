import { isAscii } from 'node:buffer';
import { join } from 'node:path';
import { importClausesOf, Prefilter, type Config, type ImportClause, type Problem } from '@lockwise/engine';
import { decode } from '@lockwise/engine/node';
import { excludedByContent, largestSource, type Skipped } from '../discover/candidates.js';
import type { Discovered } from '../discover/discovery.js';
import { FileTrouble, type Files, type Ports } from '../ports.js';
import type { Progress } from '../report/progress.js';

/** The text of a file as it was read. */
export interface Source {
  readonly path: string;
  /** Without the byte-order mark. */
  readonly text: string;
  readonly byteOrderMark: boolean;
}

/** What is told of reading. */
export interface ReadFigures {
  /** How many files were looked at, those without any lock word included. */
  readonly looked: number;
  readonly skipped: readonly Skipped[];
  readonly problems: readonly Problem[];
}

export interface ReadSources extends ReadFigures {
  /** Those that may have to do with locks. */
  readonly sources: ReadonlyMap<string, Source>;
}

/** The files that do nothing with a lock by themselves. Large, and asked for once. */
export interface Rest {
  /** What each imports: a lock may stand behind a name that says nothing of it. */
  readonly imports: ReadonlyMap<string, readonly ImportClause[]>;
  /** Those that have a word of a lock all the same. */
  readonly speaking: ReadonlySet<string>;
}

/** Gives the event loop a turn: a signal, a timer. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Reads the files that were found: what is no source text is skipped, what has no word of a lock in it is not kept. */
export async function readSources(
  ports: Ports,
  discovered: Discovered,
  config: Config,
  progress: Progress,
): Promise<ReadSources & { rest: Rest }> {
  const prefilter = new Prefilter(config);
  const sources = new Map<string, Source>();
  const imports = new Map<string, readonly ImportClause[]>();
  const speaking = new Set<string>();
  const skipped: Skipped[] = [];
  const problems: Problem[] = [];
  let looked = 0;
  for (const [index, path] of discovered.paths.entries()) {
    if (index % 128 === 0) {
      progress.at('reading', index, discovered.paths.length);
      await breathe();
      if (ports.interrupted()) break;
    }
    const outcome = readOne(ports.files, discovered, path, prefilter);
    if ('skip' in outcome) skipped.push({ path, reason: outcome.skip, notable: outcome.notable ?? false });
    else if ('problem' in outcome) problems.push({ path, message: outcome.problem });
    else {
      looked++;
      if ('source' in outcome) sources.set(path, outcome.source);
      else if (outcome.imports.length > 0) imports.set(path, outcome.imports);
      if ('imports' in outcome && outcome.speaks) speaking.add(path);
    }
  }
  return { looked, sources, rest: { imports, speaking }, skipped, problems };
}

type Outcome = { skip: string; notable?: boolean } | { problem: string } | { source: Source } | Aside;

/** A file that is not kept. */
interface Aside {
  readonly imports: readonly ImportClause[];
  readonly speaks: boolean;
}

function readOne(files: Files, { root, named }: Discovered, path: string, prefilter: Prefilter): Outcome {
  const file = join(root, path);
  const size = files.stat(file)?.size ?? 0;
  if (size > largestSource && !named.has(path))
    return { skip: 'larger than 1 MiB: name it to have it checked', notable: true };
  try {
    const bytes = files.look(file);
    const content = named.has(path) ? undefined : excludedByContent(bytes);
    if (content !== undefined) return { skip: content };
    // Latin-1 is a copy without decoding; every word is ASCII.
    const latin1 = bytes.toString('latin1');
    const speaks = prefilter.speaks(latin1);
    const concerns = prefilter.mayConcern(latin1, speaks);
    // Bytes that are no text may hide any word: they are told of whatever they have in them.
    if (!concerns && isPlain(bytes)) return { imports: importClausesOf(latin1), speaks };
    const decoded = decode(bytes);
    if ('unreadable' in decoded) return { skip: decoded.unreadable, notable: true };
    return concerns ? { source: { path, ...decoded } } : { imports: importClausesOf(decoded.text), speaks };
  } catch (error) {
    if (error instanceof FileTrouble) return { problem: error.message };
    throw error;
  }
}

/** ASCII without NUL: nothing to decode, nothing to doubt. */
function isPlain(bytes: Buffer): boolean {
  return isAscii(bytes) && !bytes.includes(0);
}

/** The texts of files below a folder, each read when it is asked for. */
export function textOn({ files }: Ports, root: string): (path: string) => string | undefined {
  return (path) => {
    try {
      const decoded = decode(files.read(join(root, path)));
      return 'text' in decoded ? decoded.text : undefined;
    } catch (error) {
      if (error instanceof FileTrouble) return undefined;
      throw error;
    }
  };
}
