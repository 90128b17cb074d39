import { resolve } from 'node:path';
import {
  Baseline,
  baselineFile,
  createProject,
  type Config,
  type Finding,
  type NamedProfile,
  type Problem,
  type TypeOracle,
} from '@lockwise/engine';
import { workspaceRoot } from '@lockwise/engine/node';
import { UsageEnd, type Request } from '../arguments.js';
import { baselineAt } from '../baseline/baseline.js';
import { isKnownRule, narrowed, readConfiguration, unknownRule, type Configuration } from '../configuration.js';
import { addCommand, ownerOf } from '../dependencies/package-manager.js';
import { discover, type Discovered } from '../discover/discovery.js';
import { filesThatLackRuntime, RuntimePresence, runtimePackage, tieredByRuntime } from '../plan/tiers.js';
import type { Ports } from '../ports.js';
import { readSources, type ReadSources } from '../read/sources.js';
import { tsconfigProblems } from '../read/tsconfigs.js';
import { progressOn, type Progress } from '../report/progress.js';
import { readFactsFile } from '../shard/facts-file.js';
import { FactsMemory } from '../shard/facts-memory.js';
import { TypesUnavailable } from '../verify/type-checker.js';
import { cacheFolder } from '../write/journal.js';
import { Analysis } from './analysis.js';
import { build, FactsCache } from './facts-cache.js';
import { readProfiles } from './profiles.js';
import { RunMemory } from './run-memory.js';
import { openTypes } from './types.js';
import type { MakeProject } from './project.js';

/** What a run is about: which files, by which rules. */
export interface Survey {
  readonly discovered: Discovered;
  readonly configuration: Configuration;
  readonly config: Config;
  readonly problems: readonly Problem[];
  readonly progress: Progress;
  /** Where the cache is; undefined where there is to be none. */
  readonly cache: string | undefined;
  /** Whether a type checker is asked as well. */
  readonly types: boolean;
}

/** All that a run knows before it looks for findings. */
export interface Preparation extends Survey {
  readonly read: ReadSources;
  readonly analysis: Analysis;
  /** What is known of the files, where it is to be written down or was given. */
  readonly facts?: FactsMemory;
}

/** Discovers, without looking into any file: the first half of `prepare`. */
export async function survey(ports: Ports, request: Request): Promise<Survey> {
  for (const name of [...request.rule, ...request.skip, ...(request.fix.unsafe === 'all' ? [] : request.fix.unsafe)])
    if (!isKnownRule(name)) throw new UsageEnd(`the command line ${unknownRule(name)}`);
  const progress = progressOn(ports);
  let configuration: Configuration | undefined;
  const configured = (root: string): Configuration =>
    (configuration ??= readConfiguration(ports.files, root, request.config));
  const discovered = await discover(ports, request.paths, request, (root) => configured(root).ignore);
  const { config, problems, source } = configured(discovered.root);
  return {
    discovered,
    configuration: configuration!,
    config: { ...narrowed(config, request, source !== undefined), profiles: profilesOf(ports, request.profiles) },
    problems,
    progress,
    types: request.types,
    cache: request.cache && build !== '' ? cacheFolder(ports, discovered.root) : undefined,
  };
}

/** Discovers and reads: the first half of every command that looks at files. */
export async function prepare(
  ports: Ports,
  request: Request,
  make: MakeProject = createProject,
  surveyed?: Survey,
): Promise<Preparation> {
  const about = surveyed ?? (await survey(ports, request));
  const { discovered, config, cache } = about;
  const { rest, ...read } = await readAll(ports, about);
  const linked = request.link.map((name) => readFactsFile(ports, name).files);
  const kept = cache === undefined ? undefined : new FactsCache(ports.files, cache, build);
  const facts = linked.length > 0 || request.facts !== undefined ? new FactsMemory(linked, kept) : kept;
  const types = about.types ? await typesOf(ports, discovered) : undefined;
  const informed: MakeProject = (options) =>
    make({ ...(facts && { facts }), ...options, ...(types && { host: { ...options.host, types } }) });
  const part = partOf(ports, request, discovered.root);
  const analysis = new Analysis(ports, discovered, config, { ...read, rest }, part, informed, () => kept?.save());
  return {
    ...about,
    read,
    analysis,
    ...(facts instanceof FactsMemory && { facts }),
    problems: [...about.problems, ...read.problems],
  };
}

