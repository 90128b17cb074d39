import { resolve } from 'node:path';
import { UsageEnd } from '../arguments.js';
import { writeOutput } from '../output.js';
import type { Ports } from '../ports.js';
import { version } from '../version.js';
import type { FactsPart } from './facts-memory.js';

/** What a task found out about its files, as one file: of a part of a sharded run, or of a whole package, which is the part 1/1. */
export interface FactsFile {
  readonly lockwise: string;
  readonly shard: { readonly index: number; readonly count: number };
  /** What the run was about: a merge has to look at the same. */
  readonly paths: readonly string[];
  readonly files: FactsPart;
}

/** Writes the same bytes for the same facts, so that a task graph can cache them. */
export async function writeFactsFile(ports: Ports, name: string, facts: Omit<FactsFile, 'lockwise'>): Promise<void> {
  const content: FactsFile = { lockwise: version, ...facts };
  await writeOutput(ports, name, `${JSON.stringify(content)}\n`);
}

/** @throws UsageEnd when there is no such file, or it is another one, or one of another version */
export function readFactsFile(ports: Ports, name: string): FactsFile {
  let facts: FactsFile;
  try {
    facts = JSON.parse(ports.files.read(resolve(ports.cwd, name)).toString('utf8')) as FactsFile;
  } catch (error) {
    throw new UsageEnd(`${name} ${error instanceof SyntaxError ? 'has no facts in it' : (error as Error).message}`);
  }
  if (typeof facts?.shard?.count !== 'number' || typeof facts.files !== 'object')
    throw new UsageEnd(`${name} has no facts in it; lockwise check --facts or --shard writes such a file`);
  if (facts.lockwise !== version)
    throw new UsageEnd(
      `${name} was written by lockwise ${facts.lockwise}, and this is ${version}; use one version for all of them`,
    );
  return facts;
}
