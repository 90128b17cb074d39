import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { parse as parseYaml } from 'yaml';
import { workspacePackages } from '@lockwise/engine/node';
import type { Applied } from '../plan/fixpoint.js';
import { RuntimePresence, runtimePackage } from '../plan/tiers.js';
import { FileTrouble, type Files, type Ports } from '../ports.js';
import { version } from '../version.js';
import { withDependency } from './manifest.js';
import { ownerOf, type Owner } from './package-manager.js';

export interface Installed {
  readonly notes: readonly string[];
  /** Why nothing was installed, everything being as it was. */
  readonly failure?: string;
  /** Brings manifests, lock files and modules back. */
  takeBack(): Promise<void>;
}

const LOCK_FILES = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];
const nothing: Installed = { notes: [], takeBack: async () => undefined };

/** Adds the runtime to each package whose files the fixes make import it, and has the package manager install it: all of it, or nothing. */
export async function installRuntime(
  ports: Ports,
  root: string,
  applied: readonly Applied[],
  spec: string | undefined,
): Promise<Installed> {
  if (spec === undefined) return nothing;
  const presence = new RuntimePresence(root);
  const owners = new Map<string, Owner>();
  for (const { path, module } of applied.flatMap(({ fix }) => fix.imports)) {
    if (!module.startsWith(runtimePackage) || presence.isThereFor(path)) continue;
    const owner = await ownerOf(root, path);
    if (!owner)
      return { ...nothing, failure: `${path} belongs to no package.json that ${runtimePackage} could be added to` };
    owners.set(owner.folder, owner);
  }
  if (owners.size === 0) return nothing;
  const kept = new Keepsake(ports.files, [...owners.values()]);
  try {
    for (const owner of owners.values()) await addDependency(ports.files, owner, spec);
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    await kept.restore();
    return { ...nothing, failure: `package.json ${error.message}` };
  }
  const failure = await runManagers(ports, [...owners.values()]);
  if (failure !== undefined) {
    await kept.restore();
    return { ...nothing, failure };
  }
  const notes = [...owners.values()].map(
    ({ folder, workspace }) => `Added ${runtimePackage} to ${workspace ?? folder}`,
  );
  const takeBack = async (): Promise<void> => {
    await kept.restore();
    // What was installed goes as well; where that fails, the manifests are as they were all the same.
    await runManagers(ports, [...owners.values()]);
  };
  return { notes, takeBack };
}

/** Writes the dependency into the manifest. */
async function addDependency(files: Files, { folder, top, agent }: Owner, spec: string): Promise<void> {
  const file = join(folder, 'package.json');
  const specifier = spec === 'default' ? specifierFor(files, top, agent) : spec;
  await files.replace(file, Buffer.from(withDependency(files.read(file).toString('utf8'), runtimePackage, specifier)));
}

/** The workspace's own runtime or catalogue entry where there is one, else this release's. */
function specifierFor(files: Files, top: string, agent: Owner['agent']): string {
  const own = workspacePackages(top).some(({ name }) => name === runtimePackage);
  if (own) return agent === 'npm' ? '*' : 'workspace:^';
  return catalogueSpecifier(files, top, agent) ?? `^${version}`;
}

/** Where a package manager keeps the versions that its workspaces share. */
const CATALOGUES: Partial<Record<Owner['agent'], string>> = { pnpm: 'pnpm-workspace.yaml', yarn: '.yarnrc.yml' };

function catalogueSpecifier(files: Files, top: string, agent: Owner['agent']): string | undefined {
  const name = CATALOGUES[agent];
  if (name === undefined || files.stat(join(top, name))?.kind !== 'file') return undefined;
  const { catalog, catalogs } = (parseYaml(files.read(join(top, name)).toString('utf8')) ?? {}) as {
    catalog?: Record<string, string>;
    catalogs?: Record<string, Record<string, string>>;
  };
  if (catalog?.[runtimePackage] !== undefined) return 'catalog:';
  const named = Object.entries(catalogs ?? {}).find(([, entries]) => entries[runtimePackage] !== undefined);
  return named && `catalog:${named[0]}`;
}

/** In CI, where `pnpm` and `yarn` take the lock file for final, it still is what is asked for that it changes. */
const INSTALL: Partial<Record<Owner['agent'], { args?: string[]; env?: Record<string, string> }>> = {
  pnpm: { args: ['--no-frozen-lockfile'] },
  yarn: { env: { YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' } },
};

async function runManagers(ports: Ports, owners: readonly Owner[]): Promise<string | undefined> {
  const places = new Map(owners.map(({ top, agent }) => [top, agent]));
  for (const [top, agent] of places) {
    const { args = [], env = {} } = INSTALL[agent] ?? {};
    ports.terminal.err(`lockwise: running ${agent} install in ${top}\n`);
    const { code, stderr, stdout } = await ports.processes.run(agent, ['install', ...args], { cwd: top, env });
    if (code === 0) continue;
    const why = code === 127 ? `${agent} is not installed` : complaint(`${stderr}\n${stdout}`);
    return `\`${agent} install\` failed in ${top}: ${why}; package.json and the lock file are as they were`;
  }
  return undefined;
}

/** What a package manager complains of: the lines that say so, else the first ones. */
function complaint(output: string): string {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const telling = lines.filter((line) => /\berr(or)?\b|\bERR_|YN\d{4}: .*(not|can't|cannot|fail)/i.test(line));
  return (telling.length > 0 ? telling : lines).slice(0, 2).join(' ').slice(0, 300) || 'it told no reason';
}

/** The manifests and lock files as they were. */
class Keepsake {
  readonly #files: Files;
  readonly #bytes = new Map<string, Buffer | undefined>();

  constructor(files: Files, owners: readonly Owner[]) {
    this.#files = files;
    for (const { folder, top } of owners)
      for (const file of [join(folder, 'package.json'), ...LOCK_FILES.map((name) => join(top, name))])
        this.#bytes.set(file, files.stat(file)?.kind === 'file' ? files.read(file) : undefined);
  }

  async restore(): Promise<void> {
    for (const [file, bytes] of this.#bytes) {
      if (bytes === undefined) this.#files.remove(file);
      else if (!this.#files.read(file).equals(bytes)) await this.#files.replace(file, bytes);
    }
  }
}
