import { Baseline, baselineFile, createProject, type Config, type Finding, type Problem } from '@lockwise/engine';
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
import { cacheFolder } from '../write/journal.js';
import { Analysis } from './analysis.js';
import { build, FactsCache } from './facts-cache.js';
import type { MakeProject } from './project.js';

/** All that a run knows before it looks for findings. */
export interface Preparation {
  readonly discovered: Discovered;
  readonly configuration: Configuration;
  readonly config: Config;
  readonly read: ReadSources;
  readonly analysis: Analysis;
  readonly problems: readonly Problem[];
  readonly progress: Progress;
}

/** Discovers and reads: the first half of every command that looks at files. */
export async function prepare(ports: Ports, request: Request, make: MakeProject = createProject): Promise<Preparation> {
  for (const name of [...request.rule, ...request.skip, ...(request.fix.unsafe === 'all' ? [] : request.fix.unsafe)])
    if (!isKnownRule(name)) throw new UsageEnd(`the command line ${unknownRule(name)}`);
  const progress = progressOn(ports);
  let configuration: Configuration | undefined;
  const configured = (root: string): Configuration =>
    (configuration ??= readConfiguration(ports.files, root, request.config));
  const discovered = await discover(ports, request.paths, request, (root) => configured(root).ignore);
  const { config, problems, source } = configured(discovered.root);
  const effective = narrowed(config, request, source !== undefined);
  const read = await readSources(ports, discovered, effective, progress);
  const usesCache = request.cache && build !== '';
  const cache = usesCache ? new FactsCache(ports.files, cacheFolder(ports, discovered.root), build) : undefined;
  const cached: MakeProject = (options) => make({ ...(cache && { facts: cache }), ...options });
  const analysis = new Analysis(ports, discovered.root, effective, read.sources, cached);
  return {
    discovered,
    configuration: configuration!,
    config: effective,
    read,
    analysis,
    problems: [...problems, ...tsconfigProblems(ports.files, discovered.root, discovered.paths), ...read.problems],
    progress,
  };
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
