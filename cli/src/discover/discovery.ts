import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { workspacePackages, workspaceRoot } from '@lockwise/engine/node';
import ignore from 'ignore';
import { UsageEnd, type Selection } from '../arguments.js';
import type { Files, FileStat, Ports } from '../ports.js';
import { excludedByName, isCode, mayUseCode, type Skipped } from './candidates.js';
import { Git, GitTrouble } from './git.js';
import { walk } from './walk.js';

export interface Discovered {
  /** The folder that all paths are relative to: where the user stands, or the folder that was named when it lies elsewhere. Absolute and real. */
  readonly root: string;
  /** Sorted, relative to the root, with `/`. */
  readonly paths: readonly string[];
  /** Those that the user named, whatever they look like. */
  readonly named: ReadonlySet<string>;
  readonly skipped: readonly Skipped[];
  /** Files that are there besides, and may use those: left out by their names or the configuration, or of another language. Sorted like `paths`. */
  readonly others: readonly string[];
}

/** @throws UsageEnd when a path is not there, or git does not know what it is asked for. */
export async function discover(
  ports: Ports,
  given: readonly string[],
  selection: Selection,
  ignored: (root: string) => readonly string[],
): Promise<Discovered> {
  const { files } = ports;
  const here = files.realpath(ports.cwd) ?? ports.cwd;
  const member = selection.workspace === undefined ? undefined : packageFolder(files, here, selection.workspace);
  const starts = (given.length > 0 ? given : [member ?? '.']).map((path) => startAt(ports, path));
  const root = rootOf(here, starts);
  const inventory = new Inventory(files, root);
  for (const { path, kind } of starts) {
    if (kind === 'file') inventory.name(path);
    else await addFolder(ports, inventory, path);
  }
  inventory.hide(ignored(root));
  return inventory.result(await selected(ports, root, selection, member));
}

interface Start {
  readonly path: string;
  readonly kind: 'file' | 'folder';
}

function startAt({ files, cwd }: Ports, given: string): Start {
  const path = resolve(cwd, given);
  const real = files.realpath(path);
  if (real === undefined) {
    const why =
      files.lstat(path)?.kind === 'link' ? 'is a symbolic link that leads nowhere' : 'does not exist; check the path';
    throw new UsageEnd(`${given} ${why}`);
  }
  const kind = files.stat(real)?.kind;
  if (kind !== 'file' && kind !== 'folder') throw new UsageEnd(`${given} is neither a file nor a folder`);
  if (kind === 'file' && !isCode(given)) throw new UsageEnd(`${given} is not a JavaScript or TypeScript file`);
  return { path: real, kind };
}

/** Where the user stands, unless what was named lies elsewhere. */
function rootOf(cwd: string, starts: readonly Start[]): string {
  if (starts.every(({ path }) => path === cwd || path.startsWith(withSeparator(cwd)))) return cwd;
  const folders = starts.map(({ path, kind }) => (kind === 'folder' ? path : dirname(path)));
  let common = folders[0]!;
  while (!folders.every((folder) => folder === common || folder.startsWith(withSeparator(common))))
    common = dirname(common);
  return common;
}

function withSeparator(folder: string): string {
  return folder.endsWith(sep) ? folder : folder + sep;
}

/** Gathers candidates, each once, however many paths lead to it. */
class Inventory {
  readonly #files: Files;
  readonly root: string;
  readonly #found = new Map<string, string>();
  readonly #named = new Set<string>();
  readonly #skipped = new Map<string, Skipped>();
  readonly #others = new Set<string>();

  constructor(files: Files, root: string) {
    this.#files = files;
    this.root = root;
  }

  name(file: string): void {
    const path = this.#relative(file);
    this.#found.set(path, path);
    this.#named.add(path);
  }

