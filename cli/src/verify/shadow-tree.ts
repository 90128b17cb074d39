import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { runtimePackage } from '../plan/tiers.js';
import { runtimeTypesFolder } from './runtime-types.js';

/**
 * A tree that looks like another and has other texts in some files, for programs that read the disk alone. All of it is links, but for the
 * folders that lead to those files. `@lockwise/runtime` can be found above it, where nothing nearer has it.
 */
export class ShadowTree {
  /** The highest folder that is shadowed. */
  readonly #top: string;
  readonly #base: string;
  readonly #folders = new Set<string>();

  private constructor(top: string) {
    this.#top = top;
    this.#base = realpathSync(mkdtempSync(join(tmpdir(), 'lockwise-types-')));
    this.#provideRuntime();
  }

  /** A shadow of all that these files may lead to. */
  static of(...files: readonly string[]): ShadowTree {
    let top = highest(dirname(files[0]!));
    while (!files.every((file) => isWithin(top, file))) top = dirname(top);
    return new ShadowTree(top);
  }

  /** Puts the text in place of the file, or beside the others; gives its path in the shadow. */
  write(file: string, text: string): string {
    const path = this.#clear(file);
    writeFileSync(path, text);
    return path;
  }

  /** Shows the file as it is. */
  link(file: string): void {
    const path = this.#clear(file);
    if (existsSync(file)) linkTo(file, path);
  }

  /** The file that a path in the shadow stands for. */
  originalOf(path: string): string {
    return isWithin(this.#shadowTop, path) ? join(this.#top, relative(this.#shadowTop, path)) : path;
  }

  remove(): void {
    rmSync(this.#base, { recursive: true, force: true });
  }

  get #shadowTop(): string {
    return join(this.#base, 'tree');
  }

  #clear(file: string): string {
    this.#open(dirname(file));
    const path = join(this.#shadowTop, relative(this.#top, file));
    rmSync(path, { force: true });
    return path;
  }

  /** Makes a folder one of the shadow's own, with links to what is in it. */
  #open(folder: string): void {
    if (this.#folders.has(folder)) return;
    if (folder !== this.#top) this.#open(dirname(folder));
    this.#folders.add(folder);
    const shadow = join(this.#shadowTop, relative(this.#top, folder));
    rmSync(shadow, { force: true });
    mkdirSync(shadow);
    for (const name of readdirSync(folder))
      if (join(folder, name) !== this.#base && name !== '.git') linkTo(join(folder, name), join(shadow, name));
  }

  #provideRuntime(): void {
    const types = runtimeTypesFolder();
    if (types === undefined) return;
    const folder = join(this.#base, 'node_modules', runtimePackage);
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(types)) linkTo(join(types, name), join(folder, name));
    const exports = { '.': { types: './index.d.ts' }, './*': { types: './*/index.d.ts' } };
    rmSync(join(folder, 'package.json'), { force: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: runtimePackage, type: 'module', exports }));
  }
}

function linkTo(target: string, path: string): void {
  const isFolder = statSync(target, { throwIfNoEntry: false })?.isDirectory() ?? false;
  try {
    symlinkSync(target, path, isFolder ? 'junction' : 'file');
  } catch (error) {
    // Windows lets few users link a file.
    if (isFolder || !lstatSync(target).isFile()) throw error;
    copyFileSync(target, path);
  }
}

/** The work tree of a repository, else the highest folder that looks like a part of a project: what is imported may lie anywhere below. */
function highest(folder: string): string {
  let top = folder;
  for (let above = folder; ; above = dirname(above)) {
    if (existsSync(join(above, '.git'))) return above;
    if (['package.json', 'tsconfig.json', 'node_modules'].some((name) => existsSync(join(above, name)))) top = above;
    if (dirname(above) === above) return top;
  }
}

function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
