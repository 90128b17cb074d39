import { join } from 'node:path';
import detectIndent from 'detect-indent';
import { applyEdits as applyJson, modify } from 'jsonc-parser';
import { parse as parseYaml } from 'yaml';
import { workspacePackages } from '@lockwise/engine/node';
import type { Applied } from '../plan/fixpoint.js';
import { RuntimePresence, runtimePackage } from '../plan/tiers.js';
import { FileTrouble, type Files, type Ports } from '../ports.js';
import { version } from '../version.js';
import { ownerOf, type Owner } from './package-manager.js';

export interface Installed {
  readonly notes: readonly string[];
  /** Why nothing was installed, everything being as it was. */
  readonly failure?: string;
  /** Brings the manifests and lock files back. */
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
    if (!module.startsWith(runtimePackage) || presence.resolvesFrom(path)) continue;
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
  return { notes, takeBack: () => kept.restore() };
}

/** Writes the dependency into the manifest, and changes nothing else in it. */
async function addDependency(files: Files, { folder, top, agent }: Owner, spec: string): Promise<void> {
  const file = join(folder, 'package.json');
  const text = files.read(file).toString('utf8');
  const indent = detectIndent(text);
  const formattingOptions = {
    tabSize: indent.amount || 2,
    insertSpaces: indent.type !== 'tab',
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
  const value = spec === 'default' ? specifierFor(files, top, agent) : spec;
  const manifest = JSON.parse(text.replace(/^\uFEFF/, '')) as { dependencies?: Record<string, string> };
  const names = Object.keys(manifest.dependencies ?? {});
  const isSorted = names.every((name, index) => index === 0 || names[index - 1]! <= name);
  const edits = modify(text, ['dependencies', runtimePackage], value, {
    formattingOptions,
    getInsertionIndex: (existing) =>
      isSorted ? existing.filter((name) => name < runtimePackage).length : existing.length,
  });
  await files.replace(file, Buffer.from(applyJson(text, edits)));
}

/** The workspace's own runtime or catalogue entry where there is one, else this release's. */
function specifierFor(files: Files, top: string, agent: Owner['agent']): string {
  const own = workspacePackages(top).some(({ name }) => name === runtimePackage);
  if (own) return agent === 'npm' ? '*' : 'workspace:^';
  if (agent === 'pnpm' && files.stat(join(top, 'pnpm-workspace.yaml'))) {
    const { catalog } = (parseYaml(files.read(join(top, 'pnpm-workspace.yaml')).toString('utf8')) ?? {}) as {
      catalog?: Record<string, string>;
    };
    if (catalog?.[runtimePackage] !== undefined) return 'catalog:';
  }
  return `^${version}`;
}

async function runManagers(ports: Ports, owners: readonly Owner[]): Promise<string | undefined> {
  const places = new Map(owners.map(({ top, agent }) => [top, agent]));
  for (const [top, agent] of places) {
    const args = ['install'];
    ports.terminal.err(`lockwise: running ${agent} install in ${top}\n`);
    const { code, stderr, stdout } = await ports.processes.run(agent, args, { cwd: top });
    if (code === 0) continue;
    const last = (stderr.trim() || stdout.trim()).split('\n').slice(0, 3).join(' ');
    const why = code === 127 ? `${agent} is not installed` : last;
    return `\`${agent} install\` failed in ${top}: ${why}; package.json and the lock file are as they were`;
  }
  return undefined;
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
