import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { prepare, type Preparation } from '../analyse/preparation.js';
import type { MakeProject } from '../analyse/project.js';
import { UsageEnd, type Request } from '../arguments.js';
import { FactsMemory, type FactsPart } from '../shard/facts-memory.js';
import { concludeCheck } from '../main.js';
import type { Ports } from '../ports.js';
import { version } from '../version.js';

/** What one task of a sharded run found out about its files: their facts, which a merge links with those of the other parts. */
interface Part {
  readonly lockwise: string;
  readonly shard: { readonly index: number; readonly count: number };
  /** What the run was about: a merge has to look at the same. */
  readonly paths: readonly string[];
  readonly files: FactsPart;
}

/** Which part of a run a file belongs to: a stable hash of its path, so that it does not move when others come and go. */
function shardOf(path: string, count: number): number {
  return (createHash('sha256').update(path).digest().readUInt32BE(0) % count) + 1;
}

/** `check --shard i/n`: writes the facts of one part; findings come with the merge. */
export async function writePart(
  request: Request,
  ports: Ports,
  { analysis, config, read, problems }: Preparation,
  make: MakeProject,
): Promise<number> {
  const { index, count } = request.shard!;
  const memory = new FactsMemory();
  const project = make({ host: analysis.host, config, facts: memory });
  for (const { path, text } of read.sources.values()) if (shardOf(path, count) === index) project.set(path, text);
  const part: Part = { lockwise: version, shard: { index, count }, paths: request.paths, files: memory.part() };
  const file = request.output ?? `lockwise-part-${index}-of-${count}.json`;
  await ports.files.replace(resolve(ports.cwd, file), Buffer.from(`${JSON.stringify(part)}\n`));
  ports.terminal.err(`lockwise: wrote ${file}; link the parts with lockwise merge\n`);
  return problems.length > 0 ? 2 : 0;
}

/** `merge PARTS`: links the facts of all parts, as if one run had made them. */
export async function merge(request: Request, ports: Ports, make: MakeProject): Promise<number> {
  const parts = request.paths.map((path) => readPart(ports, path));
  const { count } = parts[0]!.shard;
  const indices = new Set(parts.map(({ shard }) => shard.index));
  if (parts.some(({ shard }) => shard.count !== count))
    throw new UsageEnd('the parts are of different runs: their counts differ');
  if (parts.some(({ paths }) => JSON.stringify(paths) !== JSON.stringify(parts[0]!.paths)))
    throw new UsageEnd('the parts are of different runs: their paths differ');
  const missing = Array.from({ length: count }, (_, at) => at + 1).filter((index) => !indices.has(index));
  if (missing.length > 0)
    throw new UsageEnd(`parts are missing: ${missing.map((index) => `${index}/${count}`).join(', ')}`);
  const memory = new FactsMemory(parts.map(({ files }) => files));
  const prepared = await prepare(ports, { ...request, paths: parts[0]!.paths }, (options) =>
    make({ ...options, facts: memory }),
  );
  return concludeCheck(request, ports, prepared);
}

function readPart(ports: Ports, path: string): Part {
  let part: Part;
  try {
    part = JSON.parse(ports.files.read(resolve(ports.cwd, path)).toString('utf8')) as Part;
  } catch (error) {
    throw new UsageEnd(
      `${path} ${error instanceof SyntaxError ? 'is not a part of a sharded run' : (error as Error).message}`,
    );
  }
  if (typeof part.shard?.count !== 'number' || typeof part.files !== 'object')
    throw new UsageEnd(`${path} is not a part of a sharded run`);
  if (part.lockwise !== version)
    throw new UsageEnd(
      `${path} was written by lockwise ${part.lockwise}, and this is ${version}; use one version for all parts`,
    );
  return part;
}