/** The sources, and what is wrong with them and with what they are seen through. */
async function readAll(ports: Ports, { discovered, config, progress }: Survey): ReturnType<typeof readSources> {
  const broken = tsconfigProblems(ports.files, discovered.root, discovered.paths);
  const read = await readSources(ports, discovered, config, progress);
  return { ...read, problems: [...broken, ...read.problems] };
}

/** What a run sees, where that is not all that is below its root, or where packages beside it belong to the same monorepo. */
function partOf({ cwd, files }: Ports, request: Request, root: string): string | undefined {
  const { paths, changed, staged, since, workspace } = request;
  const isAll = !changed && !staged && since === undefined && workspace === undefined;
  if (!isAll || !paths.every((path) => files.realpath(resolve(cwd, path)) === root))
    return 'the run is about a part of the folder';
  const above = workspaceRoot(root);
  return above === undefined || above === root ? undefined : 'the run is about one package of several';
}

/** The type oracle, or a line that says why there is none: the findings are then those that need no types. */
async function typesOf(ports: Ports, { root, paths }: Discovered): Promise<TypeOracle | undefined> {
  try {
    return await openTypes(root, paths);
  } catch (error) {
    if (!(error instanceof TypesUnavailable)) throw error;
    ports.terminal.err(`lockwise: checked without types: ${error.message}\n`);
    return undefined;
  }
}

/** What the last check of the same found, for a run that only checks. */
export function memoryOf(ports: Ports, { cache, config, discovered, types }: Survey): RunMemory | undefined {
  // Whether a profile is stale is seen in the code, and nothing of it is in the memory.
  // Nor is what a type of another package is.
  if (cache === undefined || types || config.profiles?.length) return undefined;
  return new RunMemory(ports, cache, JSON.stringify([build, config]), discovered);
}

/** @throws UsageEnd with one line that says what is wrong with a profile. */
function profilesOf(ports: Ports, paths: readonly string[]): readonly NamedProfile[] {
  const { profiles, problems } = readProfiles(ports.files, ports.cwd, paths);
  const [problem] = problems;
  if (problem) throw new UsageEnd(`${problem.path}: ${problem.message}`);
  return profiles;
}

/** Findings as they are told: each fix in the tier that it has here, known findings apart. */
export class Sieve {
  readonly #root: string;
  readonly #baseline: Baseline;
  readonly #installs: boolean;
  readonly #presence: RuntimePresence;
  readonly #commands = new Map<string, string>();
  known = 0;

  constructor(root: string, baseline: Baseline, installs: boolean) {
    this.#root = root;
    this.#baseline = baseline;
    this.#installs = installs;
    this.#presence = new RuntimePresence(root);
  }

  readonly pass = async (findings: readonly Finding[]): Promise<Finding[]> => {
    const fresh = findings.filter((finding) => !this.#baseline.has(finding));
    this.known = findings.length - fresh.length;
    if (this.#installs) return fresh;
    for (const path of filesThatLackRuntime(fresh, this.#presence)) await this.#learn(path);
    return tieredByRuntime(fresh, this.#commands);
  };

  /** The commands that install the runtime where it is missing, each once. */
  get commands(): readonly string[] {
    return [...new Set(this.#commands.values())];
  }

  async #learn(path: string): Promise<void> {
    if (this.#commands.has(path)) return;
    const owner = await ownerOf(this.#root, path);
    this.#commands.set(path, owner ? addCommand(owner, runtimePackage) : `npm install ${runtimePackage}`);
  }
}

/** @throws UsageEnd when a baseline was named that is not there. */
export function baselineOf(ports: Ports, request: Request, root: string): Baseline {
  if (request.baseline === false) return Baseline.empty();
  const { baseline, exists } = baselineAt(ports.files, root, request.baseline);
  if (!exists && request.baseline !== baselineFile)
    throw new UsageEnd(
      `${request.baseline} does not exist; lockwise baseline update --baseline ${request.baseline} writes it`,
    );
  return baseline;
}
