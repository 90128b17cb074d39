import { join } from 'node:path';
import { baselineFile, createProject, type Finding } from '@lockwise/engine';
import { createNodeHost } from '@lockwise/engine/node';
import { build, FactsCache } from '../analyse/facts-cache.js';
import { readProfiles } from '../analyse/profiles.js';
import { baselineAt } from '../baseline/baseline.js';
import { readConfiguration } from '../configuration.js';
import { addCommand, ownerOf } from '../dependencies/package-manager.js';
import { discover } from '../discover/discovery.js';
import { filesThatLackRuntime, RuntimePresence, runtimePackage, tieredByRuntime } from '../plan/tiers.js';
import type { Ports, Processes } from '../ports.js';
import { disk } from '../system/disk.js';
import { processes } from '../system/processes.js';
import { userCacheFolder } from '../write/journal.js';
import type { Surroundings } from './surroundings.js';

/** The server's surroundings on a real disk: files, configuration, baseline and tiers are those of the command line. */
export function diskSurroundings(): Surroundings {
  return {
    createProject,
    createHost: (root) => createNodeHost({ root }),
    // Not the folder that the command line uses: one that an untrusted workspace brings along could say anything.
    factsOf: (root) =>
      build === '' ? undefined : new FactsCache(disk, join(userCacheFolder(process.env, root), 'editor'), build),
    discover: async (root) => {
      const ignored = () => readConfiguration(disk, root).ignore;
      return (await discover(portsAt(root), [], everything, ignored)).paths;
    },
    loadConfig: (root, { configFile, preset, profile }) => {
      const { config, problems, source } = readConfiguration(disk, root, configFile === '' ? undefined : configFile);
      const measured = readProfiles(disk, root, profile === '' ? [] : [profile]);
      return {
        config: { ...config, ...(source === undefined && { preset }), profiles: measured.profiles },
        problems: [...problems, ...measured.problems],
        sources: [source ?? 'lockwise.config.jsonc', 'lockwise.config.json', baselineFile, profile],
      };
    },
    sieve,
  };
}

const everything = { listFiles: false, changed: false, staged: false };

/** A repository's own configuration may name a program as file-system monitor; nothing of an untrusted folder is executed. */
const careful: Processes = {
  run: (program, args, options) =>
    processes.run(program, program === 'git' ? ['-c', 'core.fsmonitor=false', ...args] : args, options),
};

function portsAt(root: string): Ports {
  return {
    cwd: root,
    env: process.env,
    files: disk,
    processes: careful,
    terminal: silent,
    now: () => performance.now(),
    today: () => Date.now(),
    interrupted: () => false,
  };
}

/** Stdout belongs to the protocol. */
const silent: Ports['terminal'] = {
  out: () => undefined,
  err: () => undefined,
  colours: false,
  columns: 100,
  interactive: false,
  progress: false,
  ask: () => Promise.resolve(undefined),
};

/** Leaves out what the baseline knows, and lowers fixes that import a runtime which is not installed. */
function sieve(root: string): (findings: readonly Finding[]) => readonly Finding[] {
  const { baseline } = baselineAt(disk, root, baselineFile);
  const presence = new RuntimePresence(root);
  let command = `npm install ${runtimePackage}`;
  // Until the package manager is known, npm's command stands for it.
  void ownerOf(root, 'package.json').then(
    (owner) => (command = owner === undefined ? command : addCommand(owner, runtimePackage)),
    () => undefined,
  );
  return (findings) => {
    const fresh = findings.filter((finding) => !baseline.has(finding));
    const lacking = [...filesThatLackRuntime(fresh, presence)];
    return tieredByRuntime(fresh, new Map(lacking.map((path) => [path, command])));
  };
}
