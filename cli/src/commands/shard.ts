import { createHash } from 'node:crypto';
import { prepare, type Preparation } from '../analyse/preparation.js';
import type { MakeProject } from '../analyse/project.js';
import { UsageEnd, type Request } from '../arguments.js';
import { readFactsFile, writeFactsFile } from '../shard/facts-file.js';
import { FactsMemory } from '../shard/facts-memory.js';
import { concludeCheck } from '../main.js';
import type { Ports } from '../ports.js';

/** Which part of a run a file belongs to: a stable hash of its path, so that it does not move when others come and go. */
export function shardOf(path: string, count: number): number {
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
  const file = request.output ?? `lockwise-part-${index}-of-${count}.json`;
  await writeFactsFile(ports, file, { shard: { index, count }, paths: request.paths, files: memory.part() });
  ports.terminal.err(`lockwise: wrote ${file}; link the parts with lockwise merge\n`);
  return problems.length > 0 ? 2 : 0;
}

/** `check --facts FILE`: what is known of the files that were checked, for the packages that depend on them. */
export async function writePackageFacts(request: Request, ports: Ports, { facts, read }: Preparation): Promise<void> {
  if (request.facts === undefined || facts === undefined) return;
  const files = facts.part(read.sources.values());
  await writeFactsFile(ports, request.facts, { shard: { index: 1, count: 1 }, paths: request.paths, files });
}

/** `merge PARTS`: links the facts of all parts, as if one run had made them. */
export async function merge(request: Request, ports: Ports, make: MakeProject): Promise<number> {
  const parts = request.paths.map((path) => readFactsFile(ports, path));
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