  /**
   * @param start the folder that the user named: what lies above it is as it is.
   * @param known what kind of file it is, where that was seen.
   */
  add(file: string, start: string, known?: FileStat['kind']): void {
    const path = this.#relative(file);
    if (this.#found.has(path)) return;
    const excluded = isCode(path) ? excludedByName(relative(start, file).split(sep).join('/')) : '';
    if (excluded !== undefined && mayUseCode(path)) this.#others.add(path);
    if (excluded === '') return;
    if (excluded !== undefined) return this.skip(path, excluded);
    const kind = known ?? this.#files.lstat(file)?.kind;
    if (kind === undefined) return;
    if (kind === 'link') return this.#addLink(file, path);
    if (kind !== 'file') return this.skip(path, 'is not a file', true);
    this.#found.set(path, path);
  }

  #addLink(file: string, path: string): void {
    const real = this.#files.realpath(file);
    if (real === undefined) return this.skip(path, 'a symbolic link that leads nowhere, or back to itself', true);
    if (this.#files.stat(real)?.kind !== 'file')
      return this.skip(path, 'a symbolic link to a folder: name the folder to have it checked');
    const target = this.#relative(real);
    if (target.startsWith('../') || isAbsolute(target))
      return this.skip(path, 'a symbolic link to a file outside of the folder', true);
    if (excludedByName(target) !== undefined || !isCode(target)) return this.skip(path, `a symbolic link to ${target}`);
    this.skip(path, `a symbolic link to ${target}, which is checked under its own name`);
    this.#found.set(target, target);
  }

  skip(path: string, reason: string, notable = false): void {
    if (!this.#named.has(path)) this.#skipped.set(path, { path, reason, notable });
  }

  hide(patterns: readonly string[]): void {
    const hidden = ignore().add([...patterns]);
    for (const path of this.#found.keys()) {
      if (this.#named.has(path) || path.startsWith('../') || !hidden.ignores(path)) continue;
      this.#found.delete(path);
      this.#others.add(path);
      this.skip(path, 'ignored by the configuration');
    }
  }

  result(isSelected: (path: string) => boolean): Discovered {
    const paths = [...this.#found.keys()].filter(isSelected).sort();
    const skipped = [...this.#skipped.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    return { root: this.root, paths, named: this.#named, skipped, others: [...this.#others].sort() };
  }

  #relative(file: string): string {
    return relative(this.root, file).split(sep).join('/');
  }
}

async function addFolder(ports: Ports, inventory: Inventory, folder: string, start = folder): Promise<void> {
  const git = new Git(ports.processes, folder);
  if ((await git.top()) === undefined) {
    const walked = walk(ports.files, folder);
    for (const { path, kind } of walked.files) inventory.add(join(folder, path), start, kind);
    for (const { path, reason } of walked.skipped)
      inventory.skip(relative(inventory.root, join(folder, path)).split(sep).join('/'), reason);
    return;
  }
  const { files, nested } = await git.files();
  for (const path of files) inventory.add(join(folder, path), start);
  for (const path of nested)
    if (ports.files.stat(join(folder, path, '.git')) && excludedByName(`${path}/x.ts`) === undefined)
      await addFolder(ports, inventory, join(folder, path), start);
  for (const path of await git.ignored())
    inventory.skip(
      relative(inventory.root, join(folder, path)).split(sep).join('/') + (path.endsWith('/') ? '/' : ''),
      'ignored by git',
    );
}

/** Whether a path is among those that the selection narrows the run to. */
async function selected(
  { processes }: Ports,
  root: string,
  selection: Selection,
  member: string | undefined,
): Promise<(path: string) => boolean> {
  const tests: ((path: string) => boolean)[] = [];
  const among = (paths: readonly string[]): void => {
    const set = new Set(paths);
    tests.push((path) => set.has(path));
  };
  const git = new Git(processes, root);
  const asked = selection.changed || selection.staged || selection.since !== undefined;
  if (asked && (await git.top()) === undefined)
    throw new UsageEnd('--changed, --since and --staged need a git repository, and this is none');
  try {
    if (selection.changed) among(await git.changed());
    if (selection.staged) among(await git.staged());
    if (selection.since !== undefined) among(await git.since(selection.since));
  } catch (error) {
    if (error instanceof GitTrouble) throw new UsageEnd(`git: ${error.message}`);
    throw error;
  }
  if (member !== undefined) tests.push((path) => join(root, path).startsWith(member + sep));
  return (path) => tests.every((test) => test(path));
}

/** @throws UsageEnd when the workspace has no such package */
function packageFolder(files: Files, from: string, name: string): string {
  const top = workspaceRoot(from);
  const packages = top === undefined ? [] : workspacePackages(top);
  const found = packages.find((item) => item.name === name);
  if (found) return files.realpath(found.folder) ?? found.folder;
  const known = packages.map((item) => item.name).join(', ');
  throw new UsageEnd(
    `there is no workspace package ${name}; ${known ? `known are ${known}` : 'no workspaces are declared here'}`,
  );
}
